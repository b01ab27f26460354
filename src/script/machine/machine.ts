/** The state of one run of a script: shell, file system, trace, and where the run is disturbed. */

import { maxKept, maxText } from '../limits.ts'
import type { Dialect, FlavorQuestion, Userland } from '../syntax/dialect.ts'
import { canonical } from '../value/paths.ts'
import { concat, empty, folderOfLines, isKeyOfUnknown, isUnknownStart, keyOf, lengthOf, type Value } from '../value/value.ts'
import { NotAnalyzed, ReadOnlyWrite, type World } from '../value/world.ts'
import { assumeInLayers, assumeLacking, inLayers, isLacking, isMissing, type Preference, preferenceOf } from './assumptions.ts'
import { type FileSystem, isReadOnly, layersOf, type Node, nodeKey, parentOf, start } from './file-system.ts'
import { type FirstRunSetting, isNoName, isSealed } from './first-run.ts'
import type { Footprint } from './footprint.ts'
import { imageFolder, isRoot, leavesImageFolder } from './image-folder.ts'
import { type Layer, layersKey, namesLike, sublayer, upon } from './layers.ts'
import { file, type Network, type Place, type Thing } from './place.ts'
import { type Shell, startedShell } from './shell-state.ts'
import { Killed } from './signals.ts'
import type { CommandWord, Disturbance, Step } from './steps.ts'

export type { Shell } from './shell-state.ts'
export { Endless, Exit, Failed, Jump, Killed } from './signals.ts'
export type { Disturbance, Step } from './steps.ts'

/** Maximum number of commands and loop iterations of one run. */
export const maxSteps = 2000

/** All dialects but the unknown one. */
const dialects: readonly Dialect[] = ['bash', 'ash', 'posix']

/** Distance between the numbers of the first steps of two units of a script: a unit has at most `maxSteps`. */
const stepsOfUnit = 4096

/** What all runs of one rehearsal share. */
export interface Setting {
  readonly world: World
  readonly flavor: { readonly userland: Userland; readonly dialect: Dialect }
  /** Asks about the flavor, and notes that the result depends on the answer. */
  askFlavor(question: FlavorQuestion): boolean
  readonly environment: ReadonlyMap<string, Value>
  /** Whether file modes restrict the user (see user.ts). False by default. */
  readonly obeysModes?: boolean
  /** Names of commands that do not exist. */
  readonly unset?: ReadonlySet<string>
  /** Whether the pod shares the network of its node. False by default. */
  readonly isOnHostNetwork?: boolean
  /** The script, its mounts and its environment as one text: what it does not name, it cannot tell apart. */
  readonly mentions?: string
  /** What the container refuses, for a run that only has to show whether the first run can succeed. */
  readonly first?: FirstRunSetting
}

let runs = 0

