/**
 * The rehearsal: a dry run of a script in an abstract interpreter. It runs the script once, then again after every way in which the first
 * run can end, and compares the results.
 *
 * The verdict depends on three obligations. The script has to run again safely (a) after it succeeded, (b) after one of its commands failed
 * (`failure`), and (c) after it was killed between two commands (`stop`). A fourth one, (d) after it was killed within a command
 * (`interrupted`), is reported separately; the partial states that such a kill leaves come from the catalogue.
 */
import type { Catalogue } from '../commands/command.ts'
import type { Mount, Rerun } from '../container/storage.ts'
import type { User } from '../container/user.ts'
import { maxWork } from '../limits.ts'
import { FileSystem, givenFile } from '../machine/file-system.ts'
import { type Disturbance, Machine, type Step } from '../machine/machine.ts'
import { isSamePlace, type Place } from '../machine/place.ts'
import { difference, resultKey, survivorsKey } from '../machine/results.ts'
import { runScript } from '../shell/interpret.ts'
import type { Dialect, ShellOptions, Userland } from '../syntax/dialect.ts'
import type { Script } from '../syntax/syntax.ts'
import { literal, type Value } from '../value/value.ts'
import { NotAnalyzed, World } from '../value/world.ts'
import { isEmptyClaim, lacksEdited, withData } from './claims.ts'
import { failureOf } from './first-failure.ts'
import {
  type Cut,
  hazardOfCause,
  hazardOfDifference,
  hazardOfFailure,
  isBeneath,
  isHarmlessNesting,
  isMadeOnce,
  isSameAfterAll,
} from './hazards.ts'
import { filesOf, type HiddenFailure, hidesHttpError, isFetch, isHandled } from './hidden.ts'
import { shortName } from './names.ts'
import type { FirstFailure, Hazard, Obligation, Rehearsal, UnknownPart } from './rehearsal.ts'
import { commandsOf, type Finding, summary, unknownFor } from './summary.ts'

export type * from './rehearsal.ts'

export interface RehearsalInput {
  readonly script: Script
  /** Positional parameters of the script, without `$0`. */
  readonly positional: readonly Value[]
  /** `set` options that the shell is started with: `sh -ec`. */
  readonly options: Readonly<ShellOptions>
  readonly mounts: readonly Mount[]
  /** Mounted files whose text is known, by path. */
  readonly texts?: ReadonlyMap<string, string>
  /** Variables of the container; an unknown value has an unknown piece. */
  readonly environment: ReadonlyMap<string, string | Value>
  /** The working directory as a path key; null if the image decides, and what it decides is not known. */
  readonly workingFolder: string | null
  /** The user that runs the script; root by default. */
  readonly user?: User
  readonly userland: Userland
  readonly dialect: Dialect
  /** See `Flavor`. */
  readonly isOldDash?: true
  /** The ways in which this container can run again; all by default. */
  readonly reruns?: readonly Rerun[]
  /** Whether the text is a program with its arguments, which no shell reads. */
  readonly isArguments?: true
  /** Whether the container's own file system is read-only. */
  readonly isRootReadOnly?: true
  /** Names of commands that do not exist: variables that Kubernetes leaves as `$(NAME)`, which a shell runs. */
  readonly unset?: readonly string[]
  /** Whether the pod shares the network of its node. */
  readonly isOnHostNetwork?: true
  /** Maximum number of commands over all runs; `maxTotalSteps` by default. */
  readonly maxSteps?: number
  /** Whether only reruns matter, as for a change that is tried: not whether the first run can succeed, and not what it hides. */
  readonly onlyReruns?: true
}

/**
 * Maximum number of commands over all runs of one rehearsal. Real scripts need a few hundred. An admission review waits for the
 * rehearsal, and at this limit the slowest script that was tried (800 times cp -r) takes a second on a slow machine.
 */
export const maxTotalSteps = 3_000

/** Converts work to commands, so that one budget covers both, and all init containers of a workload together. */
const workPerStep = maxWork / maxTotalSteps

