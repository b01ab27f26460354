import { defineRule } from '../../lint/rule.ts'
import { factualInits, placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A plain init container that never completes, so that no later container starts. */
export const rule = defineRule({
  meta: {
    id: 'init-never-completes',
    formerId: 'init-never-ends',
    category: 'init',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['what'],
    since: '0.1.0',
    summary: 'An init container runs something that never completes, so no later container ever starts.',
    rationale:
      'Init containers run one by one, and each must complete before the next one starts. A server, `sleep infinity` or `tail -f` never completes, so the pod stays in Init forever. A process that should run next to the app belongs in a sidecar: an init container with restartPolicy: Always.',
    remediation: 'Set restartPolicy: Always on the init container to make it a sidecar, or make it exit.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/',
    ],
    messages: {
      endless: '{{at}}{{what}} never completes, so no later container starts; set restartPolicy: Always to make it a sidecar',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of factualInits(context)) {
      const { endless } = init.facts
      if (endless === undefined) continue
      const data = { ...placeOf(init, endless.line), what: endless.what }
      yield { messageId: 'endless', subject: init.container, pointer: init.pointer, data }
    }
  },
})
