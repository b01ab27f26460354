/** The state of one run of a script: shell, file system, trace, and where the run is cut off. */

import { maxKept, maxText } from '../limits.ts'
import type { Dialect, Userland } from '../syntax/dialect.ts'
import { canonical } from '../value/paths.ts'
import { concat, empty, keyOf, lengthOf, type Value } from '../value/value.ts'
import { NotAnalyzed, type World } from '../value/world.ts'
import { type FileSystem, isReadOnly, layersOf, type Node, nodeKey, parentOf, start } from './file-system.ts'
import { type Layer, namesLike, sublayer, upon } from './layers.ts'
import { type Shell, startedShell } from './shell-state.ts'
import { Killed } from './signals.ts'
import type { Disturbance, Step } from './steps.ts'
import { assumeInLayers, inLayers, isLacking, preferenceOf } from './suppositions.ts'

export { canonical, needText, pathValue } from '../value/paths.ts'
export type { Shell } from './shell-state.ts'
export { Endless, Exit, Jump, Killed } from './signals.ts'
export type { Disturbance, Step } from './steps.ts'

/** Most commands that one run carries out, loops included. */
export const maxSteps = 2000

/** What runs of one script have in common. */
export interface Setting {
  readonly world: World
  readonly userland: Userland
  readonly dialect: Dialect
  readonly environment: ReadonlyMap<string, Value>
  /** Whether the modes of files hold for the user: he is not root, or root without its privileges. False where left out. */
  readonly obeysModes?: boolean
}

let runs = 0

export class Machine {
  readonly setting: Setting
  readonly files: FileSystem
  readonly disturbance: Disturbance
  readonly trace: Step[] = []
  shell: Shell
  /** Standard output of what runs now. */
  output: Value = empty
  /** The file that standard output goes to on behalf of something around the present command: `{ …; } > file`. */
  sink: string | undefined
  /** How many redirections are in force whose output is not in its file yet. */
  openFiles = 0
  /** The files behind steps that wrote, for who wants to know what a kill would have left there. Those within `{ …; } > file` are left out, and those beyond `maxKept`. */
  states: Map<Step, FileSystem> | undefined
  /** Standard input of what runs now: undefined is a terminal or nothing. */
  input: Value | undefined
  /** Where the steps of a script within the script stand: `sh -c '…'`, `eval`. */
  fixedOffset: number | undefined
  /** Greater than zero where a failure does not end the script although `set -e` is on. */
  guarded = 0
  /** Whether it found everything as a first installation does: no earlier run left anything. */
  readonly isFirst: boolean
  /** Tells this run's volatile values from those of every other run. */
  readonly run: number
  /** Paths that a command could not write to because of their modes. */
  readonly refused = new Set<string>()

  constructor(setting: Setting, files: FileSystem, disturbance: Disturbance = {}) {
    this.setting = setting
    this.files = files
    this.disturbance = disturbance
    this.run = runs++
    this.isFirst = !files.wasWritten
    this.shell = startedShell(setting.environment)
  }

  /** How the shell reads that runs now: a script may start another one than the container's. */
  get dialect(): Dialect {
    return this.shell.dialect ?? this.setting.dialect
  }

  get step(): number {
    return this.trace.length
  }

  /** The folder that `/` is: another one within `chroot` and `nsenter --mount`. */
  root = ''
  /** Status of the last command substitution; what an assignment without a command answers. */
  lastSubstitution = 0
  /** What could not be followed without stopping: the verdict cannot be `safe`. */
  readonly unknowns: { readonly offset: number; readonly why: string }[] = []
  #ticks = 0
  /** Paths in all of `states`. */
  #kept = 0

