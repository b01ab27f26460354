/** What curl and wget share: a URL gives the same in every run; what they leave when they are killed is cut off. */

import { type Machine, parentFolder } from '../../machine/machine.ts'
import { identity, keyOf, partOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'

/** The options in a list, written as one text. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** What a URL serves. */
export function served(url: Value): Value {
  return [{ id: identity(`what ${keyOf(url).replaceAll('\0', '\x01')} serves`), filled: true }]
}

/** The name that a URL's file gets. */
export function nameOfUrl(url: Value): string {
  const last = url.at(-1)
  const text = typeof last === 'string' ? last.replace(/[?#].*$/, '') : undefined
  if (text === undefined) throw new NotAnalyzed('the name of a download')
  const slash = text.lastIndexOf('/')
  // A known end behind an unknown version: only what stands behind the last slash is the name.
  if (slash === -1 && url.length > 1) return keyOf(url).slice(keyOf(url).lastIndexOf('/') + 1)
  return text.slice(slash + 1)
}

/** Puts a download into a file. @returns false where there is no folder for it */
export function save(path: string, content: Value, call: Call): boolean {
  const { machine } = call
  if (!parentFolder(path, machine) || machine.files.look(path)?.kind === 'folder' || !machine.mayOpen(path)) return false
  call.partials(() => machine.write(path, { kind: 'file', content: partOf(content) }))
  machine.write(path, { kind: 'file', content })
  return true
}

/** `name.1`, `name.2`: the first that is free. */
export function nextName(path: string, machine: Machine): string {
  for (let number = 1; number < 100; number++) {
    const next = `${path}.${number}`
    if (machine.suppose(next, { kind: 'absent' }).kind === 'absent') return next
  }
  throw new NotAnalyzed('a hundred downloads of one name')
}

/** Requests that the command line does not show. */
export function unclear(call: Call): number {
  call.unknown('requests that stand in a file')
  return 0
}
