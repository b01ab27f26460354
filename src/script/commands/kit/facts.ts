/**
 * What is known about things that are not files: a table, a user, a Kubernetes object, an alias in a keystore. Such a thing either exists
 * or does not, and its content distinguishes its states.
 *
 * Before the first run this is unknown. What a command needs in order to succeed is assumed (the database that `createdb` creates does not
 * exist yet); the answer to a guard is assumed both ways, one per case.
 */
import { member } from '../../../model/json.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { type Entry, givenFile, type Node } from '../../machine/file-system.ts'
import { everythingOf, namePart, type Thing } from '../../machine/place.ts'
import { concat, derived, empty, identity, keyOf, literal, readable, type Value, valueOfKey } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'

/** Builds the name of a fact from its parts: the kind of thing and its name. */
export function factName(...parts: readonly string[]): string {
  return parts.map(namePart).join('/')
}

export abstract class Facts {
  protected readonly machine: CommandMachine
  /** Distinguishes these facts from all others. */
  protected readonly label: string

  constructor(machine: CommandMachine, label: string) {
    this.machine = machine
    this.label = label
  }

  /** The current content of a thing: null if it was removed, undefined if it is as at the start. @throws NotAnalyzed */
  protected abstract changed(name: string): Value | null | undefined
  /** Whether a thing can exist at the start. */
  protected mayBeAtStart(): boolean {
    return true
  }
  /** The key of the assumption whether the thing exists at the start. */
  protected startKey(name: string): string {
    return `whether ${this.label} ${name} exists at the start`
  }
  /** Creates or replaces the thing, as `apply` does. */
  abstract put(name: string, content?: Value): void
  /** Removes the thing. */
  abstract remove(name: string): void
  /** Names of things that are known to exist. */
  abstract names(): readonly string[]
  /** Saves the current state. @returns a function that restores it, for a transaction that is rolled back */
  abstract snapshot(): () => void
  /** Records that a command made unknown changes: to everything, or only to the things whose last name part occurs in the text. */
  abstract forget(mentionedIn?: string): void

  /** The content of a thing: null if it is absent, undefined if that was not decided yet. @throws NotAnalyzed after an unknown command */
  look(name: string): Value | null | undefined {
    const changed = this.changed(name)
    if (changed !== undefined) return changed
    const existsAtStart = this.mayBeAtStart() ? this.machine.world.supposed(this.startKey(name)) : 0
    return existsAtStart === undefined ? undefined : existsAtStart === 1 ? this.atStart(name) : null
  }

  /** Whether a thing exists, as tested by a guard. */
  exists(name: string): boolean {
    const found = this.look(name)
    return found === undefined ? this.machine.world.decide(this.startKey(name)) === 1 : found !== null
  }

  /** Whether a thing exists, for a command whose failure ends the script unless a condition depends on it. */
  ask(name: string): boolean {
    return this.machine.isTested ? this.exists(name) : this.need(name)
  }

  /** Creates a thing that must not exist yet. @returns false if it exists */
  create(name: string, content: Value = empty): boolean {
    const found = this.look(name)
    if (found === undefined) this.machine.world.assume(this.startKey(name), 0)
    else if (found !== null) return false
    this.put(name, content)
    return true
  }

  /** Removes a thing that must exist. @returns false if it does not */
  destroy(name: string): boolean {
    if (!this.need(name)) return false
    this.remove(name)
    return true
  }

  /** Whether a thing exists that the first run needs. */
  need(name: string): boolean {
    const found = this.look(name)
    return found === undefined ? this.machine.world.assume(this.startKey(name), 1) === 1 : found !== null
  }

  /** Appends to a thing's content, creating the thing if needed. At the start it does not exist. */
  append(name: string, value: Value): void {
    if (this.look(name) === undefined) this.machine.world.assume(this.startKey(name), 0)
    this.put(name, concat(this.look(name) ?? empty, value))
  }

  /**
   * The output of a query that is not analyzed: the same as long as nothing changes.
   * @param concerns whether a thing can affect the answer
   */
  output(query: Value, concerns: (name: string) => boolean = () => true): Value {
    const state = this.names()
      .filter(concerns)
      .map((name) => `${name}=${keyOf(this.look(name) ?? empty)}`)
      .sort()
    return derived(`what ${this.label} answers`, query, literal(state.join('\n')))
  }

  protected atStart(name: string): Value {
    return [{ id: `${this.label} ${name} at the start` }]
  }
}

/** Things kept by a service, by default one that outlives every pod. */
export class ServiceFacts extends Facts {
  readonly #all: Thing
  #journal: Map<string, Entry | undefined> | null = null

  /** @param scope what tells the instances of the service apart, such as a host */
  constructor(machine: CommandMachine, service: string, ...scope: readonly string[]) {
    super(machine, [service, ...scope].join(' '))
    this.#all = everythingOf(service, ...scope)
  }

  #thing(name: string): Thing {
    return { ...this.#all, name }
  }