  /** Counts a command or a turn of a loop. @throws NotAnalyzed beyond the budget */
  tick(): void {
    if (++this.#ticks > maxSteps) throw new NotAnalyzed('the script runs more than 2000 commands')
  }

  /** Begins a step. */
  begin(offset: number, command: string): Step {
    this.tick()
    const step: Step = { offset: this.fixedOffset ?? offset, command, fallible: false, partials: 0, status: 0, writes: [] }
    this.trace.push(step)
    return step
  }

  /** Runs what stands in another text than the script: for a reader, all of it stands at one offset of the script, the outermost one. */
  reportAt<T>(offset: number | undefined, run: () => T): T {
    const outer = this.fixedOffset
    this.fixedOffset = outer ?? offset
    try {
      return run()
    } finally {
      this.fixedOffset = outer
    }
  }

  /** Ends a step; the kill that is due after it happens here. */
  end(step: Step, status: number): number {
    step.status = status
    if (this.openFiles === 0 && step.writes.length > 0) this.#keep(step)
    if (this.disturbance.killAfter === this.trace.indexOf(step) + 1) throw new Killed()
    return status
  }

  #keep(step: Step): void {
    if (this.states === undefined || this.#kept + this.files.size > maxKept) return
    this.#kept += this.files.size
    this.states.set(step, this.files.copy())
  }

  /** Text that is new in every run: a date, a random number, a generated key. */
  volatile(what: string): Value {
    return [{ id: `${what} of run ${this.run}, step ${this.step}`, filled: true }]
  }

  /** The absolute path key of a value. @throws NotAnalyzed where its beginning is not known */
  path(value: Value): string {
    // A slash within an unknown piece would be taken for one of the path.
    const key = keyOf(value.map((piece) => (typeof piece === 'string' ? piece : { id: piece.id.replaceAll('/', '\u2215') })))
    if (key.startsWith('\0')) throw new NotAnalyzed('a path that begins with an unknown value')
    if (key.startsWith('/')) return canonical(`${this.root}${key}`)
    if (this.shell.folder === undefined) throw new NotAnalyzed('a path in an unknown folder')
    return canonical(`${this.shell.folder}/${key}`)
  }

  /** The path with links on the way followed; the last component itself is not. */
  resolve(path: string): string {
    return this.#follow(path, false, 0)
  }

  /** The path with every link followed. */
  resolveWhole(path: string): string {
    return this.#follow(path, true, 0)
  }

  #follow(path: string, last: boolean, depth: number): string {
    if (depth > 20) throw new NotAnalyzed('too many links')
    const parts = path.split('/').slice(1)
    let current = ''
    for (const [index, part] of parts.entries()) {
      const next = `${current}/${part}`
      const node = this.files.look(next)
      if (node?.kind === 'link' && (last || index < parts.length - 1)) {
        const target = node.target.startsWith('/') ? node.target : `${current}/${node.target}`
        return this.#follow(canonical([target, ...parts.slice(index + 1)].join('/')), last, depth + 1)
      }
      current = next
    }
    return current
  }

  /**
   * The node at a path. What nobody knows is supposed, once per world: files of the image and of the node are there or are not.
   * @param preferred the supposition that is tried first
   */
  node(path: string, preferred: 'absent' | 'file' | 'folder' = 'absent'): Node {
    const entry = this.files.entry(path)
    const found = entry?.pending === undefined ? this.files.look(path) : undefined
    if (found?.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
    if (found !== undefined) return found
    // What stands above must exist for the path to exist; an image folder is as open as the root.
    const above = path === '' ? undefined : this.#folderOf(path)
    if (above !== undefined && above.kind !== 'folder') return { kind: 'absent' }
    const layers = entry?.pending ?? this.#layersAt(path)
    const node = inLayers(layers, this.setting.world, preferred, entry?.node ?? { kind: 'absent' })
    this.files.set(path, node, entry?.writer ?? null)
    return node
  }

  /** What stands above a path; above a file that the container is given, a folder. */
  #folderOf(path: string): Node {
    const isGiven = this.setting.world.texts.has(path)
    return isGiven ? this.suppose(parentOf(path), { kind: 'folder', closed: false }) : this.node(parentOf(path), 'folder')
  }

