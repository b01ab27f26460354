/** How commands and paths are named for readers. */

import { nameOf } from '../machine/file-system.ts'
import { nodeRoot } from '../machine/known-folders.ts'
import type { CommandWord } from '../machine/steps.ts'
import { shown, valueOfKey } from '../value/value.ts'

/** Tools with subcommands. */
const withSubcommand: ReadonlySet<string> = new Set([
  ...['git', 'kubectl', 'helm', 'aws', 'gsutil', 'gcloud', 'mc', 'vault', 'consul', 'etcdctl', 'rabbitmqctl', 'npm', 'pip', 'ip', 'go'],
])

/** The command in one or two words, for use in a sentence: `git clone`, `mkdir`. */
export function shortName(words: readonly CommandWord[]): string {
  const name = programOf(words)
  if (!withSubcommand.has(name)) return name
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

/** A path key for readers; for an object of a service, its kind and name. */
export function shownPath(path: string): string {
  const full = shown(valueOfKey(path))
  // The command that runs on the node names its files without this prefix.
  const text = full.startsWith(`${nodeRoot}/`) ? full.slice(nodeRoot.length) : full
  if (!text.startsWith('//')) return text === '' ? '/' : text
  return text
    .split('/')
    .filter((part) => part !== '')
    .slice(1)
    .join(' ')
    .replaceAll('\\', '/')
}
