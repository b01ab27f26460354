/** Rehearsals for tests: a claim at /data, an emptyDir at /work, and the container's own file system elsewhere. */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import { type Rehearsal, rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import type { Dialect, Userland } from '../../../src/script/syntax/dialect.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'

const ownMounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'data', subPath: '' },
  { path: '/work', storage: 'pod', volume: 'work', subPath: '' },
]

/** Rehearses a script. @param dialect by default, `bash` with GNU tools, every other shell with BusyBox's */
export function rehearsal(
  script: string,
  dialect: Dialect = 'bash',
  mounts: readonly Mount[] = ownMounts,
  userland: Userland = dialect === 'bash' ? 'gnu' : 'busybox',
): Rehearsal {
  return rehearse(
    {
      script: parseScript(script),
      positional: [],
      options: { errexit: false, nounset: false, pipefail: false },
      mounts,
      environment: new Map([['HOME', '/root']]),
      workingFolder: '',
      userland,
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

/** A test of the verdict of each script. */
export function sameVerdicts(name: string, wanted: Readonly<Record<string, string>>): void {
  sameResults(name, wanted, (script) => rehearsal(script).verdict)
}

/** A test of the verdict of each script and whether it is atomic, such as `safe true`. */
export function sameOutcomes(name: string, mounts: readonly Mount[], wanted: Readonly<Record<string, string>>): void {
  sameResults(name, wanted, (script) => {
    const { verdict, atomic } = rehearsal(script, 'bash', mounts)
    return `${verdict} ${atomic}`
  })
}

function sameResults(name: string, wanted: Readonly<Record<string, string>>, resultOf: (script: string) => string): void {
  t.test(name, async (t) => {
    t.strictSame(Object.fromEntries(Object.keys(wanted).map((script) => [script, resultOf(script)])), wanted)
  })
}
