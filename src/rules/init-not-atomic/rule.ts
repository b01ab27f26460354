import { defineRule } from '../../lint/rule.ts'
import { editsOf, leftBehind } from '../hazard-words.ts'
import { placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A command that is killed partway leaves an incomplete result that the next run treats as complete, or fails on. */
export const rule = defineRule({
  meta: {
    id: 'init-not-atomic',
    formerId: 'init-half-done',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['command', 'path', 'fix'],
    since: '0.1.0',
    summary: 'If a command of an init script is killed partway, it leaves an incomplete result that the next run treats as complete.',
    rationale:
      'When a pod is deleted or a node goes down, the init container is killed in the middle of its work. A guard such as `[ -d repo ] || git clone …` then finds an incomplete clone and skips the rest forever.',
    remediation: 'Write to a temporary path on the same volume, then move the result to its final path, which is atomic.',
    references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination'],
    messages: {
      takenForWhole:
        '{{at}}if `{{command}}` is killed partway, it leaves an incomplete {{path}} that the next run treats as complete; {{fix}}',
      stumbles: '{{at}}if `{{command}}` is killed partway, it leaves an incomplete {{path}} that makes the next run fail; {{fix}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of context.scripts.analyzed()) {
      const worse = new Set(init.hazards.filter(({ obligation }) => obligation !== 'interrupted').map(({ offset }) => offset))
      for (const hazard of init.hazards) {
        if (hazard.obligation !== 'interrupted' || worse.has(hazard.offset)) continue
        const { scriptLine, at } = placeOf(init, hazard.line)
        const { path } = leftBehind(hazard)
        yield {
          messageId: hazard.outcome === 'fails' ? 'stumbles' : 'takenForWhole',
          subject: init.container,
          pointer: init.pointer,
          series: init.container.pointer,
          data: { at, scriptLine, command: hazard.program, rerun: hazard.rerun, storage: hazard.storage, path, fix: hazard.fix },
          ...editsOf(init, hazard),
        }
      }
    }
  },
})
