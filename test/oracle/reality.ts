/** What a script really does: once, a second time, and again after a kill that follows each of its commands. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rerun } from '../../src/script/container/storage.ts'
import type { Obligation, Outcome } from '../../src/script/rehearsal/rehearse.ts'
import { type Disturbance, instrumented, maxStops } from './instrument.ts'
import { type Common, environment, makeImage, type ShellKind } from './shells.ts'
import { empty, firstDifference, type Item, restore, result, type Snapshot, stateKey, take, within } from './snapshot.ts'

/** Precedes every absolute path in a generated script: replaced by the temporary folder in a run, and removed for a rehearsal. */
export const rootMark = '@@'

/** The folders that represent storages: `own` is new in every attempt, `work` is an emptyDir, `data` a claim. */
export const ownFolder = 'own'
export const podFolder = 'work'
export const claimFolder = 'data'
const persistent = [claimFolder, podFolder]

/** One script in this many is also really killed, to check that the recorded states are those that a kill leaves. */
const killInterval = 4

/** Maximum duration of one run, in milliseconds. */
const timeLimit = 5000

/** A rerun with a wrong result. */
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
  /**
   * What is missing after a failure that did not end the script, and a rerun. It is counted only where the rehearsal predicts it: a script may
   * mean to go on (`|| true`).
   */
  readonly unnoticed?: readonly Failure[]
  readonly runs: number
  /** A fault of the oracle itself: a kill left a state that differs from the one recorded at that command. */
  readonly fault: string | null
  /** What the single run leaves, by path. */
  readonly result: ReadonlyMap<string, string>
  /** The paths of it whose content is different in every run. */
  readonly fresh: ReadonlySet<string>
}

interface Run {
  readonly status: number
  readonly after: Snapshot
  readonly stops: number
  readonly tries: number
}

