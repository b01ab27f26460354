/**
 * The rehearsal: run a script once, then again after every way in which it could have ended, and compare.
 *
 * Three obligations make the verdict: (a) it is repeated after success, (b) one of its commands failed and it is tried again, (c) it was
 * killed between two commands. A fourth, (d) killed inside a command, is told apart: its partial states come from the catalogue.
 */
import type { Catalogue } from '../commands/command.ts'
import type { Mount, Rerun } from '../container/storage.ts'
import type { User } from '../container/user.ts'
import { maxWork } from '../limits.ts'
import { FileSystem } from '../machine/file-system.ts'
import { type Disturbance, Machine, type Step } from '../machine/machine.ts'
import { runScript } from '../shell/interpret.ts'
import type { Dialect, ShellOptions, Userland } from '../syntax/dialect.ts'
import type { Script } from '../syntax/syntax.ts'
import { literal, type Value } from '../value/value.ts'
import { NotAnalyzed, World } from '../value/world.ts'
import { type Cut, hazardOfDifference, hazardOfFailure, isHarmlessNesting, isMadeOnce, isSameAfterAll } from './hazards.ts'
import type { Hazard, Obligation, Rehearsal, UnknownPart } from './rehearsal.ts'
import { commandsOf, type Finding, neverSucceeds, summary, unknownFor } from './summary.ts'

export type * from './rehearsal.ts'

export interface RehearsalInput {
  readonly script: Script
  /** Positional parameters behind the script, `$0` left out. */
  readonly positional: readonly Value[]
  /** `set` options that the shell was started with: `sh -ec`. */
  readonly options: Readonly<ShellOptions>
  readonly mounts: readonly Mount[]
  /** Files that the container is given and whose text is known, by their paths. */
  readonly texts?: ReadonlyMap<string, string>
  /** Variables of the container; what is not known is a value with an unknown piece. */
  readonly environment: ReadonlyMap<string, string | Value>
  readonly workingFolder: string
  /** Whose rights the script has: root's where left out. */
  readonly user?: User
  readonly userland: Userland
  readonly dialect: Dialect
  /** The ways in which this container can be run again at all; every way where left out. */
  readonly reruns?: readonly Rerun[]
  /** Most commands over all runs, `maxTotalSteps` where left out. */
  readonly maxSteps?: number
}

/**
 * Most commands over all runs of one rehearsal. Real scripts take some hundred; at this number the worst that was tried (800 cp -r) takes a
 * second on a slow machine, and an admission review waits for it.
 */
export const maxTotalSteps = 3_000

/** So that one budget holds for both, and for all init containers of a workload together. */
const workPerStep = maxWork / maxTotalSteps

/** Rehearses a script. Never throws. */
export function rehearse(input: RehearsalInput, catalogue: Catalogue): Rehearsal {
  if (input.script.fault !== null) return unknownFor([{ offset: 0, why: input.script.fault }])
  const rehearsal = rehearsed(input, catalogue)
  if (!rehearsal.unknown.some(({ why }) => why === neverSucceeds) || !input.mounts.some(isEmptyClaim)) return rehearsal
  // What works on no empty claim is written for one that holds data.
  const maxSteps = (input.maxSteps ?? maxTotalSteps) - rehearsal.steps
  const filled = rehearsed({ ...input, maxSteps, mounts: input.mounts.map(withData) }, catalogue)
  return { ...filled, steps: rehearsal.steps + filled.steps }
}

function isEmptyClaim({ storage, filled }: Mount): boolean {
  return storage === 'claim' && filled !== true
}

function withData(mount: Mount): Mount {
  return mount.storage === 'claim' ? { ...mount, filled: true } : mount
}

function rehearsed(input: RehearsalInput, catalogue: Catalogue): Rehearsal {
  const rehearser = new Rehearser(input, catalogue)
  try {
    return rehearser.rehearse()
  } catch (error) {
    const because = (offset: number, why: string) => ({ ...unknownFor([{ offset, why }]), steps: rehearser.steps })
    if (error instanceof Exhausted) return because(0, 'the script is too long to be rehearsed')
    if (error instanceof NotAnalyzed) return because(error.offset ?? 0, error.why)
    if (error instanceof RangeError) return because(0, 'the script is nested too deeply')
    throw error
  }
}

/** The budget of commands is spent: nothing more is looked at, and what was found so far may not hold in the worlds that are left. */
class Exhausted {}

class Rehearser {
  readonly #input: RehearsalInput
  readonly #catalogue: Catalogue
  readonly #reruns: readonly Rerun[]
  /** Commands that were carried out so far. */
  #commands = 0
  readonly #world: World
  /** What could not be followed in the present world. */
  #open: UnknownPart[] = []
  /** Whether any command asked which shell and which tools the image has. */
  #isFlavoured = false
  /** What second runs began with in the present world, so that none is run twice. */
  #begun = new Set<string>()

  constructor(input: RehearsalInput, catalogue: Catalogue) {
    this.#input = input
    this.#catalogue = catalogue
    this.#reruns = input.reruns ?? ['retry', 'rerun', 'replace']
    this.#world = new World(input.texts)
  }

  /** What was done so far, in commands: work on long texts and many files counts as the commands that it could have been. */
  get steps(): number {
    return this.#commands + Math.floor(this.#world.work / workPerStep)
  }

