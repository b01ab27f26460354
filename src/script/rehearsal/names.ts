/** How commands and paths are named for readers. */

import { catalogue } from '../commands/catalogue.ts'
import { nameOf } from '../machine/file-system.ts'
import { nodeRoot } from '../machine/known-folders.ts'
import type { File, Place, Thing } from '../machine/place.ts'
import type { CommandWord } from '../machine/steps.ts'
import { shown, valueOfKey } from '../value/value.ts'

/** The command in one or two words, for use in a sentence: `git clone`, `mkdir`. */
export function shortName(words: readonly CommandWord[]): string {
  const name = programOf(words)
  if (catalogue.get(name)?.hasSubcommands !== true) return name
  const second = words
    .slice(1)
    .map(({ value }) => shown(value))
    .find((word) => word !== '' && !/^[-/]/.test(word))
  return second === undefined ? name : `${name} ${second}`
}

/** The last component of the command's name. */
export function programOf([first]: readonly CommandWord[]): string {
  return nameOf(shown(first?.value ?? []))
}

/** A place for readers: the path of a file; the kind and name of a thing. */
export function shownPlace(place: Place): string {
  return place.kind === 'file' ? shownFile(place) : shownThing(place)
}

function shownFile({ path }: File): string {
  const full = shown(valueOfKey(path))
  // The command that runs on the node names its files without this prefix.
  const text = full.startsWith(`${nodeRoot}/`) ? full.slice(nodeRoot.length) : full
  return text === '' ? '/' : text
}

function shownThing({ scope, name }: Thing): string {
  const parts = [...scope, ...name.split('/')].map((part) => shown(valueOfKey(part)))
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll('\\', '/')
}
