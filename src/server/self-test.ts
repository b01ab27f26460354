import { answerReview } from '../admission/index.ts'
import { at } from '../model/json.ts'
import { plainAnalyst } from '../script/index.ts'
import type { ServerPorts } from './ports.ts'

const uid = 'initlint-self-test'

/** A pod that does not exist, in a namespace that cannot exist: namespace names must not contain underscores. */
const review = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid,
    operation: 'CREATE',
    namespace: 'self_test',
    name: 'self-test',
    userInfo: { username: 'initlint' },
    dryRun: true,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'self-test' },
      spec: {
        restartPolicy: 'Never',
        initContainers: [{ name: 'init', image: 'busybox', imagePullPolicy: 'Always' }],
        containers: [{ name: 'app', image: 'registry.example/app:1.0', imagePullPolicy: 'IfNotPresent' }],
      },
    },
  },
}

/**
 * Sends a review of a pod through both webhooks: a server that cannot answer reviews must not become ready.
 * @throws Error with what was wrong with the answer; it is a bug in initlint
 */
export function selfTest(ports: ServerPorts): void {
  for (const endpoint of ['validate', 'mutate'] as const) {
    const answer = answerReview(endpoint, review, {
      policy: ports.policyInForce().policy,
      registry: ports.registry,
      now: ports.now(),
      // The pod has no script.
      analyst: plainAnalyst,
      timeIsUp: () => false,
      namespaceLabels: () => undefined,
      docsBase: ports.docsBase,
    })
    if (!answer.ok) throw new Error(`the self-test of /${endpoint} was rejected`)
    if (at(answer.review, 'response', 'uid') !== uid) throw new Error(`the self-test of /${endpoint} was answered with a wrong uid`)
    const [fault] = answer.record.faults
    // A rule that throws is skipped in every review; it is not a reason not to serve.
    if (fault !== undefined) ports.log.error({ err: fault.error, rule: fault.rule }, 'a rule failed in the self-test')
    JSON.stringify(answer.review)
  }
}
