/** How an interrupted run of migrations is repaired, by the message of its tool. */
import type { Found } from './context.ts'

export const laterOfMigrations = ['run migrations in one Job, not in each replica, and each in a transaction if the database allows it']

/** What tools of migrations say of an interrupted run, and how each is repaired. */
export const repairs: Readonly<Record<string, { readonly means: string; readonly now: string; readonly more?: Partial<Found> }>> = {
  'log-migration-failed': {
    means: 'runs no migration, because an earlier one failed halfway',
    now: 'repair the schema by hand, then mark the migration: `prisma migrate resolve`, `flyway repair`',
  },
  'log-migration-lock': {
    means: 'cannot get the lock of the migrations: another run holds it, or one that was killed left it',
    now: 'make sure that no other run is active, then release the lock: `liquibase release-locks`, `knex migrate:unlock`',
    more: { until: 'the other run ends, if there is one' },
  },
}