/** Rehearses a script. Never throws. */
export function rehearse(input: RehearsalInput, catalogue: Catalogue): Rehearsal {
  if (input.script.fault !== null) return unknownFor([{ offset: 0, why: input.script.fault }])
  const rehearsal = rehearsedOn(input, catalogue)
  if (input.onlyReruns === true) return rehearsal
  // What is left of the budget: a script that fails in every case needs little of it.
  const failed = failureOnFirst({ ...input, maxSteps: (input.maxSteps ?? maxTotalSteps) - rehearsal.steps }, catalogue)
  const isFlavored = rehearsal.isFlavored || failed.isFlavored
  return { ...rehearsal, failure: failed.failure, isFlavored, steps: failed.steps + rehearsal.steps }
}

interface FirstRun {
  readonly failure: FirstFailure | null
  readonly isFlavored: boolean
  readonly steps: number
}

/** How the first run fails in every case. If it fails only because claims are empty, it is run on claims with data, too. */
function failureOnFirst(input: RehearsalInput, catalogue: Catalogue): FirstRun {
  const first = firstRun(input, catalogue)
  if (first.failure === null || !input.mounts.some(isEmptyClaim)) return first
  const maxSteps = (input.maxSteps ?? maxTotalSteps) - first.steps
  const filled = firstRun({ ...input, maxSteps, mounts: input.mounts.map(withData) }, catalogue)
  // A script that reads its claim is meant for one that contains data.
  const onEmpty = first.failure.isOversight ? { ...first.failure, isOnEmptyClaim: true } : null
  return {
    failure: filled.failure ?? onEmpty,
    isFlavored: first.isFlavored || filled.isFlavored,
    steps: first.steps + filled.steps,
  }
}

function firstRun(input: RehearsalInput, catalogue: Catalogue): FirstRun {
  const rehearser = new Rehearser(input, catalogue, true)
  const result = (failure: FirstFailure | null) => ({ failure, isFlavored: rehearser.isFlavored, steps: rehearser.steps })
  try {
    return result(rehearser.firstFailure())
  } catch (error) {
    if (error instanceof Exhausted || error instanceof NotAnalyzed || error instanceof RangeError) return result(null)
    throw error
  }
}

function rehearsedOn(input: RehearsalInput, catalogue: Catalogue): Rehearsal {
  const { rehearsal, lacksData } = rehearsed(input, catalogue)
  const alwaysFails = failsOnly(rehearsal)
  if (!(alwaysFails || lacksData) || !input.mounts.some(isEmptyClaim)) return rehearsal
  // A script that fails on every empty claim, or edits a file that an empty one lacks, is meant for one that contains data.
  const maxSteps = (input.maxSteps ?? maxTotalSteps) - rehearsal.steps
  const filled = rehearsed({ ...input, maxSteps, mounts: input.mounts.map(withData) }, catalogue).rehearsal
  return { ...(alwaysFails || !failsOnly(filled) ? filled : rehearsal), steps: rehearsal.steps + filled.steps }
}

function failsOnly({ results }: Rehearsal): boolean {
  return results.size === 1 && results.has(failedResult)
}

/** A rehearsal, and whether the first run lacked a file that the script edits. */
function rehearsed(input: RehearsalInput, catalogue: Catalogue): { readonly rehearsal: Rehearsal; readonly lacksData: boolean } {
  const rehearser = new Rehearser(input, catalogue)
  try {
    const rehearsal = rehearser.rehearse()
    return { rehearsal, lacksData: rehearser.lacksData }
  } catch (error) {
    const because = (offset: number, why: string) => ({
      rehearsal: { ...unknownFor([{ offset, why }]), steps: rehearser.steps },
      lacksData: false,
    })
    if (error instanceof Exhausted) return because(0, rehearser.isOfCases ? tooManyCases : 'the script is too long to rehearse')
    if (error instanceof NotAnalyzed) return because(error.offset ?? 0, error.why)
    if (error instanceof RangeError) return because(0, 'the script is nested too deeply')
    throw error
  }
}

/** The result of a case in which the first run fails. */
const failedResult = 'failed'
const tooManyCases = 'the script depends on too many conditions that are not in the input'

/** Files that the kubelet or the container runtime mounts into each container (kubernetes pkg/kubelet/kubelet_pods.go, makeHostsMount). */
const givenFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']

