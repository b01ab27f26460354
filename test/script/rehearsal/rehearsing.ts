/** Rehearsals for tests: a claim at /data, an emptyDir at /work, and the container's own file system elsewhere. */
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import { type Rehearsal, rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'

const ownMounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'data', subPath: '' },
  { path: '/work', storage: 'pod', volume: 'work', subPath: '' },
]

/** Rehearses a script. @param dialect `bash` with GNU tools, every other shell with BusyBox's */
export function rehearsal(script: string, dialect: Dialect = 'bash', mounts: readonly Mount[] = ownMounts): Rehearsal {
  return rehearse(
    {
      script: parseScript(script),
      positional: [],
      options: { errexit: false, nounset: false, pipefail: false },
      mounts,
      environment: new Map([['HOME', '/root']]),
      workingFolder: '',
      userland: dialect === 'bash' ? 'gnu' : 'busybox',
      dialect,
    },
    catalogue,
  )
}

/** Obligation, rerun, whether it fails or differs, and command of each hazard, except those that need a kill within a command. */
export function findings(script: string, dialect: Dialect = 'bash'): string[] {
  return rehearsal(script, dialect)
    .hazards.filter(({ obligation }) => obligation !== 'interrupted')
    .map(({ obligation, rerun, outcome, command }) => `${obligation} ${rerun} ${outcome === 'fails' ? 'fails' : 'differs'}: ${command}`)
}
