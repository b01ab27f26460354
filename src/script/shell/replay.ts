/**
 * Runs a script beside an earlier run of it, and runs only the units (units.ts) that find something else than they found there. The others
 * do the same again, so what they did is taken over. A unit that finds something else may find what it found in another run (known-units.ts).
 */

import type { Entry, FileSystem } from '../machine/file-system.ts'
import { type Change, Footprint } from '../machine/footprint.ts'
import { Exit, Killed, type Machine, maxSteps, type Shell, type Step } from '../machine/machine.ts'
import { sameEntry, sameShell, sameValue } from '../machine/same.ts'
import { copyOfShell } from '../machine/shell-state.ts'
import type { Statement } from '../syntax/syntax.ts'
import { concat, empty, lengthOf, type Value } from '../value/value.ts'
import { NotAnalyzed, type World } from '../value/world.ts'
import { findsTheSame, type KnownUnits, type RunKind } from './known-units.ts'
import { canAddTo, contentOf, type UnitRun, usualEntries, usualPieces, usualText } from './unit-run.ts'
import type { Units } from './units.ts'

/** A run, for others that run beside it. */
export interface RecordedRun {
  /** The files with which it began. */
  readonly initial: FileSystem
  /** A copy of the shell with which it began. */
  readonly shell: Shell
  /** By number. Undefined if it did not run, or if it cannot be taken over. */
  readonly units: (UnitRun | undefined)[]
  /** The changes of each unit that ran, by number. */
  readonly changes: (readonly Change[] | undefined)[]
  /** Set once it is known that it ended well. */
  end?: GoodEnd
}

/** The end of a run that succeeded, in which everything was analyzed, and that left what it should. */
export interface GoodEnd {
  /** The case in which it ran: all that it asked is decided the same for other runs of the same case. */
  readonly world: World
  readonly tried: number
  readonly ticks: number
  readonly output: Value
}

/** Thrown if the rest of a run is the same as that of the run beside it, which ended well. */
export class Merged {}

/** Maximum number of questions that are asked again to find out whether a unit need not run. */
const maxAsks = 100

/** The state of the shell with which every run of a rehearsal begins. */
const startedShell = 0
/** Number of other states so far: equal numbers are equal states, in all runs. */
let shellStates = 0

export class Replay {
  readonly record: RecordedRun
  /** Number of units that were taken over, of their steps, and of the runs that were compared to find one. */
  taken = 0
  takenSteps = 0
  compared = 0
  /** Number of units that were taken over without doing what they did. */
  passed = 0
  readonly #units: Units
  readonly #machine: Machine
  readonly #beside: RecordedRun | undefined
  readonly #known: KnownUnits
  /** The end of the run beside this one, if this one may merge with it. */
  readonly #goal: GoodEnd | undefined
  /** The keys at which the files differ from those of the other run at the same place, and what it lists there. */
  readonly #differences = new Map<string, Entry | undefined>()
  /** Whether tests may have asked for other files than in the other run. */
  #isTestedElse = false
  #shellState = startedShell
  #shell: Shell
  /** The last unit that this run passed. */
  #passed = 0
  #isInside = false
  /** Units that this run took over, and of which it has not done what they did: it may end before that matters. Their changes. */
  #deferred: UnitRun[] = []
  #deferredChanges = 0
  #isMerged = false

