/** Loops that wait: turns that change nothing would go on for ever, unless the world outside moves. */
import { Endless, Jump, type Machine } from '../machine/machine.ts'
import type { Statement } from '../syntax/syntax.ts'
import { keyOf } from '../value/value.ts'

type Loop = Extract<Statement, { kind: 'loop' }>

/** The turns of one loop in one run. */
export class Turns {
  readonly #machine: Machine
  readonly #loop: Loop
  #state = ''
  #step: number
  #decisions: number

  constructor(machine: Machine, loop: Loop) {
    this.#machine = machine
    this.#loop = loop
    this.#step = machine.step
    this.#decisions = machine.setting.world.size
  }

  /**
   * Told at the end of every turn.
   * @param asked whether the condition hung on a supposition: the world in which it holds is tried as well
   * @returns whether the wait is over although nothing in the script ended it
   * @throws Endless where nothing will ever end it
   */
  areOver(asked: boolean): boolean {
    const machine = this.#machine
    const { world } = machine.setting
    const state = stateOf(machine)
    const isStuck =
      state === this.#state && world.size === this.#decisions && machine.trace.slice(this.#step).every(({ writes }) => writes.length === 0)
    this.#state = state
    this.#step = machine.step
    this.#decisions = world.size
    if (!isStuck) return false
    // Somebody else brings what a first run waits for, or the script would be of no use; he does so again for the next run. What only
    // the next run waits for, the first one has left behind.
    const key = `whether somebody ends the wait at ${this.#loop.span.start}`
    const isAwaited = machine.isFirst && !asked && !isAlways(this.#loop) ? world.assume(key, 1) : world.supposed(key)
    if (isAwaited !== 1) throw new Endless()
    return true
  }
}

function stateOf({ shell }: Machine): string {
  return [shell.folder ?? '', ...[...shell.variables].map(([name, value]) => `${name}=${keyOf(value)}`)].join('\0')
}

/** `while true`, `while :`, `until false`. */
function isAlways({ condition, until }: Loop): boolean {
  const [only] = condition
  if (condition.length !== 1 || only?.kind !== 'simple') return false
  const [part] = only.words[0]?.parts ?? []
  const name = part?.kind === 'literal' ? part.text : ''
  return until ? name === 'false' : name === 'true' || name === ':'
}

/** One turn of a loop: its status, or undefined after `break`. */
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
