import { archiveExamples } from './archives.ts'
import { copyExamples } from './copies.ts'
import { downloadExamples } from './downloads.ts'
import type { Example } from './example.ts'
import { fileExamples } from './files.ts'
import { gitExamples } from './git.ts'
import { textExamples } from './text.ts'

/** Every example of the families whose effects are on the file system. */
export const fileFamilyExamples: readonly Example[] = [
  ...fileExamples,
  ...copyExamples,
  ...textExamples,
  ...archiveExamples,
  ...downloadExamples,
  ...gitExamples,
]