  /** Takes it as a fact that the path is something, where nobody knows better: the command would have failed in the first run. */
  suppose(path: string, node: Node): Node {
    const found = this.files.look(path)
    if (found?.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
    if (found !== undefined) return found
    if (path !== '') this.suppose(parentOf(path), { kind: 'folder', closed: false })
    const again = this.files.look(path)
    if (again !== undefined) return again
    const entry = this.files.entry(path)
    const layers = entry?.pending ?? this.#layersAt(path)
    // What an archive holds is no fact that a later run may choose to its liking.
    if (!this.isFirst && layers.some(({ source }) => source !== start)) return this.node(path, preferenceOf(node))
    const supposed = assumeInLayers(layers, this.setting.world, node, path)
    this.files.set(path, supposed, entry?.writer ?? null)
    return supposed
  }

  /** The layers that may hold a path that is not listed. */
  #layersAt(path: string): readonly Layer[] {
    if (path === '') return [{ source: start, path }]
    const parent = parentOf(path)
    const layers = layersOf(this.files.look(parent) ?? { kind: 'absent' }, parent)
    return layers.flatMap((layer) => sublayer(layer, path.slice(parent.length)) ?? [])
  }

  /** Lays a layer into a folder that exists. @param beneath whether what is there already stays */
  addLayer(path: string, layer: Layer, beneath = false): void {
    this.#checkWritable(path)
    const before = nodeKey(this.files.look(path))
    this.files.addLayer(path, layer, this.step, beneath, (part) => isLacking(part, this.setting.world))
    if (nodeKey(this.files.look(path)) !== before) this.wrote(path)
  }

  /** Whether the user may open the path for writing, as far as the mode of a file there decides; otherwise what opens it fails. */
  mayOpen(path: string): boolean {
    const node = this.files.look(path)
    if (this.setting.obeysModes !== true || node === undefined || !isReadOnly(node)) return true
    this.refused.add(path)
    return false
  }

  /** Writes into what stands at a path. @throws NotAnalyzed where the user may not, and the command did not ask before */
  write(path: string, node: Node): void {
    if (node.kind === 'file' && !this.mayOpen(path)) throw new NotAnalyzed('a write to a file that its owner may not write to')
    this.replace(path, node)
  }

  /** Puts something in the place of what stands at a path, as a renamed file does: its mode does not matter. */
  replace(path: string, node: Node): void {
    this.#checkWritable(path)
    if (node.kind === 'file' && lengthOf(node.content) > maxText) throw new NotAnalyzed('a text that grows too long')
    const before = this.files.look(path)
    // What is written as it was is nobody's change: two results stay the same.
    const isAsBefore = before !== undefined && nodeKey(before) === nodeKey(node) && isReadOnly(before) === isReadOnly(node)
    if (isAsBefore && this.files.entry(path)?.pending === undefined) return
    if (isShared(before) && !isShared(node)) throw new NotAnalyzed('a write to a file that has another name as well')
    this.files.set(path, node, this.step)
    this.wrote(path)
    this.#mayBeAny(path)
  }

  /** A name that is not known may be any name: from here on nobody can say what the folder lacks. */
  #mayBeAny(path: string): void {
    const parent = parentOf(path)
    const folder = this.files.look(parent)
    if (!path.slice(parent.length).includes('\0') || folder?.kind !== 'folder') return
    const name = path.slice(parent.length + 1)
    const layers = upon(layersOf(folder, parent), { source: `the name ${name}`, path: '', ...namesLike(name) })
    this.files.set(parent, { kind: 'folder', closed: false, layers }, this.files.writerOf(parent))
  }

  /** Takes a path and everything under it away. */
  remove(path: string): void {
    this.#checkWritable(path)
    this.files.remove(path, this.step)
    this.wrote(path)
  }

  #checkWritable(path: string): void {
    const storage = this.files.storageOf(path)
    if (storage === 'read-only') throw new NotAnalyzed('a change of a volume that is read-only')
  }

  /** Notes that the present step changed something. */
  wrote(path: string): void {
    const step = this.trace.at(-1)
    if (step !== undefined) step.writes.push(path)
  }

  /** Adds to standard output. */
  print(value: Value): void {
    this.output = concat(this.output, value)
  }
}

function isShared(node: Node | undefined): boolean {
  return node?.kind === 'file' && node.shared === true
}

/** Whether a new name can be made at the path: its parent is a folder. Folders of the image are supposed to be there. */
export function parentFolder(path: string, machine: Machine): boolean {
  const parent = parentOf(path)
  return machine.suppose(parent, { kind: 'folder', closed: false }).kind === 'folder'
}
