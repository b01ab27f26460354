/** The figures of the last runs, which docs/reliability.md shows. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { BurstResult } from './burst.ts'
import type { ConnectionsResult } from './connections.ts'
import type { NeighborResult } from './neighbor.ts'
import type { SoakResult } from './soak.ts'

export const figuresFile = join(import.meta.dirname, 'figures.json')

/** The machine and the version of Node that a figure was measured with. */
export interface Machine {
  readonly processor: string
  readonly processors: number
  readonly memoryGiB: number
  readonly node: string
  readonly system: string
}

export interface Figure<T> {
  /** The day of the run, in UTC. */
  readonly date: string
  readonly machine: Machine
  readonly result: T
}

/** A run of the fuzzer on one target. */
export interface FuzzFigure {
  readonly target: string
  readonly executions: number
  readonly inputs: number
  readonly blocks: number
}

export interface Figures {
  readonly soak?: Figure<SoakResult>
  readonly neighbor?: Figure<NeighborResult>
  readonly burst?: Figure<BurstResult>
  readonly connections?: Figure<ConnectionsResult>
  readonly fuzz?: Figure<readonly FuzzFigure[]>
}

export function readFigures(): Figures {
  return JSON.parse(readFileSync(figuresFile, 'utf8'))
}

/** Replaces the figure of one run. */
export function writeFigure<Name extends keyof Figures>(name: Name, result: NonNullable<Figures[Name]>['result']): void {
  const figure = { date: new Date().toISOString().slice(0, 10), machine: thisMachine(), result: rounded(result) }
  writeFileSync(figuresFile, `${JSON.stringify({ ...readFigures(), [name]: figure }, null, 2)}\n`)
}

function thisMachine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    processors: all.length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  }
}

/** Numbers with at most two decimals: more would claim a precision that no run has. */
function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (typeof inner === 'number' ? Math.round(inner * 100) / 100 : inner)))
}
