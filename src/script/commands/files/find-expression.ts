/** The expression of find(1): the tests of its entries, and what happens to those that pass. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { nameOf } from '../../machine/file-system.ts'
import { globMatches } from '../../machine/layers.ts'
import { empty, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import { isEmpty } from '../kit/trees.ts'

/** What `find` does with its matches. */
export interface Action {
  readonly deletes: boolean
  readonly command: readonly Value[] | undefined
  /** `-exec … +`: one call for all. */
  readonly joins: boolean
}

type Test = (path: string, depth: number, machine: CommandMachine) => boolean

export interface Filter {
  readonly tests: readonly Test[]
  /** Whether the tests match everything below the root, but not the root itself. */
  readonly isAllBelow: boolean
  /** Whether a test is not supported. */
  readonly hasUnsupported: boolean
  /** The pattern of `-name`. */
  readonly name: string | undefined
  /** Whether the tests match some entry of any directory that is not empty. */
  readonly matchesSome: boolean
  /** Whether only the root can match: `-maxdepth 0`. */
  readonly isRootOnly: boolean
}

/** What was read of an expression so far. */
interface Reading {
  readonly words: readonly Value[]
  index: number
  readonly tests: Test[]
  negates: boolean
  least: number
  most: number
  /** Whether there is a test other than -mindepth. */
  hasTest: boolean
  hasUnsupported: boolean
  name: string | undefined
  /** Whether a test may exclude each entry of a directory. */
  excludes: boolean
  wantsFiles: boolean
  wantsEmpty: boolean
  deletes: boolean
  command: readonly Value[] | undefined
  joins: boolean
}

/** Reads the words from the first test or action on. @throws NotAnalyzed if an action has no end */
export function readExpression(words: readonly Value[]): { readonly filter: Filter; readonly action: Action } {
  const [least, most] = [0, Number.POSITIVE_INFINITY]
  const flags = { negates: false, hasTest: false, hasUnsupported: false, excludes: false, wantsFiles: false, wantsEmpty: false }
  const action = { deletes: false, command: undefined, joins: false }
  const reading: Reading = { words, index: 0, tests: [], least, most, name: undefined, ...flags, ...action }
  for (; reading.index < words.length; reading.index++) {
    const word = textOf(words[reading.index] ?? empty) ?? ''
    const read = readers.get(word)
    if (read !== undefined) read(reading)
    else {
      reading.hasUnsupported = true
      if (withValue.test(word)) reading.index++
    }
  }
  return { filter: filterOf(reading), action: { deletes: reading.deletes, command: reading.command, joins: reading.joins } }
}

function filterOf({ tests, hasTest, least, most, name, ...reading }: Reading): Filter {
  const isRootOnly = most === 0
  const hasUnsupported = reading.hasUnsupported || (reading.wantsEmpty && !isRootOnly)
  // A directory that is not empty has a file at some depth.
  const isTooShallow = isRootOnly || (reading.wantsFiles && most !== Number.POSITIVE_INFINITY)
  return {
    tests,
    hasUnsupported,
    isAllBelow: least === 1 && !hasTest && !hasUnsupported,
    name,
    matchesSome: !reading.excludes && least <= 1 && !hasUnsupported && !isTooShallow,
    isRootOnly,
  }
}

/** Tests that are not supported and have a value. */
const withValue = /^-(mtime|mmin|newer|user|group|perm|size|path|regex|atime|ctime|uid|gid|wholename|ipath)$/

const readers: ReadonlyMap<string, (reading: Reading) => void> = new Map([
  ...['-print', '-print0', '-depth', '-xdev', '-mount', '-quit', '-a', '-and'].map((word) => [word, () => undefined] as const),
  ...['-exec', '-execdir', '-ok'].map((word) => [word, readCommand] as const),
  ...['!', '-not'].map((word) => [word, negate] as const),
  ...['-name', '-iname'].map((word) => [word, readName] as const),
  ['-delete', readDelete],
  ['-mindepth', readLeast],
  ['-maxdepth', readMost],
  ['-empty', readEmpty],
  ['-type', readType],
])

function readDelete(reading: Reading): void {
  reading.deletes = true
}

function negate(reading: Reading): void {
  reading.negates = !reading.negates
}

function next(reading: Reading): string | undefined {
  return textOf(reading.words[++reading.index] ?? empty)
}

/** Adds a test, negated if a `!` precedes it. */
function add(reading: Reading, test: Test): void {
  const isNegated = reading.negates
  reading.negates = false
  reading.hasTest = true
  reading.tests.push((path, depth, machine) => test(path, depth, machine) !== isNegated)
}

function readCommand(reading: Reading): void {
  const { words, index } = reading
  const end = words.findIndex((value, place) => place > index && /^(;|\+)$/.test(textOf(value) ?? ''))
  if (end === -1) throw new NotAnalyzed('find -exec without a terminator')
  reading.command = words.slice(index + 1, end)
  reading.joins = textOf(words[end] ?? empty) === '+'
  reading.index = end
}

function readLeast(reading: Reading): void {
  const least = Number(next(reading))
  reading.least = least
  reading.tests.push((_path, depth) => depth >= least)
}

function readMost(reading: Reading): void {
  const most = Number(next(reading))
  reading.most = most
  reading.hasTest = true
  reading.tests.push((_path, depth) => depth <= most)
}

function readEmpty(reading: Reading): void {
  reading.wantsEmpty = true
  add(reading, (path, _depth, machine) => isEmpty(path, machine))
}

/** A single name that is excluded is hardly ever the only one. */
function readName(reading: Reading): void {
  const pattern = next(reading) ?? '*'
  if (!reading.negates) reading.name = pattern
  if (!reading.negates || /[*?[]/.test(pattern)) reading.excludes = true
  add(reading, (path) => globMatches(pattern, nameOf(path)) || (pattern === '*' && nameOf(path).startsWith('.')))
}

function readType(reading: Reading): void {
  const kind = next(reading) === 'd' ? 'folder' : 'file'
  if (kind === 'file' && !reading.negates) reading.wantsFiles = true
  else reading.excludes = true
  add(reading, (path, _depth, machine) => machine.files.look(path)?.kind === kind)
}