/** The folder of one worker, in which it runs scripts one by one. */
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
   * Runs a script in every way. The single run records the state after each command. For every few scripts, one of the commands, in turn,
   * is really followed by a kill, which must leave the recorded state.
   * @param script with root marks
   * @param isSettled whether the failures found so far are enough: no further run could change the verdict
   */
  real(script: string, shell: ShellKind, isSettled: (failures: readonly Failure[]) => boolean = () => false): Reality {
    this.#runs = 0
    const failures: Failure[] = []
    const unnoticed: Failure[] = []
    const isDone = isSettled(failures)
    const clean = this.#run(script, shell, [], { record: !isDone })
    const states = isDone ? [] : this.#recorded(clean.stops)
    if (clean.status !== 0 || isDone)
      return { first: clean.status, failures, runs: this.#runs, fault: null, result: result(clean.after), fresh: new Set() }
    const rerunFrom = this.#cached(script, shell, clean)
    const wanted = result(clean.after)
    const fresh = /uuid|urandom|RANDOM|mktemp|date/.test(script)
      ? randomPaths(wanted, result(this.#run(script, shell, []).after))
      : new Set<string>()
    const check = (before: Snapshot, obligation: Obligation, at: number) => {
      for (const rerun of [obligation === 'repeat' ? 'rerun' : 'retry', 'replace'] as const) {
        if (isSettled(failures)) return
        const start = rerun === 'replace' ? within(before, [claimFolder]) : before
        const run = rerunFrom(start)
        // A new key does harm if the old one is in use: on a claim, once a run completed.
        const mayChange = [...fresh].filter((path) => obligation !== 'repeat' || !path.startsWith(`${claimFolder}/`))
        // Content that is the same twice is not random: something else is in the key's place.
        const fixed = mayChange.some((path) => isChanged(path, run, start, clean)) ? this.#run(script, shell, start) : undefined
        const ignored = mayChange.filter((path) => fixed === undefined || result(fixed.after).get(path) !== result(run.after).get(path))
        const failure = failureOf(run, wanted, new Set(ignored))
        if (failure !== undefined) failures.push({ obligation, rerun, at, ...failure })
      }
    }
    check(clean.after, 'repeat', 0)
    for (const [index, state] of states.entries()) check(state, 'stop', index + 1)
    for (let fail = 1; fail <= clean.tries && !isSettled([...failures, ...unnoticed]); fail++) {
      const failed = this.#run(script, shell, [], { fail })
      if (failed.status !== 0) check(failed.after, 'failure', fail)
      else
        for (const rerun of ['rerun', 'replace'] as const) {
          const again = rerunFrom(rerun === 'replace' ? within(failed.after, [claimFolder]) : failed.after)
          const failure = failureOf(again, wanted, fresh)
          if (failure?.outcome === 'differs') unnoticed.push({ obligation: 'failure', rerun, at: fail, ...failure })
        }
    }
    const fault = this.#compareWithKill(script, shell, states)
    return { first: 0, failures, unnoticed, runs: this.#runs, fault, result: wanted, fresh }
  }

  /** Runs from a state, with a cache: equal states have equal results. @param clean the run from empty storages */
  #cached(script: string, shell: ShellKind, clean: Run): (start: Snapshot) => Run {
    const known = new Map([[stateKey([]), clean]])
    return (start) => {
      const key = stateKey(start.filter((item) => !this.#isUntouched(item)))
      const run = known.get(key) ?? this.#run(script, shell, start)
      known.set(key, run)
      return run
    }
  }

  /** Whether an item is the top folder of a storage, in its initial state. */
  #isUntouched({ path, mode }: Item): boolean {
    return persistent.includes(path) && mode === this.#freshMode
  }

  #compareWithKill(script: string, shell: ShellKind, states: readonly Snapshot[]): string | null {
    if (states.length === 0 || this.#turn++ % killInterval !== 0) return null
    const index = this.#turn % states.length
    const killed = this.#run(script, shell, [], { kill: index + 1 })
    if (killed.status !== killedStatus) return `the kill after command ${index + 1} did not happen`
    const path = firstDifference(kinds(killed.after), kinds(states[index] ?? []))
    return path === undefined ? null : `the kill after command ${index + 1} left a state that differs from the recorded one: ${path}`
  }

  #stateFolder(stop: number): string {
    return join(this.#root, 'states', String(stop))
  }

  /** Takes the recorded states, and empties their folders. */
  #recorded(stops: number): Snapshot[] {
    return Array.from({ length: Math.min(stops, maxStops) }, (_, index) => {
      const folder = this.#stateFolder(index + 1)
      const state = take(folder, persistent)
      empty(folder)
      return state
    })
  }

  #run(script: string, shell: ShellKind, start: Snapshot, disturbance: Disturbance = {}): Run {
    this.#runs++
    const root = this.#root
    restore(root, persistent, start)
    empty(join(root, ownFolder))
    for (const counter of ['stops', 'tries']) writeFileSync(join(root, counter), '0\n')
    const file = join(root, 'script')
    const text = script.replaceAll(`${rootMark}/srv`, join(this.#common.folder, 'srv')).replaceAll(rootMark, root)
    writeFileSync(file, instrumented(text, root, disturbance))
    const status = this.#spawn(shell, [file], root)
    return { status, after: take(root, persistent), stops: counted(root, 'stops'), tries: counted(root, 'tries') }
  }

  /** Runs a shell in its own process group. @returns its exit status */
  #spawn(shell: ShellKind, operands: readonly string[], folder: string): number {
    const options = {
      cwd: folder,
      env: environment(this.#common, shell.path, join(this.#root, ownFolder)),
      stdio: 'ignore',
      detached: true,
      timeout: timeLimit,
      killSignal: 'SIGKILL',
    } as const
    // @types/node omits `detached` here, although Node.js supports it.
    const { status, pid, error } = spawnSync(shell.program, [...shell.arguments, ...operands], options as SpawnSyncOptions)
    if (error !== undefined) killGroup(pid)
    return status ?? killedStatus
  }
}

/** 128 plus the number of SIGKILL. */
const killedStatus = 137

/** The kind of each path: contents may be new in every run. */
function kinds(snapshot: Snapshot): ReadonlyMap<string, string> {
  return new Map([...result(snapshot)].map(([path, seen]) => [path, seen.split(' ', 1)[0] ?? '']))
}

/** The paths whose content is different in every run. */
function randomPaths(once: ReadonlyMap<string, string>, twice: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...once.keys()].filter((path) => once.get(path) !== twice.get(path)))
}

/** Whether a run gave a path content that differs from that of the clean run and from that at its start. */
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

/** Kills the remaining processes of a run that timed out. */
function killGroup(pid: number): void {
  if (pid <= 0) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // No process is left.
  }
}