  rehearse(): Rehearsal {
    const findings: Finding[] = []
    const unknown: UnknownPart[] = []
    do {
      try {
        const finding = this.#finding()
        if (finding !== undefined) findings.push(finding)
      } catch (error) {
        if (!(error instanceof NotAnalyzed)) throw error
        unknown.push({ offset: error.offset ?? 0, why: error.why })
      }
    } while (this.#world.next())
    return { ...summary(findings, unknown), isFlavoured: this.#isFlavoured, steps: this.steps }
  }

  /** Everything under one set of suppositions; undefined where the first run itself fails, so that there is nothing to repeat. */
  #finding(): Finding | undefined {
    const initial = FileSystem.initial(this.#input.mounts, (amount) => this.#world.spend(amount))
    const first = this.#run(initial.copy(), {}, new Map())
    if (first.status !== 0) return undefined
    this.#open = []
    this.#begun.clear()
    const hazards = this.#hazards(initial, first.machine)
    const carriedOut = new Set(first.machine.trace.filter(({ status }) => status === 0).map(({ offset }) => offset))
    const again = this.#asFarAsKnown(() => this.#run(first.machine.files.afterRerun(initial, this.#reruns[0] ?? 'rerun')))
    const commands = commandsOf(first.machine, again?.machine)
    return { hazards, carriedOut, unknown: [...first.machine.unknowns, ...this.#open], commands }
  }

  /** What is found stays found where another run cannot be followed to its end. */
  #asFarAsKnown<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof NotAnalyzed)) throw error
      this.#open.push({ offset: error.offset ?? 0, why: error.why })
      return undefined
    }
  }

  #hazards(initial: FileSystem, clean: Machine): Hazard[] {
    const hazards: Hazard[] = []
    const check = (after: Cut, obligation: Obligation, reruns: readonly Rerun[]) => {
      for (const rerun of reruns) {
        if (!this.#reruns.includes(rerun)) continue
        const hazard = this.#asFarAsKnown(() => this.#again(initial, clean, after, obligation, rerun))
        if (hazard?.storage === 'unknown' && hazard.path !== '' && rerun === 'replace') {
          this.#open.push({ offset: hazard.offset, why: 'how long a volume of an unknown kind lives' })
        } else if (hazard !== undefined) hazards.push(hazard)
      }
    }
    const disturbed = (disturbance: Disturbance) => this.#asFarAsKnown(() => this.#run(initial.copy(), disturbance))
    check(clean, 'repeat', ['rerun', 'replace'])
    for (const [index, step] of clean.trace.entries()) {
      const number = index + 1
      if (step.fallible) {
        const failed = disturbed({ failAt: number })
        if (failed !== undefined && failed.status !== 0) check(failed.machine, 'failure', ['retry', 'replace'])
      }
      const files = clean.states?.get(step)
      const cut = () => (files === undefined ? disturbed({ killAfter: number })?.machine : { files, trace: clean.trace })
      const stopped = step.writes.length > 0 ? cut() : undefined
      if (stopped !== undefined) check(stopped, 'stop', ['retry', 'replace'])
      for (let partial = 0; partial < step.partials; partial++) {
        const interrupted = disturbed({ interruptedAt: { step: number, partial } })
        if (interrupted?.status === 'killed') check(interrupted.machine, 'interrupted', ['retry', 'replace'])
      }
    }
    return hazards
  }

  /** Runs the script again on what is left, and says what is wrong with the outcome. */
  #again(initial: FileSystem, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun): Hazard | undefined {
    const left = before.files.survivorsKey(rerun)
    // On nothing, the second run is a first one; on the same as before, it was looked at.
    if (left === '' || this.#begun.has(`${obligation === 'repeat'} ${left}`)) return undefined
    this.#begun.add(`${obligation === 'repeat'} ${left}`)
    const again = this.#run(before.files.afterRerun(initial, rerun))
    this.#open.push(...again.machine.unknowns)
    if (rerun === 'replace' && again.machine.refused.size > 0 && this.#input.user?.hasGroup === true) {
      this.#open.push({ offset: 0, why: 'whether the volume of a new pod has its files made writable for the fsGroup' })
      return undefined
    }
    if (again.status !== 0) return hazardOfFailure(again.machine, clean, before, obligation, rerun)
    const isSame = (candidate: string) =>
      isMadeOnce(candidate, clean, again.machine, obligation) || isSameAfterAll(candidate, clean, again.machine)
    const path = clean.files.difference(again.machine.files, isSame)
    if (path === undefined) return undefined
    const hazard = hazardOfDifference(path, again.machine, clean, before, obligation, rerun)
    if (isHarmlessNesting(hazard, clean, again.machine, isSame)) {
      this.#open.push({ offset: hazard.offset, why: 'cp lays a second copy into the first, on an emptyDir' })
      return undefined
    }
    return hazard
  }

  /** @param states where the files behind each step are kept */
  #run(
    files: FileSystem,
    disturbance: Disturbance = {},
    states?: Map<Step, FileSystem>,
  ): { readonly status: number | 'killed'; readonly machine: Machine } {
    const { environment, userland, dialect, options, positional, workingFolder, script, user, maxSteps = maxTotalSteps } = this.#input
    if (this.steps > maxSteps) throw new Exhausted()
    const values = new Map([...environment].map(([name, text]) => [name, typeof text === 'string' ? literal(text) : text] as const))
    const asked = () => {
      this.#isFlavoured = true
    }
    const setting = {
      world: this.#world,
      environment: values,
      obeysModes: user?.obeysModes === true,
      get userland() {
        asked()
        return userland
      },
      get dialect() {
        asked()
        return dialect
      },
    }
    const machine = new Machine(setting, files, disturbance)
    machine.states = states
    Object.assign(machine.shell.options, options)
    machine.shell.positional = positional
    machine.shell.folder = workingFolder
    try {
      return { status: runScript(script.body, machine, this.#catalogue), machine }
    } finally {
      this.#commands += machine.trace.length + 1
    }
  }
}
