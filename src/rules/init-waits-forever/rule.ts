import { defineRule } from '../../lint/rule.ts'
import { isWaiter, waitsForEver } from '../../script/shape/server-probes.ts'
import { placeOf, type ScriptedInit, scriptedInits } from '../init-scripts.ts'
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
    since: '0.1.0',
    summary: 'An init script waits for something and never gives up.',
    rationale:
      'When what it waits for never comes, the pod stays in Init:0/1 without an event, a restart or a back-off that anybody would notice. A wait that ends with a failure shows Init:CrashLoopBackOff and is tried again all the same. activeDeadlineSeconds is no way out: Deployments and StatefulSets do not allow it.',
    remediation: 'Count the tries or put timeout in front, and exit with 1 at the end: Kubernetes tries again.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/tasks/debug/debug-application/debug-init-containers/',
    ],
    messages: {
      loop: '{{at}}waits for ever if {{what}} never comes: the pod stays in Init without an event; count the tries, then exit 1',
      stuckCounter: '{{at}}compares {{what}} in each turn and never changes it, so nothing ends the wait; count it up in the loop',
      tool: '{{at}}`{{what}}` waits for ever with a timeout of 0: the pod stays in Init without an event; give it a timeout',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const init of scriptedInits(workload, context)) {
      const found = endlessWait(init)
      if (found === undefined) continue
      const { offset, messageId, what } = found
      const data = { ...placeOf(init.rehearsal, offset), what }
      yield { messageId, subject: init.container, pointer: init.rehearsal.pointer, data }
    }
  },
})

/** The first wait without a bound; what never ends at all is another rule's. */
function endlessWait({ script }: ScriptedInit): { offset: number; messageId: MessageId; what: string } | undefined {
  for (const { offset, always, leaves, bounded, stuckCounter, sleeps, probes } of script.loops()) {
    if (bounded || (always && !leaves) || (!sleeps && probes.length === 0)) continue
    if (stuckCounter !== undefined) return { offset, messageId: 'stuckCounter', what: `$${stuckCounter}` }
    const host = probes.find((probe) => probe.host !== undefined)?.host
    return { offset, messageId: 'loop', what: host ?? 'what it asks for' }
  }
  for (const command of script.commands()) {
    if (isWaiter(command) && !command.limited && waitsForEver(command))
      return { offset: command.offset, messageId: 'tool', what: command.name }
  }
  return undefined
}
