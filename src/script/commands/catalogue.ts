import { archiveCommands } from './archives/archives.ts'
import { compressionCommands } from './archives/compression.ts'
import { sevenZipCommands } from './archives/seven-zip.ts'
import { zipCommands } from './archives/zip.ts'
import type { Catalogue, CommandModel } from './command.ts'
import { backupCommands } from './databases/backups.ts'
import { otherDatabaseCommands } from './databases/databases.ts'
import { interpreterCommands } from './databases/interpreters.ts'
import { migrationCommands } from './databases/migrations.ts'
import { mongoCommands } from './databases/mongo.ts'
import { mysqlCommands } from './databases/mysql.ts'
import { postgresCommands } from './databases/postgres.ts'
import { sqliteCommands } from './databases/sqlite.ts'
import { curlCommands } from './downloads/curl.ts'
import { huggingFaceCommands } from './downloads/hugging-face.ts'
import { wgetCommands } from './downloads/wget.ts'
import { copyCommands } from './files/copy.ts'
import { fileCommands } from './files/files.ts'
import { linkCommands } from './files/links.ts'
import { listingCommands } from './files/listing.ts'
import { mirrorCommands } from './files/mirror.ts'
import { modeCommands } from './files/modes.ts'
import { moveCommands } from './files/move.ts'
import { patchCommands } from './files/patch.ts'
import { specialFileCommands } from './files/special-files.ts'
import { gitCommands } from './git/git.ts'
import { elasticKeystoreCommands } from './keys/elastic-keystores.ts'
import { keyCommands } from './keys/keys.ts'
import { keystoreCommands } from './keys/keystores.ts'
import { brokerCommands } from './services/brokers.ts'
import { clusterCommands } from './services/clusters.ts'
import { contourCommands } from './services/contour.ts'
import { copyToolCommands } from './services/copy-tools.ts'
import { etcdCommands } from './services/etcd.ts'
import { initImageCommands } from './services/init-images.ts'
import { minioCommands } from './services/minio.ts'
import { networkCommands } from './services/network.ts'
import { objectStoreCommands } from './services/object-stores.ts'
import { ollamaCommands } from './services/ollama.ts'
import { openstackCommands } from './services/openstack.ts'
import { pluginCommands } from './services/plugins.ts'
import { s5cmdCommands } from './services/s5cmd.ts'
import { secretCommands } from './services/secrets.ts'
import { wordpressCommands } from './services/wordpress.ts'
import { builtinCommands } from './shells/builtins.ts'
import { otherRootCommands } from './shells/other-root.ts'
import { shellCommands } from './shells/shells.ts'
import { wrapperCommands } from './shells/wrappers.ts'
import { goCommands } from './system/go.ts'
import { packageCommands } from './system/packages.ts'
import { processCommands } from './system/processes.ts'
import { userCommands } from './system/users.ts'
import { volumeCommands } from './system/volumes.ts'
import { filterCommands } from './text/filters.ts'
import { grepCommands } from './text/grep.ts'
import { pieceCommands } from './text/pieces.ts'
import { sedCommands } from './text/sed.ts'
import { surroundingCommands } from './text/surroundings.ts'
import { textCommands } from './text/text.ts'
import { yqCommands } from './text/yq.ts'

/** Every command that initlint models, in the order of docs/catalogue.md. */
export const commandModels: readonly CommandModel[] = [
  ...fileCommands,
  ...specialFileCommands,
  ...copyCommands,
  ...mirrorCommands,
  ...moveCommands,
  ...linkCommands,
  ...modeCommands,
  ...listingCommands,
  ...textCommands,
  ...pieceCommands,
  ...patchCommands,
  ...grepCommands,
  ...sedCommands,
  ...filterCommands,
  ...surroundingCommands,
  ...yqCommands,
  ...archiveCommands,
  ...zipCommands,
  ...sevenZipCommands,
  ...compressionCommands,
  ...curlCommands,
  ...wgetCommands,
  ...huggingFaceCommands,
  ...gitCommands,
  ...userCommands,
  ...postgresCommands,
  ...mysqlCommands,
  ...sqliteCommands,
  ...mongoCommands,
  ...otherDatabaseCommands,
  ...backupCommands,
  ...migrationCommands,
  ...interpreterCommands,
  ...wordpressCommands,
  ...clusterCommands,
  ...openstackCommands,
  ...minioCommands,
  ...objectStoreCommands,
  ...copyToolCommands,
  ...ollamaCommands,
  ...s5cmdCommands,
  ...brokerCommands,
  ...secretCommands,
  ...etcdCommands,
  ...keyCommands,
  ...keystoreCommands,
  ...elasticKeystoreCommands,
  ...networkCommands,
  ...contourCommands,
  ...initImageCommands,
  ...processCommands,
  ...volumeCommands,
  ...packageCommands,
  ...goCommands,
  ...pluginCommands,
  ...shellCommands,
  ...builtinCommands,
  ...wrapperCommands,
  ...otherRootCommands,
]

/** The models by command name. */
export const catalogue: Catalogue = new Map(commandModels.flatMap((model) => model.names.map((name) => [name, model] as const)))
