/** Database servers that a script starts to configure them. */
import { survives } from '../../container/storage.ts'
import { keyOf, literal, textOf } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'

/** How a database server is told where its data is, and where it is otherwise. */
interface DataFolder {
  readonly options: readonly string[]
  readonly variable?: string
  readonly usual?: string
  /** Words with which it puts itself into the background. */
  readonly detaches?: readonly string[]
  /** A word with which it stops a server that runs. */
  readonly stops?: string
}

/**
 * Starts or stops a server. What clients tell it is modeled like that of a server elsewhere, if its data outlives the pod, too. Otherwise, each
 * run begins with other data, which is not modeled.
 */
export const localServer =
  ({ options, variable, usual, detaches = [], stops }: DataFolder) =>
  (call: Call): number => {
    const { machine } = call
    const texts = call.arguments.map((word) => textOf(word) ?? '')
    if (stops !== undefined && texts.includes(stops)) return 0
    const isStarted = machine.isInBackground || (detaches.length > 0 && detaches.every((word) => texts.includes(word)))
    if (!isStarted) return call.notFollowed(`what ${call.name} does`)
    const given = texts.flatMap((text, index) => {
      const option = options.find((name) => text === name || text.startsWith(`${name}=`))
      return option === undefined ? [] : [text === option ? (texts[index + 1] ?? '') : text.slice(option.length + 1)]
    })
    const own = variable === undefined ? undefined : machine.variable(variable)
    const folder = given.at(-1) ?? (own === undefined ? usual : keyOf(own)) ?? ''
    const storage = folder.startsWith('/') ? machine.files.storageOf(machine.resolveWhole(machine.path(literal(folder)))) : 'unknown'
    if (storage !== 'unknown' && survives(storage, 'replace')) return 0
    // What its clients do would be taken for changes of a server elsewhere.
    throw new NotAnalyzed(`what ${call.name} does, whose data is not on a volume that outlives the pod`)
  }