export class Machine {
  readonly setting: Setting
  readonly files: FileSystem
  readonly disturbance: Disturbance
  readonly trace: Step[] = []
  /** What the comparisons of the run saw, for loops that count: two numbers, or two texts as one key. */
  readonly compared: (readonly [number, number] | string)[] = []
  shell: Shell
  /** Standard output of the current command. */
  output: Value = empty
  /** The file that standard output goes to because of an enclosing redirection: `{ …; } > file`. */
  sink: string | undefined
  /** Number of active redirections whose output is not written to the file yet. */
  openFiles = 0
  /**
   * The files after each step that wrote, to know what a kill there would leave behind. Steps within `{ …; } > file` and those beyond
   * `maxKept` are omitted.
   */
  states: Map<Step, FileSystem> | undefined
  /** Standard input of the current command; undefined is a terminal or nothing. */
  input: Value | undefined
  /** The offset that is reported for all steps of a nested script, such as `sh -c '…'` or `eval`. */
  fixedOffset: number | undefined
  /** Whether the script waits for something that never happens, so that it did not exit. */
  isEndless = false
  /** Above zero while a failure does not end the script although `set -e` is on, as in a condition. */
  guarded = 0
  readonly #isFirst: boolean
  /** Distinguishes the volatile values of this run from those of all others. */
  readonly run: number
  /** Files whose existence or type a test asked for. */
  readonly tested = new Set<string>()
  /** Paths that a command could not open for writing because of their modes. */
  refused = new Set<string>()
  /** Files on claims that commands of a first run needed and did not find, and whether the command would have changed the file. */
  missing = new Map<string, 'read' | 'edited'>()
  /** Whether the current command runs in the network namespace of the node (`nsenter --net`). */
  isInHostNetwork = false
  /** Whether the current command runs in the background (`mysqld &`), so that the script goes on although it does not end. */
  isInBackground = false
  /** The directory that `/` refers to, which `chroot` and `nsenter --mount` change. */
  root = ''
  /** Exit status of the last command substitution, which is also that of an assignment without a command. */
  lastSubstitution = 0
  /** What could not be analyzed although the run continued: the verdict cannot be `safe`. */
  readonly unknowns: { readonly offset: number; readonly why: string }[] = []
  /** Number of commands and loop iterations so far. */
  ticks = 0
  /** Receives what the current unit of the script reads and changes. */
  #footprint: Footprint | undefined
  /** The number before that of the first step of the current unit, and the number of its steps. */
  #firstNumber = 0
  #stepsInUnit = 0
  /** Number of paths in all of `states`. */
  #kept = 0
  /** By the steps of the current unit after which the files are kept in `states`, if there are any: the number of changes that it had made by then. */
  kept: Map<Step, number> | undefined

  constructor(setting: Setting, files: FileSystem, disturbance: Disturbance = {}) {
    this.setting = setting
    this.files = files
    this.disturbance = disturbance
    this.run = runs++
    this.#isFirst = !files.wasWritten
    this.shell = startedShell(setting.environment)
  }

  /** Whether the current shell speaks a dialect: a script may start another shell than the container's. */
  isDialect(dialect: Dialect): boolean {
    const own = this.shell.dialect
    return own === undefined ? this.#asksFlavor(`the shell is ${dialect}`) : own === dialect
  }

  /** The dialect of the current shell, if it is not enough to know whether it is a certain one. */
  get dialect(): Dialect {
    return dialects.find((dialect) => this.isDialect(dialect)) ?? 'unknown'
  }

