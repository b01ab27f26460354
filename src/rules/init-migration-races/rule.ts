import { defineRule } from '../../lint/rule.ts'
import { at } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import type { Command } from '../../script/shape/walk.ts'
import { placeOf, scriptedInits } from '../init-scripts.ts'
import { replicasOf } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

/** Several replicas start the same migration at once, with a tool that takes no lock. */
export const rule = defineRule({
  meta: {
    id: 'init-migration-races',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'Several replicas run the same database migration at once, with a tool that takes no lock.',
    rationale:
      'The init containers of all replicas of a Deployment start at the same time. A migration tool that takes no lock then runs twice over the same schema: one fails, or both half succeed.',
    remediation: 'Run the migration in a Job before the rollout, or take a lock around it.',
    references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/'],
    messages: {
      races: '{{at}}`{{command}}` takes no lock, and {{replicas}} run it at once; run it in a Job before the rollout',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const replicas = atOnce(workload)
    if (replicas === undefined) return
    for (const { container, rehearsal, script } of scriptedInits(workload, context)) {
      const commands = script.commands()
      if (commands.some(({ name }) => lockers.has(name))) continue
      for (const command of commands) {
        const name = migrationOf(command)
        if (name === undefined) continue
        const place = placeOf(rehearsal, command.offset)
        yield { messageId: 'races', subject: container, pointer: rehearsal.pointer, data: { ...place, command: name, replicas } }
        break
      }
    }
  },
})

/** Who runs at once, in words; undefined where pods start one after the other or there is only one. */
function atOnce(workload: Workload): string | undefined {
  const { kind, object } = workload
  if (kind === 'DaemonSet') return 'the pods of all nodes'
  // Pods of a StatefulSet wait for each other unless they are told not to (apps/v1 StatefulSetSpec, podManagementPolicy).
  if (kind === 'StatefulSet' && at(object, 'spec', 'podManagementPolicy') !== 'Parallel') return undefined
  const replicas = replicasOf(workload)
  return replicas !== undefined && replicas > 1 ? `${replicas} replicas` : undefined
}

/** Programs around a migration that keep others out. */
const lockers: ReadonlySet<string> = new Set(['flock', 'lockfile', 'setlock', 'consul', 'etcdctl'])

const runners: ReadonlySet<string> = new Set([
  'python',
  'python3',
  'npx',
  'yarn',
  'pnpm',
  'npm',
  'php',
  'bundle',
  'poetry',
  'uv',
  'pipenv',
  'dotnet',
])
/** Words between a runner and the tool. */
const between: ReadonlySet<string> = new Set(['run', 'exec', '--', 'python', 'python3', '-m'])

/**
 * Tools without a lock of their own, and the words that make them migrate. Rails, Flyway, Liquibase, Prisma, Knex, Ecto, golang-migrate
 * and Airflow take a lock, so they are not here.
 */
const unlocked: ReadonlyMap<string, readonly string[]> = new Map([
  ['manage.py', ['migrate']],
  ['django-admin', ['migrate']],
  ['artisan', ['migrate']],
  ['alembic', ['upgrade']],
  ['flask', ['db', 'upgrade']],
  ['superset', ['db', 'upgrade']],
  ['sequelize', ['db:migrate']],
  ['sequelize-cli', ['db:migrate']],
  ['typeorm', ['migration:run']],
  ['console', ['doctrine:migrations:migrate']],
  ['phinx', ['migrate']],
  ['goose', ['up']],
  ['aerich', ['upgrade']],
])

/** Options that make a tool take a lock (Laravel), or change nothing at all. */
const harmless: ReadonlySet<string> = new Set(['--isolated', '--plan', '--check', '--sql', '--dry-run', '--pretend', '--help'])

/** The migration that a command runs with a tool without a lock; undefined for all else. */
function migrationOf({ name, args }: Command): string | undefined {
  const words = [name, ...args]
  const start = words.findIndex((text, index) => !between.has(text) && !(index === 0 && runners.has(text)))
  const tool = words[start] ?? ''
  const base = tool.slice(tool.lastIndexOf('/') + 1)
  const verbs = unlocked.get(base)
  const rest = words.slice(start + 1)
  if (verbs === undefined || rest.some((text) => harmless.has(text))) return undefined
  return verbs.every((verb) => rest.includes(verb)) ? [base, ...verbs].join(' ') : undefined
}
