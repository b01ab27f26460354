import { archiveCommands } from './archives/archives.ts'
import { compressionCommands } from './archives/compression.ts'
import { zipCommands } from './archives/zip.ts'
import type { CommandModel } from './command.ts'
import { curlCommands } from './downloads/curl.ts'
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
import { filterCommands } from './text/filters.ts'
import { grepCommands } from './text/grep.ts'
import { sedCommands } from './text/sed.ts'
import { surroundingCommands } from './text/surroundings.ts'
import { textCommands } from './text/text.ts'
import { yqCommands } from './text/yq.ts'

/** The commands whose effects are on the file system. */
export const fileFamilies: readonly CommandModel[] = [
  ...fileCommands,
  ...specialFileCommands,
  ...copyCommands,
  ...mirrorCommands,
  ...moveCommands,
  ...linkCommands,
  ...modeCommands,
  ...listingCommands,
  ...textCommands,
  ...patchCommands,
  ...grepCommands,
  ...sedCommands,
  ...filterCommands,
  ...surroundingCommands,
  ...yqCommands,
  ...archiveCommands,
  ...zipCommands,
  ...compressionCommands,
  ...curlCommands,
  ...wgetCommands,
  ...gitCommands,
]
