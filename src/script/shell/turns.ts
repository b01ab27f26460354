/** Loops that wait: an iteration that changes nothing repeats forever, unless something outside the script ends the wait. */
import { Endless, Jump, type Machine } from '../machine/machine.ts'
import type { Statement } from '../syntax/syntax.ts'
import { keyOf } from '../value/value.ts'
import { Counting } from './counting.ts'

/**
 * A loop whose number of iterations is not known (`while [ $i -lt $REPLICAS ]`) runs at most so often, instead of once more with each
 * assumption: two iterations show what one does to the next.
 */
const enoughTurns = 2

type Loop = Extract<Statement, { kind: 'loop' }>

/** The iterations of one loop in one run. */
export class Turns {
  readonly #machine: Machine
  readonly #loop: Loop
  #state = ''
  #step: number
  #decisions: number
  /** The last assumption on which the condition depended, and how many there were. */
  #asked: string | undefined
  #assumed = 0
  readonly #counting: Counting

  constructor(machine: Machine, loop: Loop) {
    this.#machine = machine
    this.#loop = loop
    this.#step = machine.trace.length
    this.#decisions = machine.setting.world.size
    this.#counting = new Counting(machine)
  }

  /**
   * Called at the end of every iteration.
   * @param asked the assumption on which the condition depends: the case in which the loop ends is tried as well
   * @returns whether something outside the script ends the wait, or more iterations show nothing new
   * @throws Endless if nothing ends it
   */
  areOver(asked: string | undefined): boolean {
    const machine = this.#machine
    const { world } = machine.setting
    const state = stateOf(machine)
    const isIdle = world.size === this.#decisions && machine.trace.slice(this.#step).every(({ writes }) => writes.length === 0)
    const isStuck = isIdle && state === this.#state
    const isEndless = this.#counting.isEndless(isIdle)
    this.#state = state
    this.#step = machine.trace.length
    this.#decisions = world.size
    if (asked !== undefined && asked !== this.#asked && ++this.#assumed >= enoughTurns) return true
    this.#asked = asked
    if (!isStuck && !isEndless) return false
    // What a first run waits for comes from outside, since the script would be useless otherwise, and it comes again for the next run.
    // If only the next run waits, the first one left the cause behind, and nothing ends the wait.
    const key = `whether the wait at ${this.#loop.span.start} ends`
    const isAwaited = machine.isFirst && asked === undefined && !isAlways(this.#loop) ? world.assume(key, 1) : world.supposed(key)
    if (isAwaited !== 1) throw new Endless()
    return true
  }
}

function stateOf({ shell }: Machine): string {
  return JSON.stringify([shell.folder, ...[...shell.variables].map(([name, value]) => [name, keyOf(value)])])
}

/** `while true`, `while :`, `until false`. */
function isAlways({ condition, until }: Loop): boolean {
  const [only] = condition
  if (condition.length !== 1 || only?.kind !== 'simple') return false
  const [part] = only.words[0]?.parts ?? []
  const name = part?.kind === 'literal' ? part.text : ''
  return until ? name === 'false' : name === 'true' || name === ':'
}

/** Runs one iteration of a loop. @returns its status, or undefined after `break` */
export function oneTurn(run: () => number): number | undefined {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Jump) || error.kind === 'return') throw error
    if (error.levels > 1) {
      error.levels--
      throw error
    }
    return error.kind === 'break' ? undefined : 0
  }
}