/** A script that is too long has not tried more cases than this when its budget ends. */
const fewCases = 4

/** Thrown when the budget of commands is spent. The findings so far are dropped, because they may not hold in the remaining cases. */
class Exhausted {}

class Rehearser {
  readonly #input: RehearsalInput
  readonly #catalogue: Catalogue
  readonly #reruns: readonly Rerun[]
  readonly #unset: ReadonlySet<string>
  /** Number of commands that ran so far. */
  #commands = 0
  readonly #world: World
  /** What could not be analyzed in the current case. */
  #open: UnknownPart[] = []
  /** Whether the result depends on the shell or the tools of the image. */
  #isFlavored = false
  /** What was found in the second runs of the current case, by the state with which they began, so that none runs twice. */
  #begun = new Map<string, Hazard | undefined>()

  /** Whether a first run succeeded although a file that it edits is missing on a claim. */
  lacksData = false

  /** Whether only the first run counts, with all that the container refuses. */
  readonly #isFirstOnly: boolean

  constructor(input: RehearsalInput, catalogue: Catalogue, isFirstOnly = false) {
    this.#input = input
    this.#catalogue = catalogue
    this.#isFirstOnly = isFirstOnly
    this.#unset = new Set(input.unset)
    this.#reruns = input.reruns ?? ['retry', 'rerun', 'replace']
    this.#world = new World(input.texts)
  }

  /** The work so far, in commands: work on long texts and many files is converted. */
  get steps(): number {
    return this.#commands + Math.floor(this.#world.work / workPerStep)
  }

  get isFlavored(): boolean {
    return this.#isFlavored
  }

  /** Whether the number of cases spends the budget, and not the length of the script. */
  get isOfCases(): boolean {
    return this.#world.tried > fewCases
  }

