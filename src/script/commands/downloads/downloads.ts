/** Shared by curl and wget: a URL serves the same content in every run; a download that fails or is killed leaves a truncated file. */

import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { empty, identity, keyOf, nestedKey, partOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'

/** Splits a list of options that is written as one text. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** The content that a URL serves. */
export function served(url: Value): Value {
  return [{ id: identity(`content of ${nestedKey(url)}`), filled: true }]
}

/** The file name for a download from a URL. */
export function nameOfUrl(url: Value): string {
  const last = url.at(-1)
  const text = typeof last === 'string' ? last.replace(/[?#].*$/, '') : undefined
  if (text === undefined) throw new NotAnalyzed('the file name of a download')
  const slash = text.lastIndexOf('/')
  // A known end after an unknown version: only the part after the last slash is the name.
  if (slash === -1 && url.length > 1) return keyOf(url).slice(keyOf(url).lastIndexOf('/') + 1)
  return text.slice(slash + 1)
}

/** How a download fails. */
export interface DownloadFailure {
  /** The exit status if the connection breaks. */
  readonly status: number
  /** Whether the file is created, or emptied, before the server is contacted. */
  readonly opensFirst?: boolean
  /** Whether what was downloaded so far is removed. */
  readonly isClean?: boolean
}

/** Saves a download to a file. @returns false if its directory does not exist, or it cannot be written */
export function save(path: string, content: Value, call: Call, { status, opensFirst, isClean }: DownloadFailure): boolean {
  const { machine } = call
  if (!parentFolder(path, machine) || machine.files.look(path)?.kind === 'folder' || !machine.mayOpen(path)) return false
  const writes = (written: Value) => () => machine.write(path, { kind: 'file', content: written })
  call.partials(writes(partOf(content)))
  if (isClean !== true) call.failures(status, writes(partOf(content)))
  if (opensFirst === true) call.failures(status, writes(empty))
  machine.write(path, { kind: 'file', content })
  return true
}

/** Prints a download: if the connection breaks, the first part of it is printed. */
export function printDownload(content: Value, call: Call, status: number): void {
  const { machine } = call
  const part = () => machine.print(partOf(content))
  // Only a file keeps what a killed command printed.
  if (machine.sink !== undefined) call.partials(part)
  call.failures(status, part)
  machine.print(content)
}

/** The first free name of `name.1`, `name.2` and so on. */
export function nextName(path: string, machine: CommandMachine): string {
  for (let number = 1; number < 100; number++) {
    const next = `${path}.${number}`
    if (machine.suppose(next, { kind: 'absent' }).kind === 'absent') return next
  }
  throw new NotAnalyzed('more than a hundred downloads with one name')
}

/** Handles a call whose requests are in a file. */
export function unclear(call: Call): number {
  call.unknown('requests listed in a file')
  return 0
}
