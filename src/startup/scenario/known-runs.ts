/** How containers run as far as the analysis of their commands shows, and how scenarios express it. */
import { type ContainerBehavior, endsAfter, happyScenario, killedExit, type Run, type Scenario } from './scenario.ts'

/** How a script ends on a rerun, with the files that an earlier run left. */
export interface RunAgain {
  readonly exit: number
  /** The failing command and its line: `git clone (line 1)`. */
  readonly at: string
}

/** What the analysis of the containers' commands found, by container. */
export interface KnownRuns {
  /** How containers run if everything works, if that differs from the default of their role. The last entry repeats. */
  readonly first: ReadonlyMap<string, readonly Run[]>
  /** How scripts end in a new sandbox of the same pod, after a success; omitted if they succeed or if the result is unknown. */
  readonly afterSuccess: ReadonlyMap<string, RunAgain>
  /** In the same sandbox, after a failure that came later than the command in `at`. */
  readonly afterFailure: ReadonlyMap<string, RunAgain>
  /** In the same sandbox, after the script was killed while the command in `at` ran, or later. */
  readonly afterKill: ReadonlyMap<string, RunAgain>
}

/** The default scenario, with the runs that are known. */
export function withKnownRuns({ first }: KnownRuns): Scenario {
  let scenario = happyScenario
  for (const [container, runs] of first) scenario = withRuns(scenario, container, runs)
  return scenario
}

/** A scenario in which a container runs as given. */
export function withRuns(base: Scenario, container: string, runs: readonly Run[]): Scenario {
  const behavior: ContainerBehavior = { runs, runsOfVersion: new Map(), probes: new Map(), onTerm: null }
  return { ...base, containers: new Map([...base.containers, [container, behavior]]) }
}

/** A container fails a number of times, null for every time. @param then the runs after the failures */
export function failing(times: number | null, then: readonly Run[] = [endsAfter(1, 0)]): readonly Run[] {
  return times === null ? [endsAfter(1, 1)] : [...Array.from({ length: times }, () => endsAfter(1, 1)), ...then]
}

/** A process that SIGKILL ends. */
export function killedAfter(seconds: number): Run {
  return endsAfter(seconds, killedExit)
}
