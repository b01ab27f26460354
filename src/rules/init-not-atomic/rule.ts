import { defineRule } from '../../lint/rule.ts'
import { leftBehind } from '../hazard-words.ts'
import { placeOf, rehearsedInits } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A kill in the middle of a command leaves a half that the next run takes for the whole, or stumbles over. */
export const rule = defineRule({
  meta: {
    id: 'init-not-atomic',
    formerId: 'init-half-done',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'A command of an init script that is killed half-way leaves a half that the next run takes for the whole.',
    rationale:
      'When a pod is deleted or a node goes down, the init container is killed in the middle of what it does. A guard such as `[ -d repo ] || git clone …` then finds the half of a clone and skips the rest for ever.',
    remediation: 'Work in a temporary place on the same volume and move the result to its name, which is one step.',
    references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination'],
    messages: {
      takenForWhole: '{{at}}a kill within `{{command}}` leaves half of {{path}}, which the next run takes for the whole; {{fix}}',
      stumbles: '{{at}}a kill within `{{command}}` leaves half of {{path}}, over which the next run fails; {{fix}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { container, rehearsal } of rehearsedInits(workload, context)) {
      const worse = new Set(rehearsal.hazards.filter(({ obligation }) => obligation !== 'interrupted').map(({ offset }) => offset))
      const hazard = rehearsal.hazards.find(({ obligation, offset }) => obligation === 'interrupted' && !worse.has(offset))
      if (hazard === undefined) continue
      const { scriptLine, at } = placeOf(rehearsal, hazard.offset)
      const { path } = leftBehind(hazard)
      yield {
        messageId: hazard.outcome === 'fails' ? 'stumbles' : 'takenForWhole',
        subject: container,
        pointer: rehearsal.pointer,
        data: { at, scriptLine, command: hazard.program, rerun: hazard.rerun, storage: hazard.storage, path, fix: hazard.fix },
      }
    }
  },
})
