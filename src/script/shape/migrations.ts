/** Database migrations with tools that take no lock. */
import type { Command } from './commands.ts'

/** Programs that protect a migration with a lock. */
const lockers: ReadonlySet<string> = new Set(['flock', 'lockfile', 'setlock', 'consul', 'etcdctl'])

/** Whether a program protects a migration with a lock. */
export function locks(name: string): boolean {
  return lockers.has(name)
}

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
export function migrationOf({ name, args }: Command): string | undefined {
  const words = [name, ...args]
  const start = words.findIndex((text, index) => !between.has(text) && !(index === 0 && runners.has(text)))
  const tool = words[start] ?? ''
  const base = tool.slice(tool.lastIndexOf('/') + 1)
  const verbs = unlocked.get(base)
  const rest = words.slice(start + 1)
  if (verbs === undefined || rest.some((text) => harmless.has(text))) return undefined
  return verbs.every((verb) => rest.includes(verb)) ? [base, ...verbs].join(' ') : undefined
}
