import { archiveExamples } from './archives.ts'
import { copyExamples } from './copies.ts'
import { downloadExamples } from './downloads.ts'
import { everydayExamples } from './everyday.ts'
import type { Example } from './example.ts'
import { fileExamples } from './files.ts'
import { gitExamples } from './git.ts'
import { keystoreExamples } from './keystores.ts'
import { outsideExamples } from './outside.ts'
import { patchExamples } from './patches.ts'
import { postgresExamples } from './postgres.ts'
import { programExamples } from './programs.ts'
import { statusExamples } from './status.ts'
import { systemExamples } from './system.ts'
import { textExamples } from './text.ts'
import { userExamples } from './users.ts'

/** All examples: of the catalogue's commands, and of how shells treat their exit status. */
export const allExamples: readonly Example[] = [
  ...fileExamples,
  ...copyExamples,
  ...textExamples,
  ...archiveExamples,
  ...downloadExamples,
  ...gitExamples,
  ...patchExamples,
  ...userExamples,
  ...systemExamples,
  ...outsideExamples,
  ...keystoreExamples,
  ...postgresExamples,
  ...programExamples,
  ...everydayExamples,
  ...statusExamples,
]
