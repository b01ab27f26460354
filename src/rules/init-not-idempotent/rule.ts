import { defineRule, type Report } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import type { ContainerHazard } from '../../script/index.ts'
import { leftBehind, racing } from '../hazard-words.ts'
import { chartOf, placeOf, type RehearsedInit, rehearsedInits } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'fails' | 'duplicates' | 'replaces' | 'differs' | 'skips'

/** A script that does not bear being run again: the first command that fails, or that changes the result. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-not-idempotent',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'A command of an init script fails or changes the result when the script runs again.',
    rationale:
      'Init containers run more often than once: after a failure, after a restart of the node, when the pod is made anew over the same claim. What the first run left on volumes and in services is still there then.',
    remediation: 'Make the command bear its own result: a flag such as -p or -f, a check before it, or a clean start.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
    ],
    messages: {
      fails: '{{at}}`{{command}}` {{ends}} when run again{{after}}: {{place}} outlives {{event}}{{race}}; {{fix}}',
      duplicates: '{{at}}`{{command}}` adds the same again when run again{{after}}: {{place}} outlives {{event}}{{race}}; {{fix}}',
      replaces: '{{at}}`{{command}}` makes another {{path}} when run again{{after}}: {{place}} outlives {{event}}{{race}}; {{fix}}',
      differs: '{{at}}`{{command}}` leaves something else when run again{{after}}: {{place}} outlives {{event}}{{race}}; {{fix}}',
      skips: '{{at}}`{{command}}` is not made up for when run again{{after}}: {{place}} outlives {{event}}{{race}}; {{fix}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const init of rehearsedInits(workload, context)) {
      const hazard = init.rehearsal.hazards.find(({ obligation }) => obligation !== 'interrupted')
      if (hazard !== undefined) yield reportOf(init, hazard, workload)
    }
  },
})

function reportOf({ container, rehearsal }: RehearsedInit, hazard: ContainerHazard, workload: Workload): Report<MessageId> {
  const chart = chartOf(workload)
  const { scriptLine, at } = placeOf(rehearsal, hazard.offset)
  return {
    messageId: messageOf(hazard),
    subject: container,
    pointer: rehearsal.pointer,
    data: {
      at,
      scriptLine,
      command: hazard.program,
      rerun: hazard.rerun,
      storage: hazard.storage,
      ends: endOf(hazard),
      after: { repeat: '', failure: ' after a failure', stop: ' after a stop', interrupted: '' }[hazard.obligation],
      ...leftBehind(hazard),
      race: racing(hazard, rehearsal, workload),
      fix: chart === undefined ? hazard.fix : `tell chart ${chart}: ${hazard.fix}`,
    },
    // Who installs a chart did not write its scripts.
    ...(chart === undefined ? {} : { milder: true }),
  }
}

/** 1 is what nearly every command says; another status tells which fault it is. */
function endOf({ isRefused, status }: ContainerHazard): string {
  if (isRefused === true) return 'may not overwrite a read-only file'
  return status > 1 ? `exits ${status}` : 'fails'
}

function messageOf({ outcome, obligation }: ContainerHazard): MessageId {
  return outcome === 'differs' && obligation !== 'repeat' ? 'skips' : outcome
}
