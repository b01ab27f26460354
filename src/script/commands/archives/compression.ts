/** gzip, bzip2, xz, zstd and the tools that unpack: the input is consumed, and an existing output makes them fail. */

import { givenFile } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import { parentFolder } from '../../machine/machine.ts'
import { derived, isPart, partOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { readOptions } from '../kit/options.ts'
import { readAll, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'

interface Packer {
  readonly suffix: string
  readonly unpacks: boolean
}

const packers: ReadonlyMap<string, Packer> = new Map([
  ['gzip', { suffix: '.gz', unpacks: false }],
  ['gunzip', { suffix: '.gz', unpacks: true }],
  ['bzip2', { suffix: '.bz2', unpacks: false }],
  ['bunzip2', { suffix: '.bz2', unpacks: true }],
  ['xz', { suffix: '.xz', unpacks: false }],
  ['unxz', { suffix: '.xz', unpacks: true }],
  ['zstd', { suffix: '.zst', unpacks: false }],
  ['unzstd', { suffix: '.zst', unpacks: true }],
  ['lz4', { suffix: '.lz4', unpacks: false }],
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

function compress(call: Call): number {
  const { machine } = call
  const packer = packers.get(call.name.slice(call.name.lastIndexOf('/') + 1)) ?? { suffix: '.gz', unpacks: false }
  const options = readOptions(call, {
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
    ],
    values: ['-T', '-S', '--threads', '-o'],
  })
  if (options.has('-t', '-o', '-S')) throw new NotAnalyzed(`what an unsupported option of ${call.name} does`)
  const unpacks = packer.unpacks || options.has('-d', '--decompress', '--uncompress')
  const keeps = options.has('-k', '--keep') || (packer.suffix === '.zst' && !options.has('--rm'))
  const style = { ...packer, unpacks, keeps, forces: options.has('-f', '--force') }
  if (options.operands.length === 0 || options.has('-c', '--stdout', '--to-stdout')) {
    const { content, missing } = readAll(options.operands, machine)
    // Empty input is not a valid packed file: this is what `| gunzip` gets from a failed download.
    if (unpacks && (content.length === 0 || isPart(content)))
      return content.length === 0 && packer.suffix === '.xz' && isBusyBox(machine) ? 0 : 1
    machine.print(unpacks ? unpack(packer.suffix, content) : packed(packer.suffix, content))
    return missing ? 1 : 0
  }
  return options.operands.map((operand) => convert(operand, style, call)).find((status) => status !== 0) ?? 0
}

interface Style extends Packer {
  readonly keeps: boolean
  readonly forces: boolean
}

function convert(operand: Value, { suffix, unpacks, keeps, forces }: Style, call: Call): number {
  const { machine } = call
  if (globOf(operand) !== undefined) throw new NotAnalyzed('compressing files with unknown names')
  const path = writtenPath(operand, machine)
  const target = unpacks ? withoutSuffix(path, suffix) : `${path}${suffix}`
  const exists = machine.files.look(path) ?? machine.suppose(path, givenFile(path))
  if (exists.kind !== 'file') return 1
  // GNU tools skip a file without their suffix, with a warning.
  if (target === undefined) return isBusyBox(machine) ? 1 : 2
  if (!parentFolder(target, machine)) return 1
  if (unpacks && isPart(exists.content)) return 1
  if (!forces && machine.suppose(target, { kind: 'absent' }).kind !== 'absent')
    return isBusyBox(machine) || suffix === '.bz2' || suffix === '.xz' ? 1 : 2
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
    section: 'archives',
    forms: [
      {
        form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz',
        again: 'fails: the input no longer exists',
        safeWhen: '-kf, gunzip -c FILE.gz > FILE',
      },
      { form: 'gunzip -k FILE.gz', again: 'fails: the output already exists', safeWhen: '-kf' },
    ],
    run: compress,
  },
]
