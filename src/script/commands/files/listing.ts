/** Commands that read names: find, with ls, stat and similar. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { layersOf } from '../../machine/file-system.ts'
import { globValue } from '../../machine/layers.ts'
import { pathValue } from '../../value/paths.ts'
import { concat, derived, empty, isUnknownStart, keyOf, linesUnder, literal, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { argumentText, folderValue, writtenPath } from '../kit/reading.ts'
import { isFilled } from '../kit/trees.ts'
import { empties } from './files.ts'
import { type Action, type Filter, readExpression } from './find-expression.ts'
import { inspectRun, mountpointRun } from './inspect.ts'
import { lsRun } from './ls.ts'

interface Search {
  readonly roots: readonly Value[]
  readonly expression: readonly Value[]
}

function searchOf(words: readonly Value[]): Search {
  const start = words.findIndex((word) => /^[-(!]/.test(keyOf(word)))
  const roots = start === -1 ? words : words.slice(0, start)
  return { roots: roots.length === 0 ? [literal('.')] : roots, expression: start === -1 ? [] : words.slice(start) }
}

/** `find ROOT… TESTS ACTION`. */
function find(call: Call): number {
  const { machine } = call
  const { roots, expression } = searchOf(call.arguments)
  const { filter, action } = readExpression(expression)
  let status = 0
  for (const root of roots) {
    if (isUnknownStart(root)) throw new NotAnalyzed('find in an unknown directory')
    const path = writtenPath(root, machine)
    const node = machine.files.look(path) ?? machine.suppose(path, { kind: 'folder', closed: false })
    if (node.kind === 'absent') status = 1
    else if (act(root, path, filter, action, call, roots.length === 1) !== 0) status = 1
  }
  return status
}

function act(root: Value, path: string, filter: Filter, action: Action, call: Call, isOnly: boolean): number {
  const { machine } = call
  const [matches, isWhole] = matching(path, filter, machine)
  if (action.deletes) {
    if (filter.isAllBelow) empties(path, machine)
    else if (!isWhole) throw new NotAnalyzed('find -delete on files with unknown names')
    else for (const match of matches.toReversed()) machine.remove(match)
    return 0
  }
  const shown = matches.map((match) => concat(root, pathValue(match.slice(path.length) === '' ? '' : match.slice(path.length))))
  const words = shown.map((value, index) => (matches[index] === path ? root : value))
  if (action.command !== undefined) {
    const isCopy = !isWhole && textOf(action.command[0] ?? empty) === 'cp'
    // As a pattern: the names are those of the directory itself.
    const found = isCopy ? [...words, concat(root, globValue(['/'], filter.name ?? '*'))] : words
    return execute(action.command, found, isWhole || isCopy, action.joins, call)
  }
  machine.print(concat(...words.map((value) => concat(value, literal('\n')))))
  if (!isWhole) machine.print(unlisted(path, filter, isOnly, call))
  return 0
}

/** What `find` prints about entries whose names are not known. @param isOnly whether it searches only this directory */
function unlisted(path: string, filter: Filter, isOnly: boolean, call: Call): Value {
  const { machine } = call
  const node = machine.files.look(path)
  const hasSome = filter.matchesSome && node !== undefined && layersOf(node, path).some((layer) => isFilled(layer, path))
  const [piece] = derived(`find ${argumentText(call.arguments)}`, folderValue(path, machine))
  const found = typeof piece === 'object' ? [hasSome ? { ...piece, filled: true, lines: true } : piece] : empty
  // With several roots, a name may be below any of them. In a directory whose names are all known, it is one of those.
  return linesUnder(isOnly && !isClosed(path, machine) ? path : undefined, found)
}

function isClosed(path: string, { files }: CommandMachine): boolean {
  const node = files.look(path)
  return node?.kind === 'folder' && node.closed
}

/** Listed paths that match the tests, and whether there can be no others. */
function matching(root: string, filter: Filter, machine: CommandMachine): readonly [readonly string[], boolean] {
  const existing = [root, ...machine.files.below(root).sort()].filter((path) => {
    const entry = machine.files.entry(path)
    return path === root || (entry !== undefined && entry.node.kind !== 'absent')
  })
  const isWhole =
    filter.isRootOnly ||
    existing.every((path) => {
      const node = machine.files.look(path)
      return node?.kind !== 'folder' || node.closed
    })
  const depthOf = (path: string) => path.slice(root.length).split('/').length - 1
  const matches = existing.filter((path) => filter.tests.every((test) => test(path, depthOf(path), machine)))
  return filter.hasUnsupported ? [[], false] : [matches, isWhole]
}

/** Commands that have no relevant effect on files with unknown names. */
const harmless = new Set([
  'chmod',
  'chown',
  'chgrp',
  'ls',
  'echo',
  'cat',
  'grep',
  'stat',
  'touch',
  'basename',
  'dirname',
  'wc',
  'head',
  'du',
])

function execute(command: readonly Value[], words: readonly Value[], isWhole: boolean, joins: boolean, call: Call): number {
  const name = textOf(command[0] ?? empty) ?? ''
  if (!isWhole && !harmless.has(name)) throw new NotAnalyzed('find -exec on files with unknown names')
  const put = (found: readonly Value[]) => command.flatMap((word) => (textOf(word) === '{}' ? found : [replaced(word, found[0] ?? empty)]))
  if (words.length === 0) return 0
  if (joins) return call.run(put(words)) === 0 ? 0 : 1
  for (const word of words) call.run(put([word]))
  return 0
}

function replaced(word: Value, found: Value): Value {
  return concat(
    ...word.map((piece) => {
      if (typeof piece !== 'string' || !piece.includes('{}')) return [piece]
      const [head = '', ...tail] = piece.split('{}')
      return concat(literal(head), ...tail.map((text) => concat(found, literal(text))))
    }),
  )
}

export const listingCommands: readonly CommandModel[] = [
  {
    names: ['ls', 'dir', 'tree'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'ls', again: 'no change', safeWhen: '' }],
    run: lsRun,
  },
  {
    names: ['find'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'find DIR -exec COMMAND', again: 'same as COMMAND for each path; failures are ignored except with -exec … +', safeWhen: '' },
      { form: 'find DIR -delete', again: 'no change', safeWhen: '' },
    ],
    run: find,
  },
  {
    names: ['stat', 'du', 'df', 'file'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'stat, du, df, file', again: 'no change', safeWhen: '' }],
    run: inspectRun,
  },
  {
    names: ['mountpoint'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'mountpoint -q DIR', again: 'no change', safeWhen: '' }],
    run: mountpointRun,
  },
]
