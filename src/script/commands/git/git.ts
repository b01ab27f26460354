/**
 * git: clones, and commands within them. The work tree is a layer added by the clone; refs and remotes are represented as paths under
 * `.git`.
 */

import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { layersOf, parentOf, start } from '../../machine/file-system.ts'
import type { Layer } from '../../machine/layers.ts'
import { derived, empty, identity, isKeyOfUnknown, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { withTables } from '../kit/options.ts'
import { argumentText, writtenPath } from '../kit/reading.ts'
import { fullness, isEmpty } from '../kit/trees.ts'
import { config, fatal, repository } from './git-config.ts'
import { type GitCall, gitTable, readGit } from './git-options.ts'
import { failing, interrupted } from './git-repairs.ts'

type Subcommand = (git: GitCall) => number

function clone({ call, options }: GitCall): number {
  const { machine } = call
  call.fallible()
  const [url, folder] = options.operands
  if (url === undefined) return fatal
  const path = writtenPath(folder ?? literal(nameOfRepository(url)), machine)
  const node = machine.suppose(path, { kind: 'absent' })
  if (node.kind !== 'absent' && (node.kind !== 'folder' || !isFree(path, machine))) return fatal
  if (!makeFolder(path, machine, true)) return fatal
  const isBare = options.has('--bare', '--mirror')
  const source = identity(`git clone ${argumentText([...options.all('-b', '--branch'), url])}`)
  const part: Layer = { source, path: isBare ? '' : '/.git', part: true }
  // A killed clone leaves `.git` without a work tree, so `git clone` on a rerun finds a directory that is not empty.
  call.partials(() =>
    isBare ? machine.addLayer(path, part) : machine.write(`${path}/.git`, { kind: 'folder', closed: false, layers: [part] }),
  )
  // A clone that fails is removed, except for one whose submodules fail (git builtin/clone.c, JUNK_LEAVE_ALL).
  if (options.has('--recurse-submodules', '--recursive')) call.failures(1, () => machine.addLayer(path, { source, path: '', part: true }))
  machine.addLayer(path, { source, path: '' })
  if (!isBare) machine.write(`${path}/.git`, { kind: 'folder', closed: false, layers: [{ source, path: '/.git' }] })
  return 0
}

function nameOfRepository(url: Value): string {
  const text = keyOf(url)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1)
  if (name === '' || isKeyOfUnknown(name)) throw new NotAnalyzed('the name of a clone')
  return name
}

/** Whether git considers a directory empty. A volume of the node that a script clones into is assumed to be empty at the start. */
function isFree(path: string, machine: CommandMachine): boolean {
  const holds = fullness(path, machine)
  if (holds !== 'open') return holds === 'empty'
  const isGiven = layersOf(machine.files.look(path) ?? { kind: 'absent' }, path).every(({ source }) => source === start)
  if (!isGiven && !isEmpty(path, machine)) return false
  machine.files.set(path, { kind: 'folder', closed: true }, null)
  return true
}

function init({ call, options }: GitCall): number {
  const { machine } = call
  const path = writtenPath(options.operands[0] ?? literal('.'), machine)
  if (!makeFolder(path, machine, true)) return fatal
  const folder = options.has('--bare') ? path : `${path}/.git`
  const source = 'git init'
  if (options.has('--bare')) machine.addLayer(path, { source, path: '' }, true)
  else if (machine.suppose(folder, { kind: 'absent' }).kind === 'absent')
    machine.write(folder, { kind: 'folder', closed: false, layers: [{ source, path: '/.git' }] })
  return 0
}

/** A subcommand that works only within a complete repository. */
function inRepository(run: (git: GitCall, path: string) => number): Subcommand {
  return (git) => {
    const found = repository(git.call.machine)
    return found === undefined || !found.isComplete ? fatal : run(git, found.path)
  }
}

/** Contacts a server. What it changes is the same on a rerun. */
const fetches = inRepository(({ call }, path) => {
  call.fallible()
  if (isUnborn(path, call.machine)) call.machine.addLayer(path, { source: 'git fetch', path: '' })
  return 0
})

/** Whether a repository was created by `git init` and nothing was fetched into it: its branch is only a name so far. */
function isUnborn(path: string, machine: CommandMachine): boolean {
  const layers = layersOf(machine.files.look(path) ?? { kind: 'absent' }, path)
  return layers.length > 0 && layers.every(({ source }) => source === 'git init')
}

const changesNothing = inRepository(() => 0)

/** Creates a ref that must not exist yet. @returns `taken` if it exists */
function createRef(name: Value | undefined, kind: string, replaces: boolean, path: string, taken: number, call: Call): number {
  const { machine } = call
  if (name === undefined) return 0
  const ref = `${path}/${kind} ${keyOf(name).replaceAll('/', '\u2215')}`
  if (machine.suppose(ref, { kind: 'absent' }).kind !== 'absent' && !replaces) return taken
  machine.write(ref, { kind: 'file', content: derived(kind, name) })
  return 0
}

const checkout = inRepository(({ call, options }, path) => {
  const created = options.value('-b', '-c', '--create')
  if (isUnborn(path, call.machine)) return created === undefined && options.value('-B', '-C') === undefined ? 1 : 0
  if (created !== undefined) return createRef(created, 'branch', false, path, fatal, call)
  if (options.value('-B', '-C') !== undefined || options.operands.length === 0) return 0
  const layers = worktreeLayers(path, call.machine)
  const top = layers.at(-1)
  const revision = identity(argumentText(options.operands))
  if (top !== undefined) call.machine.write(`${path}/HEAD`, { kind: 'file', content: derived('git checkout', literal(revision)) })
  return 0
})

