/** Schema migration tools record what is done, so a rerun changes nothing; a kill partway can leave a lock or a partial change. */

import { anywhere, npmPackages, ownBin, pythonEnvironments } from '../../shape/places.ts'
import { empty, keyOf, textOf } from '../../value/value.ts'
import { type Call, type CommandForm, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { applyRule, type ServiceRule } from '../kit/service.ts'

type Task = Omit<ServiceRule, 'words' | 'name' | 'kind'> & {
  /** The options that name what is created. */
  readonly named?: readonly string[]
}

const update: Task = { effect: 'puts', locks: 'perhaps' }
const reads: Task = { effect: 'reads' }
const puts: Task = { effect: 'puts' }
const unknown: Task = { effect: 'unknown' }

interface MigrationTool {
  readonly names: readonly string[]
  /** Effects by the words of the task on the command line. */
  readonly tasks: Readonly<Record<string, Task>>
  /** Whether every operand must be a known task. */
  readonly onlyTasks?: boolean
  readonly forms?: readonly CommandForm[]
  /**
   * The words that make it migrate, if it takes no lock while it does. Rails, Flyway, Liquibase, Prisma, Knex, Ecto, golang-migrate and
   * Airflow take one.
   */
  readonly unlocked?: readonly string[]
  /** As `ProgramTraits.places`. */
  readonly places?: RegExp
}

/** Options that reset the database or insert rows again: `prisma db push --force-reset`, `artisan migrate --seed`. */
const resetting = [
  '--force-reset',
  '--seed',
  '--seeder',
  '--reset',
  '--fresh',
  '--drop',
  '--cleanOnValidationError',
  '--clean-on-validation-error',
]

/** The options of a tool: those that name what a task creates, and those that make its task lenient. */
function tableOf(tasks: Readonly<Record<string, Task>>): OptionTable {
  const all = Object.values(tasks)
  return {
    flags: [...new Set(all.flatMap(({ lenient = [] }) => lenient))],
    values: [...new Set(all.flatMap(({ named = [] }) => named))],
    lenient: 'The options of a migration tool name databases and files; the tool itself records what it did.',
    harmful: resetting,
  }
}

function migrationModel({ names, tasks, onlyTasks = false, forms = [], unlocked, places }: MigrationTool): CommandModel {
  const byWords = new Map(Object.entries(tasks))
  const run = reading(tableOf(tasks), (call, options) => runTasks(call, options, names[0] ?? call.name, byWords, onlyTasks))
  return {
    names,
    section: 'migrations',
    forms,
    run,
    ...(unlocked === undefined ? {} : { unlockedMigration: unlocked }),
    ...(places === undefined ? {} : { places }),
  }
}

function runTasks(call: Call, options: Options, tool: string, tasks: ReadonlyMap<string, Task>, onlyTasks: boolean): number {
  call.fallible()
  const words = options.operands.map((word) => textOf(word) ?? '')
  const operands = words.filter((word) => word !== '' && !/^[A-Z_]+=/.test(word))
  const found = operands.flatMap((word, index) => {
    const two = `${word} ${operands[index + 1] ?? ''}`
    const name = [two, word].find((candidate) => tasks.has(candidate))
    const task = name === undefined ? undefined : tasks.get(name)
    return name === undefined || task === undefined ? [] : [{ name, task }]
  })
  const hasUnknownTask = onlyTasks && found.reduce((count, { name }) => count + name.split(' ').length, 0) < operands.length
  if (found.length === 0 || hasUnknownTask) return call.notFollowed(`what ${call.name} ${operands[0] ?? ''} does`)
  const facts = new ServiceFacts(call.machine, 'migrations', tool)
  for (const { name, task } of onlyTasks ? found : found.slice(0, 1)) {
    const isLenient = options.has(...(task.lenient ?? []))
    const status = applyRule(call, facts, factName(name, keyOf(options.value(...(task.named ?? [])) ?? empty)), task, isLenient)
    if (status !== 0) return status
  }
  return 0
}

function creating(options: readonly string[] = [], lenient: readonly string[] = []): Task {
  return { effect: 'creates', named: options, lenient }
}

function form(text: string, again: string, safeWhen = ''): CommandForm {
  return { form: text, again, safeWhen }
}

const django: MigrationTool = {
  names: ['django-admin', 'manage.py', 'django'],
  places: anywhere,
  unlocked: ['migrate'],
  tasks: {
    migrate: update,
    createsuperuser: creating(['--username', '--email']),
    collectstatic: puts,
    loaddata: puts,
    compilemessages: puts,
    createcachetable: puts,
    check: reads,
    showmigrations: reads,
    wait_for_db: reads,
  },
  forms: [
    form('manage.py migrate', 'no change'),
    form('manage.py createsuperuser --noinput', 'fails: the username is already taken', '|| true'),
    form('manage.py collectstatic --noinput, loaddata', 'no change'),
  ],
}

const rails: MigrationTool = {
  names: ['rails', 'rake'],
  places: ownBin,
  onlyTasks: true,
  tasks: {
    'db:migrate': update,
    'db:create': puts,
    'db:prepare': update,
    'db:abort_if_pending_migrations': reads,
    'db:migrate:status': reads,
    'db:version': reads,
    'assets:precompile': puts,
    'db:seed': unknown,
    'db:schema:load': unknown,
    'db:setup': unknown,
  },
  forms: [
    form('rails db:migrate, db:create, db:prepare', 'no change'),
    form('rails db:seed', 'inserts its rows again', 'use find_or_create_by'),
    form('rails db:schema:load, db:setup', 'drops the tables with their data', 'db:prepare'),
  ],
}

const tools: readonly MigrationTool[] = [
  django,
  rails,
  {
    names: ['alembic'],
    places: pythonEnvironments,
    unlocked: ['upgrade'],
    tasks: { upgrade: update, stamp: puts, current: reads, heads: reads, history: reads, check: reads },
    forms: [form('alembic upgrade head', 'no change; after a kill, if DDL is not transactional, fails: "already exists"')],
  },
  {
    names: ['flask'],
    places: pythonEnvironments,
    unlocked: ['db', 'upgrade'],
    tasks: { 'db upgrade': update, 'db stamp': puts, 'db current': reads },
    forms: [form('flask db upgrade', 'no change')],
  },
  {
    names: ['flyway'],
    // flyway/flyway-docker, Dockerfile.
    places: /\/flyway$/,
    tasks: { migrate: update, info: reads, validate: reads, repair: puts },
    forms: [form('flyway migrate', 'no change; fails after a failed version', 'flyway repair')],
  },
  {
    names: ['liquibase'],
    // liquibase/docker, Dockerfile.
    places: /\/liquibase$/,
    tasks: { update: { effect: 'puts', locks: 'always' }, status: reads, validate: reads, 'release-locks': puts, releaseLocks: puts },
    forms: [form('liquibase update', 'no change; after a kill, its lock makes the next run wait and fail', 'liquibase release-locks')],
  },
  {
    names: ['migrate'],
    tasks: { up: { effect: 'puts', locks: 'perhaps' }, goto: update, version: reads, force: puts },
    forms: [form('migrate up (golang-migrate)', 'no change; after a kill, fails: "Dirty database version"', 'migrate force VERSION')],
  },
  {
    names: ['goose'],
    unlocked: ['up'],
    tasks: { up: update, 'up-to': update, status: reads, version: reads },
    forms: [form('goose up', 'no change')],
  },
  { names: ['dbmate'], tasks: { up: update, migrate: update, wait: reads, status: reads }, forms: [form('dbmate up', 'no change')] },
  {
    names: ['sqlx'],
    tasks: { 'migrate run': update, 'migrate info': reads, 'database create': puts, 'database setup': update, 'database reset': unknown },
    forms: [form('sqlx migrate run, sqlx database create', 'no change')],
  },
  {
    names: ['diesel', 'sea-orm-cli'],
    tasks: { 'migration run': update, 'migrate up': update, 'database setup': update, setup: update, 'migration list': reads },
    forms: [form('diesel migration run, sea-orm-cli migrate up', 'no change')],
  },
  {
    names: ['atlas'],
    tasks: { 'migrate apply': update, 'schema apply': update, 'migrate status': reads },
    forms: [form('atlas migrate apply, schema apply', 'no change')],
  },
  {
    names: ['prisma'],
    places: npmPackages,
    tasks: {
      'migrate deploy': update,
      'db push': update,
      'migrate status': reads,
      generate: puts,
      'db seed': unknown,
      'migrate reset': unknown,
    },
    forms: [
      form('prisma migrate deploy, db push', 'no change; after a failed migration, fails: P3009'),
      form('prisma db seed', 'may insert its rows again', 'use upsert'),
    ],
  },
  {
    names: ['knex'],
    places: npmPackages,
    tasks: { 'migrate:latest': update, 'migrate:up': update, 'migrate:status': reads, 'migrate:unlock': puts, 'seed:run': unknown },
    forms: [form('knex migrate:latest', 'no change; after a kill, migrations_lock may stay', 'knex migrate:unlock')],
  },
  {
    names: ['sequelize', 'sequelize-cli'],
    places: npmPackages,
    unlocked: ['db:migrate'],
    tasks: { 'db:migrate': update, 'db:create': creating(), 'db:migrate:status': reads, 'db:seed:all': unknown, 'db:seed': unknown },
    forms: [
      form('sequelize db:migrate', 'no change'),
      form('sequelize db:seed:all', 'inserts its rows again', 'configure a seeder storage'),
    ],
  },
  {
    names: ['typeorm', 'mikro-orm'],
    places: npmPackages,
    unlocked: ['migration:run'],
    tasks: { 'migration:run': update, 'migration:up': update, 'schema:sync': update },
    forms: [form('typeorm migration:run', 'no change')],
  },
  {
    names: ['airflow'],
    places: pythonEnvironments,
    tasks: {
      'db migrate': update,
      'db init': update,
      'db upgrade': update,
      'db check': reads,
      'db check-migrations': reads,
      'users create': puts,
      'connections add': { effect: 'unknown' },
      'variables set': puts,
      'pools set': puts,
      version: reads,
    },
    forms: [form('airflow db migrate, users create', 'no change')],
  },
  {
    names: ['superset'],
    places: pythonEnvironments,
    unlocked: ['db', 'upgrade'],
    tasks: { 'db upgrade': update, init: puts, 'fab create-admin': puts, version: reads },
    forms: [form('superset db upgrade, init, fab create-admin', 'no change')],
  },
  {
    names: ['mlflow'],
    places: pythonEnvironments,
    tasks: { 'db upgrade': update },
    forms: [form('mlflow db upgrade', 'no change')],
  },
  {
    names: ['artisan'],
    places: anywhere,
    unlocked: ['migrate'],
    tasks: {
      migrate: update,
      'migrate:status': reads,
      'config:cache': puts,
      'config:clear': puts,
      'route:cache': puts,
      'view:cache': puts,
      'cache:clear': puts,
      'event:cache': puts,
      'storage:link': puts,
      optimize: puts,
      'db:seed': unknown,
      'migrate:fresh': unknown,
      'key:generate': unknown,
    },
    forms: [
      form('php artisan migrate --force', 'no change'),
      form('php artisan db:seed', 'may insert its rows again', 'use firstOrCreate or upsert'),
    ],
  },
  {
    names: ['console', 'doctrine', 'doctrine-migrations'],
    places: ownBin,
    unlocked: ['doctrine:migrations:migrate'],
    tasks: {
      'doctrine:migrations:migrate': update,
      'migrations:migrate': update,
      'doctrine:schema:update': update,
      'doctrine:database:create': creating(['--connection'], ['--if-not-exists']),
      'doctrine:migrations:status': reads,
      'cache:clear': puts,
      'cache:warmup': puts,
      'assets:install': puts,
    },
    forms: [
      form('console doctrine:migrations:migrate', 'no change'),
      form('console doctrine:database:create', 'fails: already exists', '--if-not-exists'),
    ],
  },
]

export const migrationCommands: readonly CommandModel[] = [
  ...tools.map(migrationModel),
  command('migrations', ['phinx'], { unlockedMigration: ['migrate'] }),
  command('migrations', ['aerich'], { unlockedMigration: ['upgrade'] }),
]
