/** What a script really does: once, again, and again after having been killed behind each of its commands. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rerun } from '../../src/script/container/storage.ts'
import type { Obligation, Outcome } from '../../src/script/rehearsal/rehearse.ts'
import { type Disturbance, instrumented, maxStops } from './instrument.ts'
import { type Common, environment, makeImage, type ShellKind } from './shells.ts'
import { empty, firstDifference, type Item, putBack, result, type Snapshot, stateKey, take, within } from './snapshot.ts'

/** Stands before every absolute path of a generated script: the temporary folder in a run, nothing in a rehearsal. */
export const rootMark = '@@'

/** The folders that stand for storages: `own` is fresh on every try, `work` an emptyDir, `data` a claim. */
export const ownFolder = 'own'
export const podFolder = 'work'
export const claimFolder = 'data'
const kept = [claimFolder, podFolder]

/** One script of so many is also killed, to see that the recorded states are those that a kill leaves. */
const killTurns = 4

/** Longest time of one run, in milliseconds. */
const timeLimit = 5000

/** A second run that went wrong. */
export interface Failure {
  readonly obligation: Obligation
  readonly rerun: Rerun
  /** The command that was killed or failed, counted from 1; 0 for a repeat. */
  readonly at: number
  readonly outcome: Outcome
  /** The first path that differs, or the exit status. */
  readonly detail: string
}

export interface Reality {
  /** Exit status of the single run. */
  readonly first: number
  readonly failures: readonly Failure[]
  readonly runs: number
  /** A fault of the oracle itself: a kill that left something else than was recorded at that command. */
  readonly fault: string | null
}

interface Run {
  readonly status: number
  readonly after: Snapshot
  readonly stops: number
  readonly tries: number
}

/** One worker's folder, in which it runs one script after the other. */
export class Sandbox {
  readonly #root: string
  readonly #common: Common
  /** The mode of a new folder. */
  readonly #freshMode: number
  #runs = 0
  #turn = 0

