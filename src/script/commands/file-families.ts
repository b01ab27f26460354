import type { CommandModel } from '../command.ts'
import { archiveCommands } from './archives.ts'
import { compressionCommands } from './compression.ts'
import { copyCommands } from './copy.ts'
import { curlCommands } from './curl.ts'
import { fileCommands } from './files.ts'
import { filterCommands } from './filters.ts'
import { gitCommands } from './git.ts'
import { grepCommands } from './grep.ts'
import { linkCommands } from './links.ts'
import { listingCommands } from './listing.ts'
import { mirrorCommands } from './mirror.ts'
import { modeCommands } from './modes.ts'
import { moveCommands } from './move.ts'
import { patchCommands } from './patch.ts'
import { sedCommands } from './sed.ts'
import { specialFileCommands } from './special-files.ts'
import { surroundingCommands } from './surroundings.ts'
import { textCommands } from './text.ts'
import { wgetCommands } from './wget.ts'
import { yqCommands } from './yq.ts'
import { zipCommands } from './zip.ts'

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
