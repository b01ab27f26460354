/** The families whose effects are outside of the script's own files, or need to know a service. */
import type { CommandModel } from './command.ts'
import { backupCommands } from './databases/backups.ts'
import { otherDatabaseCommands } from './databases/databases.ts'
import { migrationCommands } from './databases/migrations.ts'
import { mysqlCommands } from './databases/mysql.ts'
import { postgresCommands } from './databases/postgres.ts'
import { sqliteCommands } from './databases/sqlite.ts'
import { keyCommands } from './keys/keys.ts'
import { keystoreCommands } from './keys/keystores.ts'
import { brokerCommands } from './services/brokers.ts'
import { clusterCommands } from './services/clusters.ts'
import { networkCommands } from './services/network.ts'
import { objectStoreCommands } from './services/object-stores.ts'
import { pluginCommands } from './services/plugins.ts'
import { secretCommands } from './services/secrets.ts'
import { wordpressCommands } from './services/wordpress.ts'
import { elsewhereCommands } from './shells/elsewhere.ts'
import { shellCommands } from './shells/shells.ts'
import { wrapperCommands } from './shells/wrappers.ts'
import { packageCommands } from './system/packages.ts'
import { processCommands } from './system/processes.ts'
import { userCommands } from './system/users.ts'

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
