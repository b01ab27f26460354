/** A command runs once for each state that it finds: not again in other cases, reruns and shells that find the same. Counted, not timed. */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import type { Call, Catalogue } from '../../../src/script/commands/command.ts'
import type { Flavor } from '../../../src/script/container/image-shells.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import { FileSystem } from '../../../src/script/machine/file-system.ts'
import { Footprint } from '../../../src/script/machine/footprint.ts'
import { Machine } from '../../../src/script/machine/machine.ts'
import { rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { rehearseVariants } from '../../../src/script/rehearsal/variants.ts'
import { KnownUnits } from '../../../src/script/shell/known-units.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { World } from '../../../src/script/value/world.ts'

const mounts: readonly Mount[] = [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }]

const machineSetting = {
  flavor: { dialect: 'bash', userland: 'gnu' },
  askFlavor: () => false,
  environment: new Map(),
} as const

/** A run of a unit that does nothing. */
const nothingDone = {
  ...{ shellBefore: 0, shellAfter: 0, statusBefore: 0, statusAfter: 0, inputBefore: undefined, inputAfter: undefined, end: 0, ticks: 0 },
  ...{ isFirst: true, steps: [], kept: new Map(), unknowns: [], refused: new Set<string>(), missing: new Map() },
}

/** The catalogue, and how often each program ran. */
function counting(): { readonly counted: Catalogue; readonly ran: Map<string, number> } {
  const ran = new Map<string, number>()
  const counted = new Map(
    [...catalogue].map(([name, model]) => {
      const { run } = model
      if (run === undefined) return [name, model] as const
      const counts: typeof run = (call) => {
        ran.set(name, (ran.get(name) ?? 0) + 1)
        return run(call)
      }
      return [name, { ...model, run: counts }] as const
    }),
  )
  return { counted, ran }
}

function inputOf(text: string) {
  const script = parseScript(text)
  const options = { errexit: true, nounset: false, pipefail: false }
  return {
    script,
    positional: [],
    options,
    mounts,
    environment: new Map<string, string>(),
    workingFolder: '',
    dialect: 'bash',
    userland: 'gnu',
  } as const
}

function ranIn(text: string): { readonly verdict: string; readonly ran: ReadonlyMap<string, number> } {
  const { counted, ran } = counting()
  const { verdict } = rehearse({ ...inputOf(text), onlyReruns: true }, counted)
  return { verdict, ran }
}

t.test('a command that does not depend on a condition runs as often, whatever the number of cases', async (t) => {
  const conditions = (count: number) => Array.from({ length: count }, (_, index) => `[ -e /img/f${index} ] && echo ${index}\n`).join('')
  const textOf = (count: number) => `${conditions(count)}mkdir -p /data/a\ncp /img/b /data/b\nchmod 600 /data/b\n`
  const [one, three] = [ranIn(textOf(1)), ranIn(textOf(3))]
  t.equal(one.verdict, 'safe')
  t.equal(three.verdict, 'safe')
  for (const program of ['mkdir', 'cp', 'chmod']) t.equal(three.ran.get(program), one.ran.get(program), program)
})

t.test('a command of a rerun that finds what it found in the first run does not run again', async (t) => {
  const { verdict, ran } = ranIn('mkdir -p /data/a\nmkdir -p /data/b\nmkdir -p /data/c\n')
  t.equal(verdict, 'safe')
  // Once where the directory is missing, and once where it exists, whatever was stopped before.
  t.equal(ran.get('mkdir'), 6)
  const asked: boolean[] = []
  const run = ({ machine }: Call): number => {
    asked.push(machine.isFirst)
    return 0
  }
  const ask = { names: ['ask'], section: 'files', forms: [], run } as const
  rehearse({ ...inputOf('mkdir -p /data/a\nask\n'), onlyReruns: true }, new Map([...catalogue, ['ask', ask]]))
  t.strictSame(new Set(asked), new Set([true, false]), 'unless it asks which run it is')
})

t.test('a script runs again for the failures of its first run only if the container may refuse something', async (t) => {
  const timesRun = (program: string, text: string, more: object = {}) => {
    const { counted, ran } = counting()
    const { failure } = rehearse({ ...inputOf(text), ...more }, counted)
    return { failure: failure?.program ?? null, times: ran.get(program) }
  }
  const text = 'mkdir -p /data/a\ncp /img/x /data/a/x\n'
  const once = ranIn(text).ran.get('cp') ?? 0
  t.ok(once > 0)
  t.strictSame(timesRun('cp', text), { failure: null, times: once })
  // The container's own file system is read-only: that changes what the first run does.
  const sealed = timesRun('cp', `${text}cp /img/x /opt/x\n`, { isRootReadOnly: true })
  t.equal(sealed.failure, 'cp')
  const readOnly = [...mounts, { path: '/config', storage: 'read-only', volume: 'config', subPath: '' }] as const
  t.equal(timesRun('mkdir', 'touch /data/x\nmkdir -p /config/a\n', { mounts: readOnly }).failure, 'mkdir')
  t.equal(timesRun('cp', text, { mounts: readOnly }).times, once + 1, 'mkdir may be refused')
  t.equal(timesRun('chown', 'touch /data/x\nchown 5 /data/x\n', { user: { obeysModes: true, cannotChown: { uid: 1 } } }).failure, 'chown')
  // The container has these files in every first run.
  const given = 'cat /etc/hosts > /data/hosts\nrm -rf /etc/hosts\ncp /img/x /data/x\n'
  t.equal(timesRun('cp', given).times, (ranIn(given).ran.get('cp') ?? 0) + 1)
  const globbed = 'touch /data/y\nls /etc > /data/x\ncp /img/x /data/x\n'
  t.equal(timesRun('cp', globbed).times, (ranIn(globbed).ran.get('cp') ?? 0) + 1)
})

