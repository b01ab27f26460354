import { ApiException, type V1Pod } from '@kubernetes/client-node'
import { answerReview } from '../../admission/index.ts'
import type { Registry } from '../../lint/registry.ts'
import { shorten } from '../../lint/text.ts'
import { asArray, asString, at } from '../../model/json.ts'
import type { Policy } from '../../policy/index.ts'
import { plainAnalyst } from '../../script/index.ts'
import { type ClusterClient, statusOf } from '../client.ts'
import type { TrialFacts } from './facts.ts'
import type { Place } from './fetch-webhooks.ts'

/** A pod that initlint has a finding for and that the Pod Security Standard "restricted" allows. */
const pod: V1Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'initlint-doctor-' },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: 'registry.k8s.io/pause',
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
}

export interface TrialPlace extends Place {
  /** Names of the webhooks that must answer. */
  readonly webhooks: readonly string[]
}

/**
 * Creates the pod by server-side dry run and compares the response with the findings of the policy.
 * @param policy that should be in force
 * @throws if the API server does not answer
 */
export async function tryPod(
  client: ClusterClient,
  place: TrialPlace,
  policy: Policy,
  registry: Registry,
  now: number,
): Promise<TrialFacts> {
  const { namespace } = place
  const started = performance.now()
  const result = (outcome: TrialFacts['outcome'], message = ''): TrialFacts => ({
    namespace,
    milliseconds: Math.round(performance.now() - started),
    outcome,
    message: shorten(message, 300),
  })
  try {
    const { headers } = await client.core.createNamespacedPodWithHttpInfo({ namespace, body: pod, dryRun: 'All' })
    const { rules, denied } = expectedAnswer(place, policy, registry, now)
    const warnings = headers.warning ?? ''
    if (rules.some((rule) => warnings.includes(`[${rule}]`))) return result('answered')
    return result(rules.length === 0 && !denied ? 'quiet' : 'silent')
  } catch (error) {
    if (statusOf(error) === undefined) throw error
    const message = messageOf(error)
    const isOurs = place.webhooks.some((name) => message.includes(`"${name}"`))
    if (!isOurs) return result('rejected', message)
    return message.includes('denied the request') ? result('answered') : result('failed', message)
  }
}

/** The answer that initlint should give, computed locally. A denial arrives as an error instead. */
function expectedAnswer({ namespace, labels }: TrialPlace, policy: Policy, registry: Registry, now: number): ExpectedAnswer {
  const request = { uid: 'doctor', operation: 'CREATE', namespace, userInfo: { username: 'doctor' }, dryRun: true, object: pod }
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }
  const ports = { policy, registry, now, analyst: plainAnalyst, timeIsUp: () => false, namespaceLabels: () => labels, docsBase: '' }
  const answer = answerReview('validate', review, ports)
  if (!answer.ok) return { rules: [], denied: false }
  const rules = asArray(at(answer.review, 'response', 'warnings')).map((text) => /^\[([a-z-]+)\]/.exec(asString(text) ?? '')?.[1] ?? '')
  return { rules: rules.filter((rule) => rule !== '' && rule !== 'initlint'), denied: at(answer.review, 'response', 'allowed') === false }
}

interface ExpectedAnswer {
  /** Rules that warn. */
  readonly rules: readonly string[]
  readonly denied: boolean
}

/** The message of the Status in an error. */
function messageOf(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error)
  try {
    const status: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body
    return asString(at(status, 'message')) ?? `HTTP ${error.code}`
  } catch {
    return `HTTP ${error.code}`
  }
}
