import { defineRule } from '../../lint/rule.ts'
import { at } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import type { Command } from '../../script/shape/walk.ts'
import { placeOf, scriptedInits } from '../init-scripts.ts'
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

/** The pods that run concurrently, in words; undefined if pods start one by one or there is only one. */
function atOnce(workload: Workload): string | undefined {
  const { kind, object } = workload
  if (kind === 'DaemonSet') return 'the pods on all nodes'
  // Pods of a StatefulSet start one by one unless podManagementPolicy is Parallel (apps/v1 StatefulSetSpec).
  if (kind === 'StatefulSet' && at(object, 'spec', 'podManagementPolicy') !== 'Parallel') return undefined
  const replicas = replicasOf(workload)
  return replicas !== undefined && replicas > 1 ? `${replicas} replicas` : undefined
}

/** Programs that protect a migration with a lock. */
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
/** Words that may come between a runner and the tool. */
const between: ReadonlySet<string> = new Set(['run', 'exec', '--', 'python', 'python3', '-m'])

/**
 * Tools that take no lock themselves, and the words that make them migrate. Rails, Flyway, Liquibase, Prisma, Knex, Ecto, golang-migrate
 * and Airflow take a lock, so they are not listed.
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

/** Options that make a tool take a lock (Laravel) or change nothing. */
const harmless: ReadonlySet<string> = new Set(['--isolated', '--plan', '--check', '--sql', '--dry-run', '--pretend', '--help'])

/** The migration that a command runs with a tool that takes no lock; undefined for any other command. */
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