  /**
   * @param initial a copy of the files of the machine, or the same as that of the other run
   * @param beside the other run, whose shell began with the same state
   * @param known what units did in other runs, whose shells began with the same state, too
   * @param mayMerge whether it is enough to know that this run ends like the other one
   */
  constructor(units: Units, machine: Machine, initial: FileSystem, beside: RecordedRun | undefined, known: KnownUnits, mayMerge = false) {
    this.#units = units
    this.#known = known
    const end = mayMerge ? beside?.end : undefined
    if (end?.world === machine.world && end.tried === machine.world.tried) this.#goal = end
    this.#machine = machine
    this.#beside = beside
    this.#shell = beside?.shell ?? copyOfShell(machine.shell)
    this.record = { initial, shell: this.#shell, units: [], changes: [] }
    if (beside === undefined || beside.initial === initial) return
    for (const key of initial.differsAt(beside.initial, sameEntry)) this.#differences.set(key, beside.initial.listedAs(key))
  }

  /** The number of a statement that is a unit; undefined within a unit. */
  unitOf(statement: Statement): number | undefined {
    return this.#isInside ? undefined : this.#units.get(statement)
  }

  /** Runs a unit, or takes over what the other run did. @returns its status @throws Merged */
  run(unit: number, statement: Statement, run: () => number): number {
    const status = this.#runOrTake(unit, statement, run)
    if (this.#goal !== undefined && this.#differences.size === 0) this.#merge(unit, this.#goal)
    return status
  }

  /** Ends the run if nothing differs any more from the run beside it, at the same place. */
  #merge(unit: number, goal: GoodEnd): void {
    const beside = this.#beside
    const other = beside?.units[unit]
    const { shell, input, output, ticks } = this.#machine
    if (beside === undefined || other === undefined || this.#isTestedElse) return
    if (this.#shellState !== other.shellAfter || shell.lastStatus !== other.statusAfter || !sameValue(input, other.inputAfter)) return
    if (ticks + goal.ticks > maxSteps || isLong(output, goal.output)) return
    const { units, changes } = this.record
    for (let next = unit + 1; next < beside.changes.length; next++) {
      units[next] = beside.units[next]
      changes[next] = beside.changes[next]
    }
    this.record.end = goal
    this.#isMerged = true
    throw new Merged()
  }

  #runOrTake(unit: number, statement: Statement, run: () => number): number {
    this.#passTo(unit)
    const isDisturbed = this.#machine.isDisturbedIn(unit)
    const beside = isDisturbed ? undefined : this.#beside?.units[unit]
    if (beside !== undefined && this.#findsTheSame(beside)) return this.#take(unit, beside)
    const known = this.#knownFor(unit, statement, beside)
    return known === undefined ? this.#follow(unit, statement, run) : this.#takeKnown(unit, known)
  }

  #kindOf(unit: number): RunKind {
    return this.#machine.isDisturbedIn(unit) ? JSON.stringify(this.#machine.disturbance) : ''
  }

  /** What the unit did in another run in which it found the same. */
  #knownFor(unit: number, statement: Statement, beside: UnitRun | undefined): UnitRun | undefined {
    const { isFirst } = this.#machine
    return this.#known.find(statement, this.#kindOf(unit), (other) => {
      if (other === beside || (other.footprint.readsFirst && other.isFirst !== isFirst)) return false
      this.compared++
      return this.#isAsBefore(other) && this.#findsTheSameAs(unit, other) && this.#answersAgain(other)
    })
  }

  #findsTheSameAs(unit: number, other: UnitRun): boolean {
    const { appended, testedBefore, listed } = other.footprint
    if (appended !== undefined || testedBefore !== undefined || listed !== undefined) this.#catchUp()
    return findsTheSame(other, this.#machine, (key) => this.#listedBefore(unit, key))
  }

  /** All units have run: what comes then, such as a trap, is not part of any. */
  finish(): void {
    if (!this.#isMerged) this.#catchUp()
    this.#machine.beginUnit(this.#units.size + 1, undefined)
  }

  /** Notes what the other run did before the unit, and this run did not. */
  #passTo(unit: number): void {
    const { changes = [], units = [] } = this.#beside ?? {}
    for (let skipped = this.#passed + 1; skipped < unit; skipped++) {
      const made = changes[skipped]
      if (made === undefined) continue
      this.#catchUp()
      for (const [key, entry] of made) this.#compare(key, entry)
      const other = units[skipped]
      if (other === undefined || other.footprint.tested !== undefined) this.#isTestedElse = true
    }
    this.#passed = unit
  }

  /** Notes whether something is listed under a key that the other run does not list there. */
  #compare(key: string, other: Entry | undefined, own = this.#machine.files.listedAs(key)): void {
    if (sameEntry(own, other)) this.#differences.delete(key)
    else this.#differences.set(key, other)
  }

  /** Whether a unit of the run beside this one finds the same as there. */
  #findsTheSame(other: UnitRun): boolean {
    const { footprint } = other
    if (!this.#isAsBefore(other)) return false
    if (footprint.testedBefore !== undefined && this.#isTestedElse) return false
    if (footprint.hasReadAny(this.#differences) || !this.#canAdd(footprint)) return false
    return this.#answersAgain(other)
  }

  /** Whether everything is as before another run of the unit, apart from files and the world. */
  #isAsBefore(other: UnitRun): boolean {
    const { files, shell, input, output, ticks } = this.#machine
    const { footprint } = other
    if (this.#shellState !== other.shellBefore) return false
    // A trap reads the status, too.
    const isStatusRead = footprint.readsStatus || (other.end instanceof Exit && shell.exitTrap !== null)
    if (isStatusRead && shell.lastStatus !== other.statusBefore) return false
    if (ticks + other.ticks > maxSteps || files.size + this.#deferredChanges + other.changes.length > usualEntries) return false
    if (other.output.length > 0 && isLong(output, other.output)) return false
    return sameValue(input, other.inputBefore)
  }

  /** Asks the world again what a unit asked, which finds the same files as in the other run. */
  #answersAgain({ footprint: { asks } }: UnitRun): boolean {
    const { world } = this.#machine
    if (asks.length === 0) return true
    const isSettled = asks.every((ask) => ask.kind !== 'size') || asks.every((ask) => world.isSettled(ask))
    // The same questions in the same order lead to the same assumptions, up to the first answer that differs.
    return isSettled && asks.every((ask) => world.answersAgain(ask))
  }

  /** Whether the files to which a unit added text are plain ones here, too, and short enough. */
  #canAdd({ appended }: Footprint): boolean {
    if (appended === undefined || this.#differences.size === 0) return true
    this.#catchUp()
    for (const key of appended) if (this.#differences.has(key) && !canAddTo(key, this.#machine.files)) return false
    return true
  }

  /** The changes of a unit, with the text that it adds after what the files contain here. @param differs whether they contain something else */
  #changesOf({ footprint, changes }: UnitRun, differs: (key: string) => boolean): readonly Change[] {
    if (footprint.appended === undefined) return changes
    this.#catchUp()
    const added = [...footprint.appended].filter(differs)
    if (added.length === 0) return changes
    const contents = new Map(added.map((key) => [key, contentOf(this.#machine.files.listedAs(key))]))
    return changes.map((change): Change => {
      const [key, entry, text] = change
      const before = contents.get(key)
      if (text === undefined || before === undefined || entry === undefined) return change
      const content = concat(before, text)
      contents.set(key, content)
      return [key, { ...entry, node: { kind: 'file', content } }, text]
    })
  }

  /** Takes over what the unit did in the run beside this one. */
  #take(unit: number, other: UnitRun): number {
    const changes = this.#changesOf(other, (key) => this.#differences.has(key))
    this.#redo(unit, other, changes)
    if (changes !== other.changes) for (const [key, entry] of other.changes) this.#compare(key, entry)
    else if (this.#differences.size > 0) for (const key of other.footprint.before.keys()) this.#differences.delete(key)
    return this.#end(other)
  }

  /** Takes over what the unit did in any other run. */
  #takeKnown(unit: number, other: UnitRun): number {
    const { files } = this.#machine
    const { footprint } = other
    const changes = this.#changesOf(other, (key) => !sameEntry(files.listedAs(key), footprint.before.get(key)))
    const before = new Map([...footprint.before.keys()].map((key) => [key, this.#listedBefore(unit, key)]))
    const after = new Map([...before, ...changes.map(([key, entry]) => [key, entry] as const)])
    this.#redo(unit, other, changes)
    const listedAfter = (key: string) => (after.has(key) ? after.get(key) : this.#listedBefore(unit, key))
    this.#noteDifferences(unit, { before, tested: footprint.tested }, listedAfter)
    // What is listed there is not what the run beside this one lists.
    if (this.#deferred.length > 0) for (const key of after.keys()) if (this.#differences.has(key)) this.#catchUp()
    if (footprint.flavor !== undefined) for (const question of footprint.flavor.keys()) this.#machine.setting.askFlavor(question)
    return this.#end(other)
  }

  #end({ end }: UnitRun): number {
    if (typeof end !== 'number') throw end
    return end
  }

  #redo(unit: number, other: UnitRun, changes: readonly Change[]): void {
    const machine = this.#machine
    if (this.#mayDefer(other)) {
      this.#deferred.push(other)
      this.#deferredChanges += changes.length
      this.passed++
    } else {
      this.#catchUp()
      this.#redoNow(unit, other, changes)
    }
    machine.ticks += other.ticks
    machine.input = other.inputAfter
    if (other.output.length > 0) machine.output = concat(machine.output, other.output)
    if (other.shellAfter !== this.#shellState) {
      machine.shell = copyOfShell(other.shell)
      this.#shellState = other.shellAfter
      this.#shell = other.shell
    }
    machine.shell.lastStatus = other.statusAfter
    if (!machine.isDisturbedIn(unit)) this.record.units[unit] = changes === other.changes ? other : { ...other, changes }
    this.record.changes[unit] = changes
  }

  /** Whether nothing may need what a unit did, because this run may soon end like the one beside it. */
  #mayDefer({ footprint, unknowns }: UnitRun): boolean {
    return this.#goal !== undefined && footprint.appended === undefined && unknowns.length === 0
  }

  /** Does what was deferred. */
  #catchUp(): void {
    if (this.#deferred.length === 0) return
    for (const other of this.#deferred) this.#redoNow(0, other, other.changes)
    this.#deferred = []
    this.#deferredChanges = 0
  }

  #redoNow(unit: number, { footprint, steps, kept, refused, missing, unknowns }: UnitRun, changes: readonly Change[]): void {
    const machine = this.#machine
    this.taken++
    this.takenSteps += steps.length
    machine.beginUnit(unit, undefined)
    let made = 0
    for (const step of steps) {
      machine.trace.push(step)
      const count = machine.states === undefined ? undefined : kept.get(step)
      if (count === undefined) continue
      made = makeChanges(changes, made, count, machine.files)
      machine.keep(step)
    }
    makeChanges(changes, made, changes.length, machine.files)
    if (footprint.tested !== undefined) for (const path of footprint.tested) machine.tested.add(path)
    if (refused.size > 0) for (const path of refused) machine.refused.add(path)
    if (missing.size > 0) for (const [path, how] of missing) machine.missing.set(path, how)
    if (unknowns.length > 0) machine.unknowns.push(...unknowns)
  }

  /** What is listed under a key before a unit, whether or not the units before it are deferred. */
  #listedBefore(unit: number, key: string): Entry | undefined {
    if (this.#deferred.length === 0 || this.#differences.has(key)) return this.#machine.files.listedAs(key)
    const { reads, before } = this.#beside?.units[unit]?.footprint ?? {}
    if (reads?.has(key) === true) return reads.get(key)
    if (before?.has(key) === true) return before.get(key)
    this.#catchUp()
    return this.#machine.files.listedAs(key)
  }

  #follow(unit: number, statement: Statement, run: () => number): number {
    this.#catchUp()
    const machine = this.#machine
    const footprint = new Footprint()
    const { input, output, refused, missing, ticks } = machine
    const { isFirst } = machine
    const before = { shellBefore: this.#shellState, isFirst, statusBefore: machine.shell.lastStatus, inputBefore: input }
    const [steps, unknowns] = [machine.trace.length, machine.unknowns.length]
    const isUsual = lengthOf(output) <= usualText && output.length <= usualPieces && machine.files.size <= usualEntries
    if (isUsual) machine.output = empty
    // Only a user whom modes restrict is refused anything, and only a first run can miss files.
    if (machine.obeysModes) machine.refused = new Set()
    if (isFirst) machine.missing = new Map()
    const kept = new Map<Step, number>()
    machine.kept = kept
    machine.beginUnit(unit, footprint)
    this.#isInside = true
    let end: UnitRun['end'] | undefined
    try {
      const status = run()
      end = status
      return status
    } catch (error) {
      if (error instanceof Exit || error instanceof Killed || error instanceof NotAnalyzed) end = error
      throw error
    } finally {
      this.#isInside = false
      machine.beginUnit(unit, undefined)
      machine.kept = undefined
      this.#noteShell(unit, statement)
      this.#noteDifferences(unit, footprint)
      this.record.changes[unit] = footprint.changes
      const isRepeatable = isUsual && !footprint.isUnique && footprint.asks.length <= maxAsks
      if (end !== undefined && isRepeatable) {
        const done: UnitRun = {
          ...before,
          shellAfter: this.#shellState,
          shell: this.#shell,
          statusAfter: machine.shell.lastStatus,
          inputAfter: machine.input,
          end,
          footprint,
          changes: footprint.changes,
          steps: machine.trace.slice(steps),
          kept,
          ticks: machine.ticks - ticks,
          output: machine.output,
          unknowns: machine.unknowns.slice(unknowns),
          refused: machine.refused,
          missing: machine.missing,
        }
        if (!machine.isDisturbedIn(unit)) this.record.units[unit] = done
        this.#known.add(statement, this.#kindOf(unit), done, machine.files)
      }
      if (machine.obeysModes) for (const path of machine.refused) refused.add(path)
      if (isFirst) for (const [path, how] of machine.missing) missing.set(path, how)
      machine.refused = refused
      machine.missing = missing
      if (isUsual) machine.output = printed(output, machine.output, statement)
    }
  }

  /** Notes the state of the shell after a unit. */
  #noteShell(unit: number, statement: Statement): void {
    const { shell } = this.#machine
    if (sameShell(shell, this.#shell)) return
    const beside = this.#beside?.units[unit]
    const isAsBeside = beside !== undefined && sameShell(shell, beside.shell)
    const other = isAsBeside ? beside : this.#known.leaving(statement, this.#kindOf(unit), shell)
    this.#shellState = other?.shellAfter ?? ++shellStates
    this.#shell = other?.shell ?? copyOfShell(shell)
  }

  /** Notes where the files differ after a unit that ran. */
  #noteDifferences(
    unit: number,
    { before, tested }: Pick<Footprint, 'before' | 'tested'>,
    listedAfter = (key: string) => this.#machine.files.listedAs(key),
  ): void {
    const beside = this.#beside
    if (beside === undefined) return
    const others = new Map(beside.changes[unit]?.map(([key, entry]) => [key, entry]))
    for (const key of before.keys())
      if (!others.has(key)) others.set(key, this.#differences.has(key) ? this.#differences.get(key) : before.get(key))
    for (const [key, entry] of others) this.#compare(key, entry, listedAfter(key))
    const other = beside.units[unit]
    const hasOther = other === undefined && beside.changes[unit] !== undefined
    if (hasOther || !areSame(tested, other?.footprint.tested)) this.#isTestedElse = true
  }
}

/** Whether a limit of what a run prints may matter. */
function isLong(before: Value, own: Value): boolean {
  return lengthOf(before) + lengthOf(own) > usualText || before.length + own.length > usualPieces
}

/** Makes the changes from one number to another. @returns the latter */
function makeChanges(changes: readonly Change[], from: number, to: number, files: FileSystem): number {
  for (let index = from; index < to; index++) {
    const change = changes[index]
    if (change !== undefined) files.apply(change[0], change[1])
  }
  return to
}

function areSame(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item))
}

/** What a run has printed after a unit. */
function printed(before: Value, own: Value, { span }: Statement): Value {
  try {
    return concat(before, own)
  } catch (error) {
    throw error instanceof NotAnalyzed ? new NotAnalyzed(error.why, span.start) : error
  }
}