  constructor(common: Common, name: string) {
    this.#common = common
    this.#root = join(common.folder, name)
    mkdirSync(this.#root)
    this.#freshMode = lstatSync(this.#root).mode & 0o7777
    for (let stop = 1; stop <= maxStops; stop++) mkdirSync(this.#stateFolder(stop), { recursive: true })
    makeImage(this.#root)
  }

  /**
   * Runs a script in every way. What stands behind each of its commands is recorded in the single run; every few scripts one of the
   * commands, by turns, is really killed behind, and must leave just that.
   * @param script with root marks
   * @param isSettled whether the failures found so far are enough: no further run could change the verdict
   */
  real(script: string, shell: ShellKind, isSettled: (failures: readonly Failure[]) => boolean = () => false): Reality {
    this.#runs = 0
    const failures: Failure[] = []
    const isOver = isSettled(failures)
    const clean = this.#run(script, shell, [], { record: !isOver })
    const states = isOver ? [] : this.#recorded(clean.stops)
    if (clean.status !== 0 || isOver) return { first: clean.status, failures, runs: this.#runs, fault: null }
    const again = this.#memory(script, shell, clean)
    const wanted = result(clean.after)
    const fresh = /uuid|urandom|RANDOM|mktemp|date/.test(script)
      ? madeAnew(wanted, result(this.#run(script, shell, []).after))
      : new Set<string>()
    const check = (before: Snapshot, obligation: Obligation, at: number) => {
      for (const rerun of [obligation === 'repeat' ? 'rerun' : 'retry', 'replace'] as const) {
        if (isSettled(failures)) return
        const start = rerun === 'replace' ? within(before, [claimFolder]) : before
        const run = again(start)
        // A key that is made anew harms where the old one is in use: on a claim, once a run came to its end.
        const mayChange = [...fresh].filter((path) => obligation !== 'repeat' || !path.startsWith(`${claimFolder}/`))
        // What is the same twice was not made anew: something else stands where the key should.
        const fixed = mayChange.some((path) => isChanged(path, run, start, clean)) ? this.#run(script, shell, start) : undefined
        const ignored = mayChange.filter((path) => fixed === undefined || result(fixed.after).get(path) !== result(run.after).get(path))
        const failure = failureOf(run, wanted, new Set(ignored))
        if (failure !== undefined) failures.push({ obligation, rerun, at, ...failure })
      }
    }
    check(clean.after, 'repeat', 0)
    for (const [index, state] of states.entries()) check(state, 'stop', index + 1)
    for (let fail = 1; fail <= clean.tries && !isSettled(failures); fail++) {
      const failed = this.#run(script, shell, [], { fail })
      if (failed.status !== 0) check(failed.after, 'failure', fail)
    }
    const fault = this.#compareWithKill(script, shell, states)
    return { first: 0, failures, runs: this.#runs, fault }
  }

  /** How a run from a state ends: equal states, equal ends. @param clean how it ends from empty storages */
  #memory(script: string, shell: ShellKind, clean: Run): (start: Snapshot) => Run {
    const known = new Map([[stateKey([]), clean]])
    return (start) => {
      const key = stateKey(start.filter((item) => !this.#isUntouched(item)))
      const run = known.get(key) ?? this.#run(script, shell, start)
      known.set(key, run)
      return run
    }
  }

  /** Whether it is a storage's own folder as every run finds it. */
  #isUntouched({ path, mode }: Item): boolean {
    return kept.includes(path) && mode === this.#freshMode
  }

  #compareWithKill(script: string, shell: ShellKind, states: readonly Snapshot[]): string | null {
    if (states.length === 0 || this.#turn++ % killTurns !== 0) return null
    const index = this.#turn % states.length
    const killed = this.#run(script, shell, [], { kill: index + 1 })
    if (killed.status !== killedStatus) return `the kill behind command ${index + 1} did not happen`
    const path = firstDifference(kinds(killed.after), kinds(states[index] ?? []))
    return path === undefined ? null : `the kill behind command ${index + 1} left another ${path} than was recorded`
  }

  #stateFolder(stop: number): string {
    return join(this.#root, 'states', String(stop))
  }

  /** The recorded states, which are taken away. */
  #recorded(stops: number): Snapshot[] {
    return Array.from({ length: Math.min(stops, maxStops) }, (_, index) => {
      const folder = this.#stateFolder(index + 1)
      const state = take(folder, kept)
      empty(folder)
      return state
    })
  }

  #run(script: string, shell: ShellKind, start: Snapshot, disturbance: Disturbance = {}): Run {
    this.#runs++
    const root = this.#root
    putBack(root, kept, start)
    empty(join(root, ownFolder))
    for (const counter of ['stops', 'tries']) writeFileSync(join(root, counter), '0\n')
    const file = join(root, 'script')
    const text = script.replaceAll(`${rootMark}/srv`, join(this.#common.folder, 'srv')).replaceAll(rootMark, root)
    writeFileSync(file, instrumented(text, root, disturbance))
    const status = this.#spawn(shell, [file], root)
    return { status, after: take(root, kept), stops: counted(root, 'stops'), tries: counted(root, 'tries') }
  }

  /** Runs a shell in a process group of its own. @returns its exit status */
  #spawn(shell: ShellKind, operands: readonly string[], folder: string): number {
    const options = {
      cwd: folder,
      env: environment(this.#common, shell.path, join(this.#root, ownFolder)),
      stdio: 'ignore',
      detached: true,
      timeout: timeLimit,
      killSignal: 'SIGKILL',
    } as const
    // @types/node leaves `detached` out here, though Node passes it on.
    const { status, pid, error } = spawnSync(shell.program, [...shell.arguments, ...operands], options as SpawnSyncOptions)
    if (error !== undefined) killGroup(pid)
    return status ?? killedStatus
  }
}

/** 128 and the number of SIGKILL. */
const killedStatus = 137

/** Paths and their kinds: contents may be new in every run. */
function kinds(snapshot: Snapshot): ReadonlyMap<string, string> {
  return new Map([...result(snapshot)].map(([path, seen]) => [path, seen.split(' ', 1)[0] ?? '']))
}

/** The paths whose content is another one in every run. */
function madeAnew(once: ReadonlyMap<string, string>, twice: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...once.keys()].filter((path) => once.get(path) !== twice.get(path)))
}

/** Whether a run gave a path another content than the clean one, and did not find that there either. */
function isChanged(path: string, run: Run, start: Snapshot, clean: Run): boolean {
  const seen = result(run.after).get(path)
  return seen !== result(clean.after).get(path) && seen !== result(start).get(path)
}

/** @param ignored paths whose content may differ */
function failureOf(
  run: Run,
  wanted: ReadonlyMap<string, string>,
  ignored: ReadonlySet<string>,
): Omit<Failure, 'obligation' | 'rerun' | 'at'> | undefined {
  if (run.status !== 0) return { outcome: 'fails', detail: `exit ${run.status}` }
  const visible = (seen: ReadonlyMap<string, string>) =>
    new Map([...seen].map(([path, what]) => [path, ignored.has(path) ? (what.split(' ', 1)[0] ?? '') : what]))
  const path = firstDifference(visible(wanted), visible(result(run.after)))
  return path === undefined ? undefined : { outcome: 'differs', detail: path }
}

function counted(root: string, file: string): number {
  return Number(readFileSync(join(root, file), 'utf8'))
}

/** Ends what a run that took too long left behind in its process group. */
function killGroup(pid: number): void {
  if (pid <= 0) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}
