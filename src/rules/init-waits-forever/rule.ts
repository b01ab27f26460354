import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import { asArray, member } from '../../model/json.ts'
import { serviceOfVariable } from '../../script/shape/service-variables.ts'
import { type FactualInit, factualInits, placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'loop' | 'serviceVariable' | 'noServiceLinks' | 'stuckCounter' | 'tool' | 'toolWithoutLimit'

/** A loop that waits for something and never gives up. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-waits-forever',
    formerId: 'init-waits-without-end',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['what', 'variable'],
    since: '0.1.0',
    summary: 'An init script waits for something and never gives up.',
    rationale:
      'If the server never comes up, the pod stays in Init:0/1 with no event, restart or back-off that an alert could detect. If the script gives up and fails, the pod shows Init:CrashLoopBackOff and Kubernetes still retries it. activeDeadlineSeconds does not help: Deployments and StatefulSets do not allow it.',
    remediation: 'Limit the attempts or use timeout, then exit with 1: Kubernetes retries the init container.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/tasks/debug/debug-application/debug-init-containers/',
      'https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables',
    ],
    messages: {
      loop: '{{at}}waits forever if {{what}} never comes up: the pod hangs in Init with no event; limit the attempts, then exit 1',
      serviceVariable:
        '{{at}}waits forever if Service {{what}} does not exist when the container starts, because {{variable}} is then unset; use the DNS name',
      noServiceLinks:
        '{{at}}waits forever because {{variable}} is never set: enableServiceLinks is false; use the DNS name of Service {{what}}',
      stuckCounter: '{{at}}compares {{what}} in each iteration but never changes it, so the loop never gives up; increment it in the loop',
      toolWithoutLimit:
        '{{at}}`{{what}}` waits forever if its dependencies never become ready, and it has no timeout: the pod hangs in Init with no event',
      tool: '{{at}}`{{what}}` waits forever because its timeout is 0: the pod hangs in Init with no event; set a timeout',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const init of factualInits(context)) {
      const { container: subject, pointer } = init
      for (const { line, messageId, ...data } of endlessWaits(init, member(workload.podSpec, 'enableServiceLinks') !== false)) {
        yield { messageId, subject, pointer, series: subject.pointer, data: { ...placeOf(init, line), ...data } }
      }
    }
  },
})

/** Whether only the kubelet can set the variable, as far as the manifest shows. The sources of `envFrom` may have any keys. */
function isOfKubelet(variable: string, { raw }: Container): boolean {
  return asArray(member(raw, 'envFrom')).length === 0 && !asArray(member(raw, 'env')).some((entry) => member(entry, 'name') === variable)
}

interface Wait {
  readonly line: number
  readonly messageId: MessageId
  readonly what: string
  readonly variable?: string
}

/** The waits without a limit. A loop that can never end is reported by init-never-completes. */
function* endlessWaits({ container, facts }: FactualInit, hasServiceLinks: boolean): Generator<Wait> {
  for (const { line, always, leaves, bounded, stuckCounter, sleeps, contacts, host, serviceVariable } of facts.loops) {
    if (bounded || (always && !leaves) || !(sleeps || contacts)) continue
    if (stuckCounter !== undefined) yield { line, messageId: 'stuckCounter', what: `$${stuckCounter}` }
    else if (serviceVariable !== undefined && isOfKubelet(serviceVariable, container)) {
      const messageId = hasServiceLinks ? 'serviceVariable' : 'noServiceLinks'
      yield { line, messageId, what: serviceOfVariable(serviceVariable) ?? '', variable: `$${serviceVariable}` }
    } else yield { line, messageId: 'loop', what: host ?? 'what it waits for' }
  }
  const tool = facts.patientTool
  if (tool !== undefined) yield { line: tool.line, messageId: tool.hasLimit ? 'tool' : 'toolWithoutLimit', what: tool.command }
}
