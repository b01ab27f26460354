/** Cases of real stuck pods, rebuilt: a Pod with its Events, and what can be known about it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Diagnosis, sorted, why } from '../../src/diagnosis/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

export interface Case {
  readonly now: string
  readonly pod?: unknown
  readonly events?: readonly unknown[]
  readonly related?: readonly unknown[]
  readonly logs?: Readonly<Record<string, string>>
  readonly expect: {
    readonly stage: string
    readonly container: string | null
    readonly cause: string
    readonly waitingHelps: string
    /** The earliest and the latest next attempt, in seconds from `now`. */
    readonly nextSeconds?: readonly [number, number]
  }
}

const folder = join(import.meta.dirname, 'cases')

export const caseNames: readonly string[] = readdirSync(folder)

export function readCase(name: string): Case {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

const policy = builtInPolicy('recommended', registry)

/** The diagnoses of what a case, or a part of it, contains. */
export function diagnosed({ now, pod, events = [], related = [], logs = {} }: Omit<Case, 'expect'>): readonly Diagnosis[] {
  const values = [...(pod === undefined ? [] : [pod]), ...related, ...events]
  return why(sorted(values), { policy, registry, namespace: 'shop', now: Date.parse(now), logs: new Map(Object.entries(logs)) }).pods
}
