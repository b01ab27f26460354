import { defineRule, type Report } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import type { AnalyzedInit, ContainerHazard } from '../../script/index.ts'
import { editsOf, leftBehind, racing, shortStorageWords } from '../hazard-words.ts'
import { chartOf, placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'fails' | 'duplicates' | 'replaces' | 'differs' | 'skips'

const because = 'because {{place}} survives {{event}}{{race}}; {{fix}}'

/** A script that is not safe to run again: reports the first command that fails on a rerun or changes the result. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-not-idempotent',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['command', 'path', 'place', 'fix'],
    since: '0.1.0',
    summary: 'A command of an init script fails, or changes the result, when the script runs again.',
    rationale:
      'Init containers can run more than once: after a failure, after a restart of the node, and in a new pod with the same PersistentVolumeClaim. What the first run left on volumes and in external services still exists then.',
    remediation: 'Make the command tolerate its own result: with an option such as -p or -f, a check before it, or a cleanup first.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
    ],
    messages: {
      fails: `{{at}}\`{{command}}\` {{ends}} on a rerun{{after}} ${because}`,
      duplicates: `{{at}}\`{{command}}\` appends the same content on every rerun{{after}} ${because}`,
      replaces: `{{at}}\`{{command}}\` regenerates {{path}} on a rerun{{after}} (a new key or password){{race}}; {{fix}}`,
      differs: `{{at}}\`{{command}}\` produces a different result on a rerun{{after}} ${because}`,
      skips: `{{at}}\`{{command}}\` is skipped on the rerun{{after}}, so its work is never done, ${because}`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const init of context.scripts.analyzed()) {
      for (const hazard of init.hazards) {
        if (hazard.obligation !== 'interrupted') yield { ...reportOf(init, hazard, workload), series: init.container.pointer }
      }
    }
  },
})

function reportOf(init: AnalyzedInit, hazard: ContainerHazard, workload: Workload): Report<MessageId> {
  const chart = chartOf(workload)
  const { scriptLine, at } = placeOf(init, hazard.line)
  return {
    messageId: messageOf(hazard),
    subject: init.container,
    pointer: init.pointer,
    data: {
      at,
      scriptLine,
      command: hazard.program,
      rerun: hazard.rerun,
      storage: hazard.storage,
      ends: endOf(hazard),
      after: { repeat: '', failure: ' after a failure', stop: ' after a kill', interrupted: '' }[hazard.obligation],
      ...leftBehind(hazard, shortStorageWords),
      race: racing(hazard, init, workload),
      fix: chart === undefined ? hazard.fix : `in chart ${chart}: ${hazard.fix}`,
    },
    ...editsOf(init, hazard),
    // The user who installs a chart did not write its scripts.
    milder: chart !== undefined,
  }
}

/** Names the exit code only if it is more specific than 1, with which nearly every command fails. */
function endOf({ isRefused, status }: ContainerHazard): string {
  if (isRefused === true) return 'cannot overwrite a read-only file'
  return status > 1 ? `exits ${status}` : 'fails'
}

function messageOf({ outcome, obligation }: ContainerHazard): MessageId {
  return outcome === 'differs' && obligation !== 'repeat' ? 'skips' : outcome
}