t.test('a command that a kill or a failure disturbs runs once, too, if it finds the same in each case', async (t) => {
  const textOf = (conditions: string) => `${conditions}curl -fsSL -o /data/f https://files.example/f\nrm -f /data/f\n`
  const [one, three] = [ranIn(textOf('')), ranIn(textOf('[ -e /img/a ] && echo a\n[ -e /img/b ] && echo b\n'))]
  t.ok((one.ran.get('curl') ?? 0) > 2)
  t.equal(three.ran.get('curl'), one.ran.get('curl'))
})

t.test('a command that finds something else runs again', async (t) => {
  // Whether the file exists is another state for cp in each case.
  const { ran, verdict } = ranIn('[ -e /img/a ] && echo x > /data/b\n[ -d /data/b ] || cp /img/c /data/b\nls /data > /data/c\n')
  t.equal(verdict, 'safe')
  t.ok((ran.get('cp') ?? 0) >= 2)
  // A directory is listed again if a name in it changed.
  const listing = ranIn('[ -e /img/a ] && touch /data/x\nls /data\nmkdir -p /data/d\n')
  t.ok((listing.ran.get('ls') ?? 0) >= 3, `${listing.ran.get('ls')}`)
})

t.test('rehearsals with other shells take over what does not depend on the shell', async (t) => {
  const text = '[[ -f /img/a ]] && touch /data/x\nmkdir -p /data/a\ncp /img/b /data/b\n'
  const { counted, ran } = counting()
  const input = { ...inputOf(text), onlyReruns: true, known: new KnownUnits() } as const
  const first = rehearse(input, counted)
  const before = new Map(ran)
  const second = rehearse({ ...input, dialect: 'ash', userland: 'busybox' }, counted)
  t.strictSame(ran, before)
  t.strictSame([second.verdict, second.results], [first.verdict, first.results])
  t.ok(second.flavor.size > 0, 'the shell matters, although nothing ran')
  const third = rehearse({ ...input, dialect: 'posix' }, counted)
  t.ok(third.results.size < first.results.size, '[[ is no command there')
})

t.test('shells and tools that give the same answers are one rehearsal', async (t) => {
  const stepsWith = (text: string, ...flavors: readonly Flavor[]) => {
    const { flavor, steps } = rehearseVariants(inputOf(text), flavors, 6000)
    return { asked: [...flavor.keys()], steps }
  }
  const [gnu, busybox, dash]: readonly Flavor[] = [
    { dialect: 'bash', userland: 'gnu' },
    { dialect: 'bash', userland: 'busybox' },
    { dialect: 'posix', userland: 'gnu' },
  ]
  if (gnu === undefined || busybox === undefined || dash === undefined) throw new Error('three flavors')
  const conditional = 'if [[ -f /img/a ]]; then cp /img/a /data/a; fi\n'
  t.strictSame(stepsWith(conditional, gnu).asked, ['the shell is posix'])
  t.equal(stepsWith(conditional, gnu, busybox).steps, stepsWith(conditional, gnu).steps, 'both are bash')
  t.ok(stepsWith('sh -c "[[ -f /img/a ]] && cp /img/a /data/a"\n', gnu, dash).steps > stepsWith(conditional, gnu).steps)
  const plain = 'for x in "$HOME"; do cp "$x"/a /data/a; done\n'
  t.strictSame(stepsWith(plain, gnu).asked, [], 'no word with braces')
  t.equal(stepsWith(plain, gnu, dash).steps, stepsWith(plain, gnu).steps)
})

t.test('what is written over a directory reads nothing of the volumes below it', async (t) => {
  const files = FileSystem.initial([...mounts, { path: '/data/cache', storage: 'pod', volume: 'cache', subPath: '' }])
  const file = { kind: 'file', content: ['x'] } as const
  for (const path of ['/data/a', '/database', '/opt/a']) files.set(path, file, 1)
  const footprint = new Footprint()
  files.footprint = footprint
  files.addLayer('', { source: 'an archive', path: '' }, 2, false, () => false)
  t.notOk(footprint.concernsAny(['/data', '/data/a', '/data/cache/b']))
  t.ok(footprint.concernsAny(['/database']))
  t.ok(footprint.concernsAny(['/opt/b']))
  footprint.noteListed((prefix) => files.listedBelow(prefix))
  t.notOk([...(footprint.listed?.values() ?? [])].some((entries) => entries.has('/data/a')))
  files.below('')
  t.ok(footprint.concernsAny(['/data/a']), 'a command that lists all of it reads them')
  files.addLayer('', { source: 'another archive', path: '' }, 3, false, () => false)
  t.ok(footprint.concernsAny(['/data/a']))
})

t.test('what is kept of long texts is limited', async (t) => {
  const { shell, files } = new Machine({ ...machineSetting, world: new World() }, FileSystem.initial([]))
  const [unit] = parseScript('true').body
  if (unit === undefined) throw new Error('a statement')
  const known = new KnownUnits()
  const add = (kind: string): void => {
    const footprint = new Footprint()
    footprint.changed('/data/f', undefined, { node: { kind: 'file', content: ['x'.repeat(500_000)] }, writer: 1 })
    const common = { ...nothingDone, shell, footprint, changes: footprint.changes }
    known.add(unit, kind, { ...common, output: ['x'.repeat(500_000)] }, files)
  }
  for (let run = 0; run < 10; run++) add(`${run}`)
  t.ok(known.find(unit, '0', () => true))
  t.notOk(known.find(unit, '9', () => true))
})