  #asksFlavor(question: FlavorQuestion): boolean {
    const answer = this.setting.askFlavor(question)
    this.#footprint?.askedFlavor(question, answer)
    return answer
  }

  /** The number of the current step, which is the last one that began. */
  get step(): number {
    return this.trace.at(-1)?.number ?? 0
  }

  /**
   * A unit of the script begins (see shell/units.ts). The numbers of its steps depend on nothing else, so that they are the same in each
   * run. @param footprint receives what it reads and changes
   */
  beginUnit(unit: number, footprint: Footprint | undefined): void {
    this.#firstNumber = unit * stepsOfUnit
    this.#stepsInUnit = 0
    this.#footprint = footprint
    this.files.footprint = footprint
    this.world.asks = footprint?.asks
  }

  get world(): World {
    return this.setting.world
  }

  /**
   * Decides a question by assumption. Values that differ in each run would make another question of it in each of the runs, whose number has
   * no limit: all first runs agree, and all runs after them.
   */
  answer(question: string): number {
    const general = question.replaceAll(/ of run (\d+)(?=, step)/g, (_mark, run) =>
      Number(run) === this.run ? ' of this run' : ' of another run',
    )
    if (general === question) return this.world.decide(question)
    if (this.#footprint !== undefined) this.#footprint.isUnique = true
    return this.world.decide(this.isFirst ? general : `${general} again`)
  }

  /** Whether this is a first run: no earlier run has written anything. */
  get isFirst(): boolean {
    if (this.#footprint !== undefined) this.#footprint.readsFirst = true
    return this.#isFirst
  }

  isUserland(userland: Userland): boolean {
    return this.#asksFlavor(`the tools are ${userland}`)
  }

  /** Whether file modes restrict the user. */
  get obeysModes(): boolean {
    return this.setting.obeysModes === true
  }

  /** The service that keeps the settings of the network: that of the pod or that of the node. */
  get network(): Network {
    return this.setting.isOnHostNetwork === true || this.isInHostNetwork ? 'host' : 'sandbox'
  }

  /** The working directory as a path key; undefined if it is not known. If the image decides, an assumption does. */
  get folder(): string | undefined {
    return this.shell.folder ?? (this.shell.isInImageFolder === true ? imageFolder(this.files.mounts, this.world) : undefined)
  }

  /** Runs something in another working directory. */
  inFolder<T>(folder: string | undefined, run: () => T): T {
    const { shell } = this
    const outer = shell.folder
    shell.folder = folder
    try {
      return run()
    } finally {
      shell.folder = outer
    }
  }

  /** The variables of the shell. */
  get variables(): ReadonlyMap<string, Value> {
    return this.shell.variables
  }

  /** The value of a variable of the shell. */
  variable(name: string): Value | undefined {
    return this.shell.variables.get(name)
  }

  /** The status of the last command, as `$?` reads it. */
  get lastStatus(): number {
    if (this.#footprint !== undefined) this.#footprint.readsStatus = true
    return this.shell.lastStatus
  }

  /** Whether a condition depends on the status of the current command. */
  get isGuarded(): boolean {
    return this.guarded > 0
  }

  /** Whether the script goes on if the current command fails. */
  get isTested(): boolean {
    return this.isGuarded || !this.shell.options.errexit
  }

  /** Counts a command or a loop iteration. @throws NotAnalyzed above `maxSteps` */
  tick(): void {
    if (++this.ticks > maxSteps) throw new NotAnalyzed('the script runs more than 2000 commands')
  }

  begin(offset: number, command: string, words: readonly CommandWord[]): Step {
    this.tick()
    const number = this.#firstNumber + ++this.#stepsInUnit
    const ran = { number, offset: this.fixedOffset ?? offset, command, words, targets: [], folder: this.shell.folder }
    const step: Step = { ...ran, fallible: false, failures: 0, partials: 0, status: 0, writes: [] }
    this.trace.push(step)
    return step
  }

  /** Runs a nested script. All its steps report the offset of the outermost command that started it. */
  reportAt<T>(offset: number | undefined, run: () => T): T {
    const outer = this.fixedOffset
    this.fixedOffset = outer ?? offset
    try {
      return run()
    } finally {
      this.fixedOffset = outer
    }
  }

  /** Ends a step. @throws Killed if the disturbance kills the run after this step */
  end(step: Step, status: number): number {
    step.status = status
    if (this.openFiles === 0 && step.writes.length > 0) this.keep(step)
    if (this.disturbance.killAfter === step.number) throw new Killed()
    return status
  }

  /** Keeps the files as they are after a step. */
  keep(step: Step): void {
    this.kept?.set(step, this.#footprint?.changes.length ?? 0)
    if (this.states === undefined || this.#kept + this.files.size > maxKept) return
    this.#kept += this.files.size
    this.states.set(step, this.files.copy())
  }

  /** Whether the run is disturbed in a unit of the script. */
  isDisturbedIn(unit: number): boolean {
    const { killAfter, failAt, interruptedAt } = this.disturbance
    const step = killAfter ?? failAt ?? interruptedAt?.step
    return step !== undefined && Math.floor(step / stepsOfUnit) === unit
  }

  /** Text that differs in every run: a date, a random number, a generated key. */
  volatile(what: string): Value {
    if (this.#footprint !== undefined) this.#footprint.isUnique = true
    return [{ id: `${what} of run ${this.run}, step ${this.step}`, filled: true }]
  }

  /** The absolute path key of a value. @throws NotAnalyzed if its beginning is not known */
  path(value: Value): string {
    // A slash within the id of an unknown piece would look like a separator.
    const key = keyOf(value.map((piece) => (typeof piece === 'string' ? piece : { id: piece.id.replaceAll('/', '\u2215') })))
    if (isUnknownStart(value)) throw new NotAnalyzed('a path that begins with an unknown value')
    const under = folderOfLines(value)
    if (under !== undefined) return canonical(`${this.root}${under}/${key}`)
    if (key.startsWith('/')) return canonical(`${this.root}${key}`)
    // Before an assumption about the directory: none of its cases can be analyzed.
    if (this.shell.folder === undefined && this.shell.isInImageFolder === true && leavesImageFolder(key))
      throw new NotAnalyzed('a path above an unknown directory')
    const { folder } = this
    if (folder === undefined) throw new NotAnalyzed('a path in an unknown directory')
    const fromRoot = canonical(`/${key}`)
    return fromRoot !== '' && this.startsAtRoot(fromRoot) ? fromRoot : canonical(`${folder}/${key}`)
  }

  /**
   * Whether the script runs in the working directory of the image, and that is assumed to be the root directory.
   * @param path what a relative path leads to from there; '' for the members of an archive, whose names are not known
   */
  startsAtRoot(path: string): boolean {
    const { folder } = this
    if (folder === undefined || this.shell.folder !== undefined) return false
    return isRoot(folder, path, this.files.mounts, this.world)
  }

  /** The path with all links resolved except the last component. */
  resolve(path: string): string {
    return this.#follow(path, false, 0)
  }

  /** The path with all links resolved. */
  resolveWhole(path: string): string {
    return this.#follow(path, true, 0)
  }

  #follow(path: string, last: boolean, depth: number): string {
    if (depth > 20) throw new NotAnalyzed('too many symbolic links')
    let current = ''
    while (current.length < path.length) {
      const slash = path.indexOf('/', current.length + 1)
      const end = slash === -1 ? path.length : slash
      const next = path.slice(0, end)
      const node = last || end < path.length ? this.files.look(next) : undefined
      if (node?.kind === 'link') {
        const target = node.target.startsWith('/') ? node.target : `${current}/${node.target}`
        return this.#follow(canonical(`${target}${path.slice(end)}`), last, depth + 1)
      }
      current = next
    }
    return current
  }

  /**
   * The node at a path. If it is not known, an assumption decides: files of the image and of the node exist or not.
   * @param preferred the assumption of the first case
   */
  node(path: string, preferred: Preference = 'absent'): Node {
    const entry = this.files.entry(path)
    const found = entry?.pending === undefined ? this.files.look(path) : undefined
    if (found?.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
    if (found !== undefined) return found
    if (isNoName(path, this.setting.first)) return { kind: 'absent' }
    // A path exists only if its parent is a directory.
    const above = path === '' ? undefined : this.#folderOf(path)
    if (above !== undefined && above.kind !== 'folder') return { kind: 'absent' }
    const layers = entry?.pending ?? this.#layersAt(path)
    const node = inLayers(layers, this.setting.world, preferred, entry?.node ?? { kind: 'absent' })
    this.files.set(path, node, entry?.writer ?? null)
    return node
  }

  /** The parent of a path; that of a mounted file with known text is certain to be a directory. */
  #folderOf(path: string): Node {
    const isGiven = this.setting.world.texts.has(path)
    return isGiven ? this.suppose(parentOf(path), { kind: 'folder', closed: false }) : this.node(parentOf(path), 'folder')
  }

  /** Assumes a node at a path unless it is known: otherwise the command would have failed in the first run. */
  suppose(path: string, node: Node): Node {
    const found = this.files.look(path)
    if (found?.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
    if (found !== undefined) return found
    if (isNoName(path, this.setting.first)) return { kind: 'absent' }
    if (path !== '') this.suppose(parentOf(path), { kind: 'folder', closed: false })
    const again = this.files.look(path)
    if (again !== undefined) return again
    const entry = this.files.entry(path)
    const layers = entry?.pending ?? this.#layersAt(path)
    // The contents of an archive are fixed by the first run, so a later run cannot assume what suits it.
    if (layers.some(({ source }) => source !== start) && !this.isFirst) return this.node(path, preferenceOf(node))
    const assumed = assumeInLayers(layers, this.setting.world, node, path)
    this.files.set(path, assumed, entry?.writer ?? null)
    return assumed
  }

  /** The layers that may contain an unlisted path. */
  #layersAt(path: string): readonly Layer[] {
    if (path === '') return [{ source: start, path }]
    const parent = parentOf(path)
    const layers = layersOf(this.files.look(parent) ?? { kind: 'absent' }, parent)
    return layers.flatMap((layer) => sublayer(layer, path.slice(parent.length)) ?? [])
  }

  /** Adds a layer to an existing directory. @param beneath whether existing entries are kept */
  addLayer(path: string, layer: Layer, beneath = false): void {
    this.#addLayerTo(path, layer, beneath)
    // What is unpacked or copied into a directory may also reach volumes that are mounted further down.
    const reached = this.files.mounts.flatMap((mount) => {
      const isBelow = mount.path.startsWith(`${path}/`) && mount.storage !== 'read-only' && mount.isFile !== true
      const part = isBelow ? sublayer(layer, mount.path.slice(path.length)) : undefined
      return part === undefined || isMissing(part, this.setting.world) ? [] : [{ path: mount.path, part }]
    })
    if (reached.length === 0) return
    const { part: _part, ...whole } = layer
    if (this.setting.world.decide(`whether ${layersKey([whole])} has files for the volumes below ${path}`) === 1) return
    for (const { path: mounted, part } of reached) this.#addLayerTo(mounted, part, beneath)
  }

  #addLayerTo(path: string, layer: Layer, beneath: boolean): void {
    this.#checkWritable(path)
    const found = this.files.look(path)
    const before = nodeKey(found)
    // Directories that are known without an assumption are not listed.
    if (found !== undefined && this.files.entry(path) === undefined) this.files.set(path, found, null)
    this.files.addLayer(path, layer, this.step, beneath, (part) => isLacking(part, this.setting.world))
    if (nodeKey(this.files.look(path)) !== before) this.wrote(path)
  }

  /** Assumes that a layer contains nothing at its path. */
  lacks(layer: Layer): void {
    assumeLacking(layer, this.world)
  }

  /** Whether the mode of a file at the path lets the user open it for writing. If not, the path is recorded in `refused`. */
  mayOpen(path: string): boolean {
    const node = this.files.look(path)
    if (this.setting.obeysModes !== true || node === undefined || !isReadOnly(node)) return true
    this.refused.add(path)
    return false
  }

  /** Records that a command needs a file that does not exist: if no condition depends on that, the claim is meant to contain it. */
  misses(path: string, how: 'read' | 'edited'): void {
    if (this.guarded === 0 && this.files.storageOf(path) === 'claim' && this.isFirst) this.missing.set(path, how)
  }

  /** Writes to a path. @throws NotAnalyzed if the mode forbids it and the command did not check `mayOpen` first */
  write(path: string, node: Node): void {
    if (node.kind === 'file' && !this.mayOpen(path)) throw new NotAnalyzed('a write to a file that its owner may not write to')
    const before = this.files.look(path)
    const shared = before?.kind === 'file' && node.kind === 'file' ? before.shared : undefined
    if (shared === undefined || node.kind !== 'file') this.replace(path, node)
    else for (const name of this.files.namesOf(shared)) this.replace(name, { ...node, shared })
  }

  /** Replaces the node at a path, as a rename does: the mode of the old node does not matter. */
  replace(path: string, node: Node): void {
    this.#checkWritable(path)
    if (node.kind === 'file' && lengthOf(node.content) > maxText) throw new NotAnalyzed('text that grows too long')
    const before = this.files.look(path)
    // A write that changes nothing keeps the previous writer, so that equal results stay equal.
    const isAsBefore = before !== undefined && nodeKey(before) === nodeKey(node) && isReadOnly(before) === isReadOnly(node)
    const wasShared = before?.kind === 'file' && node.kind === 'file' && before.shared !== undefined && node.shared === undefined
    if (isAsBefore && this.files.entry(path)?.pending === undefined) {
      if (wasShared) this.files.set(path, node, this.files.writerOf(path))
      return
    }
    this.files.set(path, node, this.step)
    this.wrote(path)
    this.#mayBeAny(path)
  }

  /** An unknown name may be any name: from here on, the absence of a name in the directory is no longer certain. */
  #mayBeAny(path: string): void {
    const parent = parentOf(path)
    const folder = this.files.look(parent)
    if (!isKeyOfUnknown(path.slice(parent.length)) || folder?.kind !== 'folder') return
    const name = path.slice(parent.length + 1)
    const layers = upon(layersOf(folder, parent), { source: `the name ${name}`, path: '', ...namesLike(name) })
    // The writer of the name changed the directory, not the command that created it.
    const writer = this.files.writerOf(parent) === null ? null : this.step
    this.files.set(parent, { kind: 'folder', closed: false, layers }, writer)
  }

  /**
   * Runs something that does nothing at a path but add a text to the plain file there.
   * @param text nothing if the file is only opened
   */
  adding<T>(path: string, text: Value, run: () => T): T {
    const footprint = this.#footprint
    return footprint === undefined || !this.files.isPlainFile(path) ? run() : footprint.adding(path, text, run)
  }

  /** Removes a path and everything under it. */
  remove(path: string): void {
    this.#checkWritable(path)
    this.files.remove(path, this.step)
    this.wrote(path)
  }

  #checkWritable(path: string): void {
    const storage = this.files.storageOf(path)
    if (storage === 'read-only' || (storage === 'container' && isSealed(path, this.setting.first))) throw new ReadOnlyWrite(path)
  }

  /** Records that the current step changed a path. */
  wrote(path: string): void {
    this.#wroteAt(file(path))
  }

  #wroteAt(place: Place): void {
    if (this.#footprint !== undefined && this.#stepsInUnit === 0) this.#unshareLastStep(this.#footprint)
    this.trace.at(-1)?.writes.push(place)
  }

  /** Replaces the last step by a copy before it changes: it belongs to an earlier unit, which other runs share. */
  #unshareLastStep(footprint: Footprint): void {
    footprint.isUnique = true
    const last = this.trace.at(-1)
    if (last === undefined) return
    const copy = { ...last, writes: [...last.writes] }
    this.trace[this.trace.length - 1] = copy
    const files = this.states?.get(last)
    if (files !== undefined) this.states?.set(copy, files)
  }

  /** Notes that a test asked for a path. */
  test(path: string): void {
    this.tested.add(path)
    this.#footprint?.test(path)
  }

  /** Whether a test asked for a path earlier. */
  wasTested(path: string): boolean {
    const wasTested = this.tested.has(path)
    this.#footprint?.readTested(path, wasTested)
    return wasTested
  }

  /** Creates or replaces a thing of a service. A write that changes nothing keeps the previous writer. */
  putThing(thing: Thing, content: Value): void {
    if (lengthOf(content) > maxText) throw new NotAnalyzed('text that grows too long')
    const node = { kind: 'file', content } as const
    if (nodeKey(this.files.lookAt(thing)) === nodeKey(node)) return
    this.#setThing(thing, node)
  }

  /** Removes a thing of a service, listed or not. */
  removeThing(thing: Thing): void {
    this.#setThing(thing, { kind: 'absent' })
  }

  #setThing(thing: Thing, node: Node): void {
    this.files.setThing(thing, node, this.step)
    this.#wroteAt(thing)
  }

  /** Appends to standard output. */
  print(value: Value): void {
    this.output = concat(this.output, value)
  }
}