  /**
   * How the first run fails in every case; null if it may succeed in one of them.
   * @throws NotAnalyzed if that is not known
   */
  firstFailure(): FirstFailure | null {
    let failure: FirstFailure | null = null
    do {
      const initial = FileSystem.initial(this.#input.mounts, (amount) => this.#world.spend(amount))
      for (const path of givenFiles) if (initial.look(path) === undefined) initial.set(path, givenFile(path), null)
      const { status, machine } = this.#run(initial)
      // A command that is not analyzed may have done what a later one needs.
      if (typeof status !== 'number' || status === 0 || machine.isEndless || machine.unknowns.length > 0) return null
      failure ??= failureOf(machine, status)
    } while (this.#world.next())
    return failure
  }

  rehearse(): Rehearsal {
    const findings: Finding[] = []
    const unknown: UnknownPart[] = []
    /** What was not analyzed in first runs that failed. */
    const before: UnknownPart[] = []
    const results = new Set<string>()
    do {
      try {
        const finding = this.#finding(before)
        if (finding !== undefined) findings.push(finding)
        results.add(finding?.result ?? failedResult)
      } catch (error) {
        if (!(error instanceof NotAnalyzed)) throw error
        unknown.push({ offset: error.offset ?? 0, why: error.why })
      }
    } while (this.#world.next())
    // A command that is not analyzed may do what makes the first run succeed.
    const open = findings.length === 0 ? [...unknown, ...before] : unknown
    return { ...summary(findings, open), results, isFlavored: this.#isFlavored, steps: this.steps }
  }

  /**
   * The finding of one case; undefined if the first run fails, so that there is nothing to repeat.
   * @param before receives what was not analyzed in such a run
   */
  #finding(before: UnknownPart[]): Finding | undefined {
    const initial = FileSystem.initial(this.#input.mounts, (amount) => this.#world.spend(amount))
    const first = this.#run(initial.copy(), {}, new Map())
    if (first.status !== 0) {
      before.push(...first.machine.unknowns)
      return undefined
    }
    this.lacksData ||= lacksEdited(first.machine)
    this.#open = []
    this.#begun.clear()
    const hazards = this.#hazards(initial, first.machine)
    const succeeded = new Set(first.machine.trace.filter(({ status }) => status === 0).map(({ offset }) => offset))
    const again = this.#asFarAsKnown(() => this.#run(first.machine.files.afterRerun(initial, this.#reruns[0] ?? 'rerun')))
    const commands = commandsOf(first.machine, again?.machine)
    const result = resultKey(first.machine.files, initial)
    const hidden = this.#input.onlyReruns === true ? [] : this.#hidden(initial, first.machine)
    return { result, hazards, hidden, succeeded, unknown: [...first.machine.unknowns, ...this.#open], commands }
  }

  /** Runs something that may not be analyzable: the reason is recorded, and the other findings stay valid. */
  #asFarAsKnown<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof NotAnalyzed)) throw error
      this.#open.push({ offset: error.offset ?? 0, why: error.why })
      return undefined
    }
  }

  #hidden(initial: FileSystem, clean: Machine): HiddenFailure[] {
    return clean.trace.flatMap((step, index): HiddenFailure[] => {
      if (!step.fallible || !isFetch(step)) return []
      const at = { offset: step.offset, program: shortName(step.words) }
      const disturbance = { failAt: index + 1, missing: filesOf(step) }
      const known = this.#open.length
      const failed = this.#asFarAsKnown(() => this.#run(initial.copy(), disturbance))
      // Whether a rerun is safe does not depend on it.
      this.#open.length = known
      // A command that is not analyzed may fail without the download.
      if (failed === undefined || failed.machine.unknowns.length > 0) return []
      if (failed.status === 0) return isHandled(clean, failed.machine, step) ? [] : [{ kind: 'failure', ...at }]
      return hidesHttpError(clean, step) ? [{ kind: 'httpError', ...at }] : []
    })
  }

  #hazards(initial: FileSystem, clean: Machine): Hazard[] {
    const hazards: Hazard[] = []
    const check = (after: Cut, obligation: Obligation, reruns: readonly Rerun[], cause?: Step) => {
      for (const rerun of reruns) {
        if (!this.#reruns.includes(rerun)) continue
        const hazard = this.#asFarAsKnown(() => this.#again(initial, clean, after, obligation, rerun, cause))
        if (hazard?.storage === 'unknown' && hazard.place !== null && rerun === 'replace') {
          this.#open.push({ offset: hazard.offset, why: 'a volume of unknown type, whose lifetime is not known' })
        } else if (hazard !== undefined) hazards.push(hazard)
      }
    }
    const disturbed = (disturbance: Disturbance) => this.#asFarAsKnown(() => this.#run(initial.copy(), disturbance))
    check(clean, 'repeat', ['rerun', 'replace'])
    for (const [index, step] of clean.trace.entries()) {
      const number = index + 1
      const fails = (failure: Disturbance) => {
        const failed = disturbed(failure)
        if (failed !== undefined && failed.status !== 0) check(failed.machine, 'failure', ['retry', 'replace'], failed.machine.trace[index])
        return failed?.machine.trace.length === number
      }
      // One hazard of a failure is enough for a command.
      const isFound = () => hazards.some(({ offset, obligation }) => offset === step.offset && obligation === 'failure')
      let ends = step.failures > 0 && step.targets.length === 0
      for (let leaving = 0; leaving < step.failures && !isFound(); leaving++) ends = fails({ failAt: number, leaving }) && ends
      // If the script ends with such a failure, one that leaves nothing equals a kill after the command before it.
      if (step.fallible && !ends && !isFound()) fails({ failAt: number })
      const files = clean.states?.get(step)
      const cut = () => (files === undefined ? disturbed({ killAfter: number })?.machine : { files, trace: clean.trace })
      const stopped = step.writes.length > 0 ? cut() : undefined
      if (stopped !== undefined) check(stopped, 'stop', ['retry', 'replace'])
      for (let partial = 0; partial < step.partials; partial++) {
        const interrupted = disturbed({ interruptedAt: { step: number, partial } })
        if (interrupted?.status === 'killed')
          check(interrupted.machine, 'interrupted', ['retry', 'replace'], interrupted.machine.trace[index])
      }
    }
    return hazards
  }

  /**
   * Runs the script again on what survived.
   * @param cause the command that failed or was killed partway
   * @returns the hazard, undefined if the result is right
   */
  #again(initial: FileSystem, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun, cause?: Step): Hazard | undefined {
    const left = survivorsKey(before.files, rerun)
    // If nothing survived, the second run equals the first one; if the same survived as before, it was checked already.
    if (left === '') return undefined
    const key = `${obligation === 'repeat'} ${left}`
    const known = this.#begun.get(key)
    // A kill can leave the same as a failure of the command: both are reported.
    if (this.#begun.has(key))
      return obligation === 'interrupted' && known?.offset === cause?.offset ? known && { ...known, obligation } : undefined
    this.#begun.set(key, undefined)
    const hazard = this.#hazardOf(initial, clean, before, obligation, rerun, cause)
    this.#begun.set(key, hazard)
    return hazard
  }

  #hazardOf(initial: FileSystem, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun, cause?: Step): Hazard | undefined {
    const again = this.#run(before.files.afterRerun(initial, rerun))
    this.#open.push(...again.machine.unknowns)
    if (rerun === 'replace' && again.machine.refused.size > 0 && this.#input.user?.hasGroup === true) {
      this.#open.push({ offset: 0, why: 'whether the kubelet makes the files of the volume writable for the fsGroup of a new pod' })
      return undefined
    }
    if (again.status !== 0) {
      const hazard = hazardOfFailure(again.machine, clean, before, obligation, rerun)
      return cause === undefined ? hazard : hazardOfCause(hazard, cause, again.machine, clean, before)
    }
    const isSame = (candidate: Place) =>
      isMadeOnce(candidate, clean, again.machine, obligation) || isSameAfterAll(candidate, clean, again.machine)
    // What the command itself left incomplete tells more than what was skipped because of it.
    const isOthers = (candidate: Place) => cause?.writes.some((written) => isSamePlace(written, candidate)) !== true
    const own = difference(clean.files, again.machine.files, (candidate) => isOthers(candidate) || isSame(candidate))
    // Several copies may be nested at once: each is set aside to see what else differs.
    const nested: string[] = []
    const next = () => difference(clean.files, again.machine.files, (candidate) => isBeneath(candidate, nested) || isSame(candidate))
    for (let place = own ?? next(); place !== undefined; place = next()) {
      const hazard = hazardOfDifference(place, again.machine, clean, before, obligation, rerun)
      if (place.kind !== 'file' || !isHarmlessNesting(hazard, clean, again.machine)) return hazard
      nested.push(place.path)
      this.#open.push({ offset: hazard.offset, why: 'on a rerun, cp creates a second copy within the first one (on an emptyDir)' })
    }
    return undefined
  }

  /** Runs the script once. @param states receives the files after each step that wrote */
  #run(
    files: FileSystem,
    disturbance: Disturbance = {},
    states?: Map<Step, FileSystem>,
  ): { readonly status: number | 'killed'; readonly machine: Machine } {
    const { environment, userland, dialect, options, positional, workingFolder, script, user, maxSteps = maxTotalSteps } = this.#input
    const { isArguments = false, isOldDash = false, isRootReadOnly = false, isOnHostNetwork = false } = this.#input
    if (this.steps > maxSteps) throw new Exhausted()
    const values = new Map([...environment].map(([name, text]) => [name, typeof text === 'string' ? literal(text) : text] as const))
    const markFlavored = () => {
      this.#isFlavored = true
    }
    const setting = {
      world: this.#world,
      environment: values,
      obeysModes: user?.obeysModes === true,
      unset: this.#unset,
      isOnHostNetwork,
      ...(this.#isFirstOnly ? { first: { cannotChown: user?.cannotChown, isArguments, isOldDash, isRootReadOnly } } : {}),
      get userland() {
        markFlavored()
        return userland
      },
      get dialect() {
        markFlavored()
        return dialect
      },
    }
    const machine = new Machine(setting, files, disturbance)
    machine.states = states
    Object.assign(machine.shell.options, options)
    machine.shell.positional = positional
    machine.shell.folder = workingFolder ?? undefined
    machine.shell.isInImageFolder = workingFolder === null
    try {
      return { status: runScript(script.body, machine, this.#catalogue), machine }
    } finally {
      this.#commands += machine.trace.length + 1
    }
  }
}