function worktreeLayers(path: string, machine: CommandMachine): readonly Layer[] {
  const folder = parentOf(path)
  return layersOf(machine.files.look(folder) ?? { kind: 'absent' }, folder)
}

/** `reset --hard`: restores the files of the clone and keeps untracked files. */
const reset = inRepository(({ call, options }, path) => {
  if (!options.has('--hard')) return 0
  const tree = worktreeLayers(path, call.machine).find(({ source }) => source.startsWith('git clone'))
  if (tree !== undefined) call.machine.addLayer(parentOf(path), tree)
  return 0
})

const branch = inRepository(({ call, options }, path) => {
  if (isUnborn(path, call.machine)) return options.operands.length === 0 ? 0 : fatal
  if (options.has('-d', '-D', '--delete')) {
    call.unknown('the removal of a branch')
    return 0
  }
  return options.has('-f', '--force', '-m', '-M') ? 0 : createRef(options.operands[0], 'branch', false, path, fatal, call)
})

const tag = inRepository(({ call, options }, path) => {
  if (isUnborn(path, call.machine)) return options.operands.length === 0 ? 0 : fatal
  if (options.has('-d', '-l', '--delete', '--list')) return 0
  return createRef(options.operands[0], 'tag', options.has('-f', '--force'), path, fatal, call)
})

const remote = inRepository(({ call, options }, path) => {
  const [action, name] = options.operands
  if (textOf(action ?? empty) === 'add') return createRef(name, 'remote', false, path, 3, call)
  if (['remove', 'rm', 'rename'].includes(textOf(action ?? empty) ?? '')) throw new NotAnalyzed('what git remote remove or rename does')
  return 0
})

const submodule = inRepository(({ call, options }, path) => {
  const [action, url, folder] = options.operands
  call.fallible()
  if (textOf(action ?? empty) !== 'add') return 0
  return createRef(folder ?? url, 'submodule', options.has('-f', '--force'), path, fatal, call)
})

const worktree = inRepository(({ call, options }) => {
  const [action, folder] = options.operands
  if (textOf(action ?? empty) !== 'add' || folder === undefined) return 0
  const { machine } = call
  const path = writtenPath(folder, machine)
  if (machine.suppose(path, { kind: 'absent' }).kind !== 'absent' || !parentFolder(path, machine)) return fatal
  machine.write(path, {
    kind: 'folder',
    closed: false,
    layers: [{ source: identity(`git worktree ${argumentText(options.operands)}`), path: '' }],
  })
  return 0
})

function prints({ call }: GitCall): number {
  const found = repository(call.machine)
  if (found === undefined || !found.isComplete) return fatal
  call.machine.print([{ id: identity(`git ${argumentText(call.arguments)} in ${found.path}`), filled: true }, '\n'])
  return 0
}

function queriesServer({ call }: GitCall): number {
  call.fallible()
  call.machine.print([{ id: identity(`git ${argumentText(call.arguments)}`), filled: true }, '\n'])
  return 0
}

const subcommands: ReadonlyMap<string, Subcommand> = new Map<string, Subcommand>([
  ['clone', clone],
  ['init', init],
  ['config', config],
  ['pull', fetches],
  ['fetch', fetches],
  ['checkout', checkout],
  ['switch', checkout],
  ['reset', reset],
  ['branch', branch],
  ['tag', tag],
  ['remote', remote],
  ['submodule', submodule],
  ['worktree', worktree],
  ['lfs', fetches],
  ['gc', changesNothing],
  ['sparse-checkout', changesNothing],
  ['ls-remote', queriesServer],
  ['status', prints],
  ['log', prints],
  ['show', prints],
  ['describe', prints],
  ['rev-parse', prints],
  ['rev-list', prints],
  ['symbolic-ref', prints],
  ['ls-files', prints],
  ['version', queriesServer],
  ['--version', queriesServer],
])

function git(call: Call): number {
  const { machine } = call
  const read = readGit(call)
  const run = () => {
    const subcommand = subcommands.get(read.subcommand)
    if (subcommand !== undefined) return subcommand(read)
    call.unknown(`what git ${read.subcommand} does`)
    return 0
  }
  if (read.folder === undefined) return run()
  const folder = writtenPath(read.folder, machine)
  if ((machine.files.look(folder) ?? machine.suppose(folder, { kind: 'folder', closed: false })).kind !== 'folder') return fatal
  return machine.inFolder(folder, run)
}

export const gitCommands: readonly CommandModel[] = [
  {
    names: ['git'],
    repairs: { failing, interrupted },
    hasSubcommands: true,
    section: 'git',
    forms: [
      {
        form: 'git clone URL DIR',
        again: 'fails: DIR already exists and is not empty',
        safeWhen: 'rm -rf DIR first; a guard on DIR treats an incomplete clone as complete',
      },
      { form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url', again: 'no change', safeWhen: '' },
      { form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add', again: 'fails: already exists', safeWhen: '-B, -f' },
      { form: 'git remote add', again: 'fails: already exists', safeWhen: 'git remote set-url' },
      { form: 'git apply FILE', again: 'unknown; fails if already applied', safeWhen: 'git apply -R --check FILE ||' },
      { form: 'git commit', again: 'unknown; fails if there is nothing to commit', safeWhen: 'git diff --cached --quiet ||' },
      { form: 'git config NAME VALUE', again: 'no change', safeWhen: '' },
      { form: 'git config --add', again: 'adds the value again', safeWhen: '--replace-all' },
    ],
    run: withTables(
      [...subcommands.keys()].map((name) => ({ after: `git ${name}`, table: gitTable(name) })),
      git,
    ),
  },
]
