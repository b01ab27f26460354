import { defineRule } from '../../lint/rule.ts'
import { at } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import { factualInits, placeOf } from '../init-scripts.ts'
import { replicasOf } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

/** Several replicas run the same migration concurrently, with a tool that takes no lock. */
export const rule = defineRule({
  meta: {
    id: 'init-migration-races',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['command'],
    since: '0.1.0',
    summary: 'Several replicas may run the same database migration concurrently, with a tool that takes no lock.',
    rationale:
      'The init containers of all replicas of a Deployment start at the same time. A migration tool that takes no lock then runs several times on the same schema: one run fails, or each completes only a part of the migration.',
    remediation: 'Run the migration in a Job before the rollout, or protect it with a lock.',
    references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/'],
    messages: {
      races: '{{at}}`{{command}}` takes no lock, but {{replicas}} may run it concurrently; run it in a Job before the rollout',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const replicas = atOnce(workload)
    if (replicas === undefined) return
    for (const init of factualInits(context)) {
      const { migration } = init.facts
      if (migration === undefined) continue
      const data = { ...placeOf(init, migration.line), command: migration.command, replicas }
      yield { messageId: 'races', subject: init.container, pointer: init.pointer, data }
    }
  },
})

/** The pods that run concurrently, in words; undefined if pods start one by one or there is only one. */
function atOnce(workload: Workload): string | undefined {
  const { kind, object } = workload
  if (kind === 'DaemonSet') return 'the pods on all nodes'
  // Pods of a StatefulSet start one by one unless podManagementPolicy is Parallel (apps/v1 StatefulSetSpec).
  if (kind === 'StatefulSet' && at(object, 'spec', 'podManagementPolicy') !== 'Parallel') return undefined
  const replicas = replicasOf(workload)
  return replicas !== undefined && replicas > 1 ? `${replicas} replicas` : undefined
}
