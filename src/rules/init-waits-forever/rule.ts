import { defineRule } from '../../lint/rule.ts'
import { type FactualInit, factualInits, placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'loop' | 'stuckCounter' | 'tool'

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
    scriptData: ['what'],
    since: '0.1.0',
    summary: 'An init script waits for something and never gives up.',
    rationale:
      'If the server never comes up, the pod stays in Init:0/1 with no event, restart or back-off that an alert could detect. If the script gives up and fails, the pod shows Init:CrashLoopBackOff and Kubernetes still retries it. activeDeadlineSeconds does not help: Deployments and StatefulSets do not allow it.',
    remediation: 'Limit the attempts or use timeout, then exit with 1: Kubernetes retries the init container.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/tasks/debug/debug-application/debug-init-containers/',
    ],
    messages: {
      loop: '{{at}}waits forever if {{what}} never comes up: the pod hangs in Init with no event; limit the attempts, then exit 1',
      stuckCounter: '{{at}}compares {{what}} in each iteration but never changes it, so the loop never gives up; increment it in the loop',
      tool: '{{at}}`{{what}}` waits forever because its timeout is 0: the pod hangs in Init with no event; set a timeout',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of factualInits(context)) {
      const found = endlessWait(init)
      if (found === undefined) continue
      const { line, messageId, what } = found
      yield { messageId, subject: init.container, pointer: init.pointer, data: { ...placeOf(init, line), what } }
    }
  },
})

/** The first wait without a limit. A loop that can never end is reported by init-never-completes. */
function endlessWait({ facts }: FactualInit): { line: number; messageId: MessageId; what: string } | undefined {
  for (const { line, always, leaves, bounded, stuckCounter, sleeps, contacts, host } of facts.loops) {
    if (bounded || (always && !leaves) || !(sleeps || contacts)) continue
    if (stuckCounter !== undefined) return { line, messageId: 'stuckCounter', what: `$${stuckCounter}` }
    return { line, messageId: 'loop', what: host ?? 'what it waits for' }
  }
  const tool = facts.patientTool
  return tool === undefined ? undefined : { line: tool.line, messageId: 'tool', what: tool.command }
}