  /** Whether a command of this script created the thing. */
  isMade(name: string): boolean {
    return this.machine.files.lookAt(this.#thing(name))?.kind === 'file'
  }

  protected changed(name: string): Value | null | undefined {
    const { files } = this.machine
    const node = (files.entryAt(this.#thing(name)) ?? files.entryAt(this.#all))?.node
    if (node?.kind === 'unknown') throw new NotAnalyzed(`the state of ${this.label} ${readable(name)}`)
    return node === undefined ? undefined : node.kind === 'file' ? node.content : null
  }

  put(name: string, content: Value = empty): void {
    this.changed(name)
    this.#note(name)
    this.machine.putThing(this.#thing(name), content)
  }

  remove(name: string): void {
    if (this.look(name) === null) return
    this.#note(name)
    this.machine.removeThing(this.#thing(name))
  }

  names(): readonly string[] {
    const { files } = this.machine
    return files
      .thingsBeside(this.#all)
      .filter((thing) => files.lookAt(thing)?.kind === 'file')
      .map(({ name }) => name)
  }

  snapshot(): () => void {
    const journal = new Map<string, Entry | undefined>()
    this.#journal = journal
    return () => {
      for (const [name, old] of journal) this.#restore(name, old)
    }
  }

  #restore(name: string, old: Entry | undefined): void {
    const existsAtStart = this.machine.world.supposed(this.startKey(name)) === 1
    const node: Node = old?.node ?? (existsAtStart ? { kind: 'file', content: this.atStart(name) } : { kind: 'absent' })
    this.machine.files.setThing(this.#thing(name), node, old?.writer ?? null)
  }

  /** Records what a thing was before it changes, so that a transaction can be rolled back. */
  #note(name: string): void {
    if (this.#journal?.has(name) === false) this.#journal.set(name, this.machine.files.entryAt(this.#thing(name)))
  }

  forget(mentionedIn?: string): void {
    const { files } = this.machine
    const text = mentionedIn?.toLowerCase()
    if (text === undefined) files.setThing(this.#all, { kind: 'unknown' }, this.machine.step)
    for (const thing of files.thingsBeside(this.#all)) {
      const last = thing.name.slice(thing.name.lastIndexOf('/') + 1).toLowerCase()
      if (text === undefined || text.includes(last)) files.setThing(thing, { kind: 'unknown' }, this.machine.step)
    }
  }
}

interface FileState {
  /** Key of the file's content at the start. */
  readonly base: string
  readonly changes: Map<string, string | null>
}

/** Maximum number of things tracked in one file: every change writes all of them. */
const maxChanges = 128

/**
 * Things within a file: tables of an SQLite database, aliases in a keystore. Their state is the file's content, so it follows the file when
 * the file is copied, moved or removed.
 */
export class FileFacts extends Facts {
  readonly #path: string
  readonly #format: string

  /** @param path path key, with links resolved */
  constructor(machine: CommandMachine, path: string, format: string) {
    super(machine, format)
    this.#path = path
    this.#format = format
  }

  /** Whether the file itself exists. */
  get fileExists(): boolean {
    return this.machine.suppose(this.#path, { kind: 'absent' }).kind === 'file'
  }

  protected changed(name: string): Value | null | undefined {
    const changed = this.#state().changes.get(name)
    return changed === undefined || changed === null ? changed : valueOfKey(changed)
  }

  protected override mayBeAtStart(): boolean {
    return this.#state().base !== ''
  }

  protected override startKey(name: string): string {
    return `whether ${this.label} ${name} is in ${identity(this.#state().base)}`
  }

  put(name: string, content: Value = empty): void {
    this.#change(name, keyOf(content))
  }

  remove(name: string): void {
    if (this.look(name) !== null) this.#change(name, null)
  }

  /** Assumes that the file exists, unless it is known whether it does. */
  supposeFile(): void {
    this.machine.suppose(this.#path, givenFile(this.#path))
  }

  /** Creates the file, empty, if it does not exist. */
  touch(): void {
    if (!this.fileExists) this.machine.write(this.#path, { kind: 'file', content: empty })
  }

  names(): readonly string[] {
    return [...this.#state().changes].filter(([, content]) => content !== null).map(([name]) => name)
  }

  snapshot(): () => void {
    const before = this.machine.files.look(this.#path)
    return () => {
      if (before?.kind === 'file') this.machine.files.set(this.#path, before, this.machine.files.writerOf(this.#path))
    }
  }

  forget(): void {
    this.machine.files.set(this.#path, { kind: 'unknown' }, this.machine.step)
  }

  #state(): FileState {
    const node = this.machine.suppose(this.#path, { kind: 'absent' })
    if (node.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${this.#path}`)
    if (node.kind !== 'file') return { base: '', changes: new Map() }
    const [head, piece] = node.content
    const isOurs = node.content.length === 2 && head === this.#format && typeof piece === 'object'
    return (isOurs ? readState(piece.id) : undefined) ?? { base: keyOf(node.content), changes: new Map() }
  }

  #change(name: string, content: string | null): void {
    const state = this.#state()
    state.changes.set(name, content)
    if (state.changes.size > maxChanges) throw new NotAnalyzed(`more than ${maxChanges} entries in one file`)
    this.#write(state)
  }

  #write({ base, changes }: FileState): void {
    const listed = [...changes].sort(([a], [b]) => (a < b ? -1 : 1))
    // The first piece is visible text, so that such a file is not empty.
    this.machine.write(this.#path, { kind: 'file', content: [this.#format, { id: JSON.stringify({ base, changes: listed }) }] })
  }
}

/** Reads a state from the identity of a content; undefined if it is only script text that looks like one. */
function readState(text: string): FileState | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const base = member(parsed, 'base')
  const changes = member(parsed, 'changes')
  if (typeof base !== 'string' || !Array.isArray(changes)) return undefined
  const entries = changes.flatMap((entry): [string, string | null][] => {
    const [name, content]: unknown[] = Array.isArray(entry) ? entry : []
    return typeof name === 'string' && (typeof content === 'string' || content === null) ? [[name, content]] : []
  })
  return { base, changes: new Map(entries) }
}
