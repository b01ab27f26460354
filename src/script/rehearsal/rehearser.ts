/** The runs of one rehearsal under one assumption about the claims, and what they show. */
import type { Catalogue } from '../commands/command.ts'
import type { Rerun } from '../container/storage.ts'
import { maxWork } from '../limits.ts'
import { FileSystem, givenFile } from '../machine/file-system.ts'
import { type Disturbance, Machine, type Step } from '../machine/machine.ts'
import { isSamePlace, type Place } from '../machine/place.ts'
import { difference, resultKey } from '../machine/results.ts'
import { runScript } from '../shell/interpret.ts'
import { KnownUnits } from '../shell/known-units.ts'
import { type RecordedRun, Replay } from '../shell/replay.ts'
import { type Units, unitsOf } from '../shell/units.ts'
import { type FlavorAnswers, type FlavorQuestion, flavorAnswer } from '../syntax/dialect.ts'
import { literal, type Value } from '../value/value.ts'
import { NotAnalyzed, World } from '../value/world.ts'
import { BegunRuns } from './begun.ts'
import { hasTooManyCases } from './cases.ts'
import { lacksEdited } from './claims.ts'
import { failureOf } from './first-failure.ts'
import { lackedGuard } from './guards.ts'
import {
  type Cut,
  hazardOfCause,
  hazardOfDifference,
  hazardOfFailure,
  isBeneath,
  isHarmlessNesting,
  isLeftEmpty,
  isLitter,
  isMadeOnce,
  isSameAfterAll,
} from './hazards.ts'
import { filesOf, type HiddenFailure, hidesHttpError, isFetch, isHandled, isTolerated } from './hidden.ts'
import { maxTotalSteps, mentionsOf, type RehearsalInput } from './input.ts'
import { shortName } from './names.ts'
import { givenFiles, isPlainSuccess } from './plain-success.ts'
import type { FirstFailure, Hazard, Obligation, Rehearsal, UnknownPart } from './rehearsal.ts'
import { commandsOf, type Finding, summary } from './summary.ts'

/** Number of units that cost as much to take over from another run as a command costs to run. */
const unitsPerStep = 16

/** Number of units that cost as much as a command if nothing that they did is needed. */
const passedPerStep = 128

/** Number of comparisons with what a unit did in another run that cost as much as a command. */
const comparisonsPerStep = 64

/** Converts work to commands, so that one budget covers both, and all init containers of a workload together. */
const workPerStep = maxWork / maxTotalSteps

/** The result of a case in which the first run fails. */
export const failedResult = 'failed'
export const tooManyCases = 'the script depends on too many conditions that are not in the input'

/** A script that is too long has not tried more cases than this when its budget ends. */
const fewCases = 4

/**
 * The number of cases in which a command must run, and break each of them, to count if not all cases could be tried. With fewer of them, a
 * single one decides what an assumption changes.
 */
const leastCases = 3

/**
 * Thrown when the budget of commands is spent. The findings so far are dropped, because they may not hold in the remaining cases, unless
 * enough cases were tried.
 */
export class Exhausted {}

/** Runs a script as often as the obligations need. */
export class Rehearser {
  readonly #input: RehearsalInput
  readonly #catalogue: Catalogue
  readonly #reruns: readonly Rerun[]
  readonly #unset: ReadonlySet<string>
  readonly #environment: ReadonlyMap<string, Value>
  /** Number of commands that ran so far, and of units that were taken over from other runs. */
  #commands = 0
  #taken = 0
  #compared = 0
  #passed = 0
  readonly #units: Units
  /** The last first run that was not disturbed, and the last later run that succeeded: others run beside them. */
  #firstRun: RecordedRun | undefined
  #laterRun: RecordedRun | undefined
  /** What units did in all runs. */
  readonly #known: KnownUnits
  readonly #mentions: string
  #world: World
  #hasTooManyCases = false
  /** What could not be analyzed in the current case. */
  #open: UnknownPart[] = []
  readonly #flavor: Pick<RehearsalInput, 'dialect' | 'userland'>
  readonly #asked = new Map<FlavorQuestion, boolean>()
  readonly #askFlavor = (question: FlavorQuestion): boolean => {
    const answer = flavorAnswer(question, this.#flavor)
    this.#asked.set(question, answer)
    return answer
  }
  /** What was found in the second runs of the current case, by the state with which they began, so that none runs twice. */
  readonly #begun = new BegunRuns<Hazard | undefined>()

