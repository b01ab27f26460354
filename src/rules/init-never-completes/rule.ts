import { defineRule } from '../../lint/rule.ts'
import { placeOf, scriptedInits } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A plain init container that runs for as long as it can: nothing behind it ever starts. */
export const rule = defineRule({
  meta: {
    id: 'init-never-completes',
    formerId: 'init-never-ends',
    category: 'init',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'An init container runs something that never ends, so nothing behind it ever starts.',
    rationale:
      'Init containers run one after the other, each to its end. A server, `sleep infinity` or `tail -f` never ends, so the pod stays in Init for ever. What is meant to run beside the app is a sidecar: an init container with restartPolicy Always.',
    remediation: 'Set restartPolicy: Always on the init container to make it a sidecar, or let it end.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/',
    ],
    messages: {
      endless: '{{at}}{{what}} never ends, so no later container starts; restartPolicy: Always makes it a sidecar',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { container, rehearsal, script } of scriptedInits(workload, context)) {
      const found = script.endless()
      if (found === undefined) continue
      const data = { ...placeOf(rehearsal, found.offset), what: found.what }
      yield { messageId: 'endless', subject: container, pointer: rehearsal.pointer, data }
    }
  },
})
