/** The families whose effects are outside of the script's own files, or need to know a service. */
import type { CommandModel } from '../command.ts'
import { backupCommands } from './backups.ts'
import { brokerCommands } from './brokers.ts'
import { clusterCommands } from './clusters.ts'
import { otherDatabaseCommands } from './databases.ts'
import { elsewhereCommands } from './elsewhere.ts'
import { keyCommands } from './keys.ts'
import { keystoreCommands } from './keystores.ts'
import { migrationCommands } from './migrations.ts'
import { mysqlCommands } from './mysql.ts'
import { networkCommands } from './network.ts'
import { objectStoreCommands } from './object-stores.ts'
import { packageCommands } from './packages.ts'
import { pluginCommands } from './plugins.ts'
import { postgresCommands } from './postgres.ts'
import { processCommands } from './processes.ts'
import { secretCommands } from './secrets.ts'
import { shellCommands } from './shells.ts'
import { sqliteCommands } from './sqlite.ts'
import { userCommands } from './users.ts'
import { wordpressCommands } from './wordpress.ts'
import { wrapperCommands } from './wrappers.ts'

/** Their models, in the order of the table in docs. */
export const outsideCommands: readonly CommandModel[] = [
  ...userCommands,
  ...postgresCommands,
  ...mysqlCommands,
  ...sqliteCommands,
  ...otherDatabaseCommands,
  ...backupCommands,
  ...migrationCommands,
  ...wordpressCommands,
  ...clusterCommands,
  ...objectStoreCommands,
  ...brokerCommands,
  ...secretCommands,
  ...keyCommands,
  ...keystoreCommands,
  ...networkCommands,
  ...processCommands,
  ...packageCommands,
  ...pluginCommands,
  ...shellCommands,
  ...wrapperCommands,
  ...elsewhereCommands,
]