  /** Whether a first run succeeded although a file that it edits is missing on a claim. */
  lacksData = false

  /** Whether a first run is certain to succeed whatever the container refuses. */
  isPlain = false

  /** Whether only the first run counts, with all that the container refuses. */
  readonly #isFirstOnly: boolean

  constructor(input: RehearsalInput, catalogue: Catalogue, isFirstOnly = false) {
    this.#input = input
    this.#catalogue = catalogue
    this.#isFirstOnly = isFirstOnly
    this.#flavor = { dialect: input.dialect, userland: input.userland }
    // What the container refuses makes a difference.
    this.#known = isFirstOnly ? new KnownUnits() : (input.known ?? new KnownUnits())
    this.#unset = new Set(input.unset)
    const toValue = (text: string | Value) => (typeof text === 'string' ? literal(text) : text)
    this.#environment = new Map([...input.environment].map(([name, text]) => [name, toValue(text)]))
    this.#reruns = input.reruns ?? ['retry', 'rerun', 'replace']
    this.#world = new World(input.texts)
    this.#units = unitsOf(input.script.body)
    this.#mentions = mentionsOf(input)
  }

  /** The work so far, in commands: work on long texts and many files is converted. */
  get steps(): number {
    return (
      this.#commands +
      Math.floor(this.#taken / unitsPerStep + this.#compared / comparisonsPerStep + this.#passed / passedPerStep) +
      Math.floor(this.#world.work / workPerStep)
    )
  }

  /** What the runs asked about the shell and the tools. */
  get flavor(): FlavorAnswers {
    return this.#asked
  }

  /** Whether the number of cases spends the budget, and not the length of the script. */
  get isOfCases(): boolean {
    return this.#hasTooManyCases || this.#world.tried > fewCases
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
    const all = this.#eachCase(() => {
      try {
        const finding = this.#finding(before)
        if (finding !== undefined) findings.push(finding)
        results.add(finding?.result ?? failedResult)
      } catch (error) {
        if (!(error instanceof NotAnalyzed)) throw error
        unknown.push({ offset: error.offset ?? 0, why: error.why })
      }
    })
    if (all === 'too many') unknown.push({ offset: 0, why: tooManyCases })
    // A command that is not analyzed may do what makes the first run succeed.
    const open = findings.length === 0 ? [...unknown, ...before] : unknown
    const least = all === 'too many' ? leastCases : 1
    return { ...summary(findings, open, least), results, flavor: this.#asked, steps: this.steps }
  }

  /**
   * Does something in each case. There may be too many of them: if all that change a single assumption were tried, what they agree on counts.
   * @throws Exhausted or NotAnalyzed if not even those could be tried
   */
  #eachCase(tried: () => void): 'all' | 'too many' {
    try {
      do tried()
      while (this.#world.next())
      return 'all'
    } catch (error) {
      const isEnough = this.#world.changes > 1 && (error instanceof Exhausted || error instanceof NotAnalyzed)
      if (!isEnough) throw error
      return 'too many'
    }
  }

  /**
   * The finding of one case; undefined if the first run fails, so that there is nothing to repeat.
   * @param before receives what was not analyzed in such a run
   */
  #finding(before: UnknownPart[]): Finding | undefined {
    const initial = FileSystem.initial(this.#input.mounts, (amount) => this.#world.spend(amount))
    const first = this.#run(initial, {}, new Map())
    if (first.status !== 0) {
      before.push(...first.machine.unknowns)
      return undefined
    }
    if (this.#world.tried === 1) this.#checkCases(initial)
    this.lacksData ||= lacksEdited(first.machine)
    this.isPlain ||= isPlainSuccess(this.#input, first.machine.files, first.machine.trace, this.#firstRun)
    this.#open = []
    this.#begun.clear()
    const hazards = this.#hazards(initial, first.machine)
    const succeeded = new Set(first.machine.trace.filter(({ status }) => status === 0).map(({ offset }) => offset))
    const again = this.#asFarAsKnown(() => this.#run(first.machine.files.afterRerun(initial, this.#reruns[0] ?? 'rerun')))
    const commands = commandsOf(first.machine, again?.machine)
    const result = resultKey(first.machine.files, initial)
    const hidden = this.#input.onlyReruns === true ? [] : this.#hidden(initial, first.machine)
    const unknown = [...first.machine.unknowns, ...this.#open]
    return { result, hazards, hidden, succeeded, lackedGuard: lackedGuard(initial, first.machine), unknown, commands }
  }

  /** @throws Exhausted if the script is certain to have more cases than are tried */
  #checkCases(initial: FileSystem): void {
    const [first, world] = [this.#firstRun, this.#world]
    if (first === undefined) return
    this.#hasTooManyCases = hasTooManyCases(first, (key) => {
      this.#world = new World(this.#input.texts, new Map([[key, 1]]))
      try {
        const { status } = this.#run(initial)
        return status === 0 ? this.#firstRun : undefined
      } catch (error) {
        if (error instanceof NotAnalyzed) return undefined
        throw error
      } finally {
        world.spend(this.#world.work)
        this.#world = world
        this.#firstRun = first
      }
    })
    if (this.#hasTooManyCases) throw new Exhausted()
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
    return clean.trace.flatMap((step): HiddenFailure[] => {
      if (!step.fallible || !isFetch(step)) return []
      const at = { offset: step.offset, program: shortName(step.words) }
      const disturbance = { failAt: step.number, missing: filesOf(step) }
      const known = this.#open.length
      const failed = this.#asFarAsKnown(() => this.#run(initial, disturbance))
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
    // The script exits with status 0 although the command failed: what matters is whether the next run makes up for it.
    const checkUnnoticed = (after: Machine, cause: Step, step: Step) => {
      if (isHandled(clean, after, step) || isTolerated(clean, after, step)) return
      for (const rerun of ['rerun', 'replace'] as const) {
        if (!this.#reruns.includes(rerun)) continue
        const hazard = this.#asFarAsKnown(() => this.#unnoticed(initial, clean, after, rerun, cause))
        if (hazard !== undefined) hazards.push(hazard)
      }
    }
    const disturbed = (disturbance: Disturbance) => this.#asFarAsKnown(() => this.#run(initial, disturbance))
    check(clean, 'repeat', ['rerun', 'replace'])
    for (const [index, step] of clean.trace.entries()) {
      const { number } = step
      const fails = (failure: Disturbance) => {
        const failed = disturbed(failure)
        const cause = failed?.machine.trace[index]
        if (failed !== undefined && failed.status !== 0) check(failed.machine, 'failure', ['retry', 'replace'], cause)
        if (failed?.status === 0 && cause !== undefined) checkUnnoticed(failed.machine, cause, step)
        return failed?.machine.trace.length === index + 1
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
    const left = this.#begun.survivors(before.files, rerun)
    // If nothing survived, the second run equals the first one; if the same survived as before, it was checked already.
    if (left.size === 0) return undefined
    const isRepeat = obligation === 'repeat'
    const known = this.#begun.find(left, isRepeat)
    // A kill can leave the same as a failure of the command: both are reported.
    if (known !== undefined) {
      const { found } = known
      return obligation === 'interrupted' && found?.offset === cause?.offset ? found && { ...found, obligation } : undefined
    }
    let hazard: Hazard | undefined
    try {
      hazard = this.#hazardOf(initial, clean, before, obligation, rerun, cause)
      return hazard
    } finally {
      this.#begun.add(left, isRepeat, hazard)
    }
  }

  #hazardOf(initial: FileSystem, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun, cause?: Step): Hazard | undefined {
    const again = this.#run(before.files.afterRerun(initial, rerun), {}, undefined, true)
    this.#open.push(...again.machine.unknowns)
    if (again.status === 'merged') return undefined
    if (rerun === 'replace' && again.machine.refused.size > 0 && this.#input.user?.hasGroup === true) {
      this.#open.push({ offset: 0, why: 'whether the kubelet makes the files of the volume writable for the fsGroup of a new pod' })
      return undefined
    }
    if (again.status !== 0) {
      const hazard = hazardOfFailure(again.machine, clean, before, obligation, rerun)
      return cause === undefined ? hazard : hazardOfCause(hazard, cause, again.machine, clean, before)
    }
    if (difference(clean.files, again.machine.files) === undefined) {
      this.#noteGoodEnd(again.machine)
      return undefined
    }
    const isSame = (candidate: Place) => this.#isSame(candidate, clean, again.machine, obligation)
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

  /** Whether a place that differs after a rerun is as good as after a single run. */
  #isSame(place: Place, clean: Machine, again: Machine, obligation: Obligation): boolean {
    if (isLeftEmpty(place, clean, again, obligation)) return false
    return isLitter(place, clean, obligation) || isMadeOnce(place, clean, again, obligation) || isSameAfterAll(place, clean, again)
  }

  /** The hazard of a command that failed without ending the script: the next run skips it, so that its result is missing from then on. */
  #unnoticed(initial: FileSystem, clean: Machine, failed: Machine, rerun: Rerun, cause: Step): Hazard | undefined {
    const isMissing = () => difference(clean.files, failed.files) !== undefined
    if (failed.unknowns.length > 0 || this.#begun.survivors(failed.files, rerun).size === 0 || !isMissing()) return undefined
    const { status, machine: again } = this.#run(failed.files.afterRerun(initial, rerun))
    const isSkipped = again.trace.every(({ offset }) => offset !== cause.offset)
    if (status !== 0 || again.unknowns.length > 0 || !isSkipped) return undefined
    const place = difference(clean.files, again.files, (candidate) => this.#isSame(candidate, clean, again, 'failure'))
    return place && hazardOfDifference(place, again, clean, failed, 'failure', rerun)
  }

  /** Notes that the last later run left what it should, whatever the first run did before: others need not run to their ends. */
  #noteGoodEnd({ obeysModes, unknowns, ticks, output }: Machine): void {
    // What is refused, and what is not analyzed, is collected from each run.
    if (this.#laterRun === undefined || obeysModes || unknowns.length > 0) return
    this.#laterRun.end = { world: this.#world, tried: this.#world.tried, ticks, output }
  }

  /**
   * Runs the script once.
   * @param initial the files with which it begins
   * @param states receives the files after each step that wrote
   * @param mayMerge whether it is enough to know that it ends like a run that ended well
   */
  #run(
    initial: FileSystem,
    disturbance: Disturbance = {},
    states?: Map<Step, FileSystem>,
    mayMerge = false,
  ): { readonly status: number | 'killed' | 'merged'; readonly machine: Machine } {
    const { options, positional, workingFolder, script, user, maxSteps = maxTotalSteps } = this.#input
    const { isArguments = false, isOldDash = false, isRootReadOnly = false, isOnHostNetwork = false } = this.#input
    if (this.steps > maxSteps) throw new Exhausted()
    const setting = {
      world: this.#world,
      environment: this.#environment,
      obeysModes: user?.obeysModes === true,
      unset: this.#unset,
      isOnHostNetwork,
      mentions: this.#mentions,
      ...(this.#isFirstOnly ? { first: { cannotChown: user?.cannotChown, isArguments, isOldDash, isRootReadOnly } } : {}),
      flavor: this.#flavor,
      askFlavor: this.#askFlavor,
    }
    const machine = new Machine(setting, initial.copy(), disturbance)
    machine.states = states
    Object.assign(machine.shell.options, options)
    machine.shell.positional = positional
    machine.shell.folder = workingFolder ?? undefined
    machine.shell.isInImageFolder = workingFolder === null
    const beside = machine.isFirst ? this.#firstRun : this.#laterRun
    // A single unit runs only if something is different.
    const replay = this.#units.size > 1 ? new Replay(this.#units, machine, initial, beside, this.#known, mayMerge) : undefined
    try {
      const status = runScript(script.body, machine, this.#catalogue, replay)
      const isDisturbed = Object.keys(disturbance).length > 0
      if (machine.isFirst && !isDisturbed) this.#firstRun = replay?.record
      if (!machine.isFirst && (status === 0 || status === 'merged')) this.#laterRun = replay?.record
      return { status, machine }
    } finally {
      this.#commands += machine.trace.length - (replay?.takenSteps ?? 0) + 1
      this.#taken += replay?.taken ?? 0
      this.#compared += replay?.compared ?? 0
      this.#passed += replay?.passed ?? 0
    }
  }
}
