/** gzip, bzip2, xz, zstd and the tools that unpack: the input is consumed, and an existing output makes them fail. */

import { first, options } from '../../change/kit.ts'
import { parentFolder } from '../../machine/command-machine.ts'
import { givenFile } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import { derived, isPart, partOf, type Value, wholeOf } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { consumesAll } from '../files/repairs.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { readAll, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'

interface Packer {
  readonly suffix: string
  readonly unpacks: boolean
  /** Exit status if the output exists already; BusyBox exits 1 in any case. */
  readonly blocked: 1 | 2
  /** Exit status for a file without the suffix; BusyBox exits 1 in any case. */
  readonly suffixless: 1 | 2
  /** Options that only this program has. */
  readonly own?: { readonly flags: readonly string[]; readonly values: readonly string[] }
  /** Whether -z selects the zlib format, whose files have another suffix. */
  readonly hasZlib?: true
}

const ofPigz = {
  suffix: '.gz',
  // Observed with pigz 2.6: it "skips" such files and exits 1, where gzip exits 2.
  blocked: 1,
  suffixless: 1,
  own: {
    flags: ['-11', '-R', '-i', '-m', '-N', '--rsyncable', '--independent', '--no-time', '--name'],
    values: ['-p', '-b', '--processes', '--blocksize'],
  },
  hasZlib: true,
} as const

const packers: ReadonlyMap<string, Packer> = new Map([
  ['gzip', { suffix: '.gz', unpacks: false, blocked: 2, suffixless: 2 }],
  ['gunzip', { suffix: '.gz', unpacks: true, blocked: 2, suffixless: 2 }],
  ['pigz', { ...ofPigz, unpacks: false }],
  ['unpigz', { ...ofPigz, unpacks: true }],
  ['bzip2', { suffix: '.bz2', unpacks: false, blocked: 1, suffixless: 2 }],
  ['bunzip2', { suffix: '.bz2', unpacks: true, blocked: 1, suffixless: 2 }],
  ['xz', { suffix: '.xz', unpacks: false, blocked: 1, suffixless: 2 }],
  ['unxz', { suffix: '.xz', unpacks: true, blocked: 1, suffixless: 2 }],
  ['zstd', { suffix: '.zst', unpacks: false, blocked: 2, suffixless: 2 }],
  ['unzstd', { suffix: '.zst', unpacks: true, blocked: 2, suffixless: 2 }],
  ['lz4', { suffix: '.lz4', unpacks: false, blocked: 2, suffixless: 2 }],
])

/** The packed text; unpacking it restores the original. */
function packed(suffix: string, content: Value): Value {
  const [piece] = derived(`packed ${suffix}`, content)
  return typeof piece === 'object' ? [{ ...piece, packed: content, filled: true }] : []
}

export function unpack(suffix: string, content: Value): Value {
  const [piece] = content
  if (content.length === 1 && typeof piece === 'object' && piece.packed !== undefined) return piece.packed
  // Packed files are assumed not to be empty.
  return derived(`unpacked ${suffix}`, content).map((made) => (typeof made === 'object' ? { ...made, filled: true } : made))
}

/** The options of a packer: those that all have, and its own. */
function optionsOf({ own }: Packer): OptionTable {
  return {
    flags: [
      ...['-d', '-k', '-f', '-c', '-n', '-q', '-v', '-z', '-t', '-9', '-8', '-7', '-6', '-5', '-4', '-3', '-2', '-1', '-e'],
      ...[
        '--decompress',
        '--keep',
        '--force',
        '--stdout',
        '--to-stdout',
        '--best',
        '--fast',
        '--quiet',
        '--no-name',
        '--rm',
        '--uncompress',
      ],
      ...(own?.flags ?? []),
    ],
    values: ['-T', '-S', '--threads', '-o', ...(own?.values ?? [])],
  }
}

function compress(call: Call, options: Options, packer: Packer): number {
  const { machine } = call
  const unpacks = packer.unpacks || options.has('-d', '--decompress', '--uncompress')
  const keeps = options.has('-k', '--keep') || (packer.suffix === '.zst' && !options.has('--rm'))
  const style = { ...packer, unpacks, keeps, forces: options.has('-f', '--force') }
  if (options.operands.length === 0 || options.has('-c', '--stdout', '--to-stdout')) {
    const { content, missing } = readAll(options.operands, machine)
    // Empty input is not a valid packed file: this is what `| gunzip` gets from a failed download.
    if (unpacks && isPart(content)) {
      machine.print(partOf(unpack(packer.suffix, wholeOf(content))))
      return 1
    }
    if (unpacks && content.length === 0) return packer.suffix === '.xz' && isBusyBox(machine) ? 0 : 1
    machine.print(unpacks ? unpack(packer.suffix, content) : packed(packer.suffix, content))
    return missing ? 1 : 0
  }
  return options.operands.map((operand) => convert(operand, style, call)).find((status) => status !== 0) ?? 0
}

interface Style extends Packer {
  readonly keeps: boolean
  readonly forces: boolean
}

function convert(operand: Value, { suffix, unpacks, keeps, forces, blocked, suffixless }: Style, call: Call): number {
  const { machine } = call
  if (globOf(operand) !== undefined) throw new NotAnalyzed('compressing files with unknown names')
  const path = writtenPath(operand, machine)
  const target = unpacks ? withoutSuffix(path, suffix) : `${path}${suffix}`
  const exists = machine.files.look(path) ?? machine.suppose(path, givenFile(path))
  if (exists.kind !== 'file') return 1
  // GNU tools skip a file without their suffix, with a warning.
  if (target === undefined) return isBusyBox(machine) ? 1 : suffixless
  if (!parentFolder(target, machine)) return 1
  if (exists.shared !== undefined && machine.files.namesOf(exists.shared).length > 1 && !forces && !isBusyBox(machine)) {
    // gzip(1): a file with multiple links is left unchanged. Whether the others do that is not known here.
    if (suffix !== '.gz') throw new NotAnalyzed('compressing a file with several hard links')
    return 2
  }
  if (unpacks && isPart(exists.content)) return 1
  if (!forces && machine.suppose(target, { kind: 'absent' }).kind !== 'absent') return isBusyBox(machine) ? 1 : blocked
  const content = unpacks ? unpack(suffix, exists.content) : packed(suffix, exists.content)
  call.partials(() => machine.write(target, { kind: 'file', content: partOf(content) }))
  machine.write(target, { kind: 'file', content })
  if (!keeps) machine.remove(path)
  return 0
}

function withoutSuffix(path: string, suffix: string): string | undefined {
  if (path.endsWith(suffix)) return path.slice(0, -suffix.length)
  if (path.endsWith('.tgz') && suffix === '.gz') return `${path.slice(0, -4)}.tar`
  return undefined
}

export const compressionCommands: readonly CommandModel[] = [
  {
    names: [...packers.keys()],
    consumesInput: true,
    repairs: { failing: first(options('-f'), consumesAll), interrupted: options('-f') },
    onlyTouchesFiles: true,
    section: 'archives',
    forms: [
      {
        form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz',
        again: 'fails: the input no longer exists',
        safeWhen: '-kf, gunzip -c FILE.gz > FILE',
      },
      { form: 'gunzip -k FILE.gz', again: 'fails: the output already exists', safeWhen: '-kf' },
      { form: 'pigz FILE, unpigz FILE.gz', again: 'fails: the input no longer exists', safeWhen: '-kf, unpigz -c FILE.gz > FILE' },
    ],
    run: byName(
      new Map([...packers].map(([name, packer]) => [name, reading(optionsOf(packer), (call, options) => compress(call, options, packer))])),
    ),
  },
]
