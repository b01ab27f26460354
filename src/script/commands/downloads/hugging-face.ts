/** Models and data sets of the Hugging Face Hub: hf, huggingface-cli. */
import { parentOf } from '../../machine/file-system.ts'
import { concat, empty, identity, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, within, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'

/** huggingface.co/docs/huggingface_hub/guides/cli. The patterns of --include and --exclude may be several words, which count as operands. */
const options: OptionTable = {
  values: [
    ...['--local-dir', '--cache-dir', '--revision', '--repo-type', '--include', '--exclude', '--token', '--max-workers', '--type'],
    ...['--local-dir-use-symlinks', '--format'],
  ],
  flags: ['--resume-download', '--force-download', '--quiet', '-q', '--dry-run', '--add-to-git-credential', '--no-local-dir-use-symlinks'],
}

/** Commands that change nothing but the token in the home directory of the container. */
const harmless = new Set(['login', 'logout', 'auth', 'whoami', 'version', 'env', '--help'])

/**
 * `hf download REPOSITORY`: each file is moved to its name when it is complete, and those that exist are checked, so that a rerun completes
 * the directory (huggingface_hub, _local_folder.py). An attempt that fails or is killed leaves some of the files.
 */
function huggingFace(call: Call, { value, has, operands }: Options): number {
  call.fallible()
  const verb = textOf(operands[0] ?? empty)
  if (harmless.has(verb ?? '') || has('--dry-run')) return 0
  if (verb !== 'download' || operands.length < 2) return call.notFollowed(`what this ${call.name} command does`)
  const { machine } = call
  const path = writtenPath(value('--local-dir') ?? cacheOf(call, value('--cache-dir')), machine)
  const found = machine.node(path, 'folder')
  if (found.kind === 'absent' ? !makeFolder(path, machine, true) : found.kind !== 'folder') return 1
  const names = operands.slice(2).flatMap((operand) => textOf(operand) ?? [])
  const repository = keyOf(operands[1] ?? empty)
  const isListed =
    names.length > 0 && names.length === operands.length - 2 && value('--local-dir') !== undefined && !has('--include', '--exclude')
  if (isListed) return saveFiles(names, path, repository, call)
  const which = [...operands, ...['--include', '--exclude', '--revision'].flatMap((option) => [literal(option), value(option) ?? empty])]
  fillFolder(path, identity(`${repository} of Hugging Face: ${argumentText(which)}`), call, { failing: 1 })
  return 0
}

/** Saves single files, each of which is complete as soon as it has its name. */
function saveFiles(names: readonly string[], folder: string, repository: string, call: Call): number {
  const { machine } = call
  const save = (name: string) => {
    const path = within(folder, name)
    makeFolder(parentOf(path), machine, true)
    machine.replace(path, { kind: 'file', content: [{ id: identity(`${name} of ${repository} of Hugging Face`), filled: true }] })
  }
  const [first, ...others] = names
  if (first !== undefined && others.length > 0) {
    call.partials(() => save(first))
    call.failures(1, () => save(first))
  }
  names.forEach(save)
  return 0
}

/** The cache: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables */
function cacheOf({ machine }: Call, given: Value | undefined): Value {
  const home = machine.variable('HF_HOME') ?? concat(machine.variable('HOME') ?? literal('/root'), literal('/.cache/huggingface'))
  return given ?? machine.variable('HF_HUB_CACHE') ?? concat(home, literal('/hub'))
}

export const huggingFaceCommands: readonly CommandModel[] = [
  command(
    'downloads',
    ['hf', 'huggingface-cli'],
    { run: reading(options, huggingFace), hasSubcommands: true },
    { form: 'hf download REPOSITORY --local-dir DIR', again: 'no change: completes what is missing', safeWhen: '' },
  ),
]
