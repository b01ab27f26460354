/** Loops that only count: what the next iterations do is known from the last ones, so most of them are skipped. */
import type { Machine } from '../machine/machine.ts'
import { keyOf, literal, textOf, type Value } from '../value/value.ts'

/** What a comparison saw. */
type Compared = Machine['compared'][number]

/** The end of one iteration. */
interface Turn {
  readonly numbers: ReadonlyMap<string, number>
  /** Everything that is no number: the other variables and the working directory. */
  readonly others: string
  readonly compared: readonly Compared[]
  /** The commands that may read a number otherwise than in a comparison. */
  readonly commands: string
}

/** Commands whose numbers only matter in `compared`, or not at all. */
const plain = /^(\[|test|\[\[|let|expr|echo|printf|sleep|usleep|:|true|false|exit|continue|break|)( |$)/

/** The last iterations of one loop. */
export class Counting {
  readonly #machine: Machine
  #turns: readonly Turn[] = []
  #from: number
  #step: number

  constructor(machine: Machine) {
    this.#machine = machine
    this.#from = machine.compared.length
    this.#step = machine.trace.length
  }

  /**
   * Called at the end of every iteration. If the last two iterations only counted, advances the counters to shortly before a comparison has
   * another result.
   * @param isIdle whether the iteration wrote nothing and assumed nothing new
   * @returns whether no number of iterations gives a comparison another result
   */
  isEndless(isIdle: boolean): boolean {
    const { compared, trace } = this.#machine
    const commands = trace.slice(this.#step).flatMap(({ command }) => (plain.test(command) ? [] : [command]))
    const turn = turnOf(this.#machine, compared.slice(this.#from), JSON.stringify(commands))
    this.#from = compared.length
    this.#step = trace.length
    this.#turns = isIdle ? [...this.#turns.slice(-2), turn] : []
    const [first, second, third] = this.#turns
    if (first === undefined || second === undefined || third === undefined) return false
    const changes = changesFrom(second, third)
    const isSame =
      keyOfChanges(changes) === keyOfChanges(changesFrom(first, second)) &&
      first.others === third.others &&
      second.commands === third.commands
    if (changes.size === 0 || !isSame || second.compared.length !== third.compared.length) return false
    const left = Math.min(
      ...third.compared.map((now, index) => iterationsUntil(second.compared[index] ?? now, now)),
      Number.POSITIVE_INFINITY,
    )
    if (left === Number.POSITIVE_INFINITY) return true
    if (left > 0) this.#skip(changes, left)
    return false
  }

  #skip(changes: ReadonlyMap<string, number>, count: number): void {
    const { variables } = this.#machine.shell
    for (const [name, change] of changes) {
      const number = (numberOf(variables.get(name)) ?? 0) + count * change
      if (Number.isSafeInteger(number)) variables.set(name, literal(String(number)))
    }
    this.#turns = []
  }
}

function turnOf({ shell }: Machine, compared: readonly Compared[], commands: string): Turn {
  const numbers = new Map<string, number>()
  const others: string[] = [shell.folder ?? '']
  for (const [name, value] of shell.variables) {
    const number = numberOf(value)
    if (number === undefined) others.push(name, keyOf(value))
    else numbers.set(name, number)
  }
  return { numbers, others: JSON.stringify(others), compared, commands }
}

function numberOf(value: Value | undefined): number | undefined {
  const text = value === undefined ? undefined : textOf(value)
  return text !== undefined && /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined
}

/** How much each number changed. */
function changesFrom(before: Turn, now: Turn): ReadonlyMap<string, number> {
  const changed = [...now.numbers].map(([name, number]) => [name, number - (before.numbers.get(name) ?? Number.NaN)] as const)
  return new Map(changed.filter(([, change]) => change !== 0))
}

function keyOfChanges(changes: ReadonlyMap<string, number>): string {
  return JSON.stringify([...changes])
}

/** After how many iterations a comparison may have another result if both sides change as before, minus one. */
function iterationsUntil(before: Compared, now: Compared): number {
  if (typeof before === 'string' || typeof now === 'string') return before === now ? Number.POSITIVE_INFINITY : 0
  const [was, is] = [before[0] - before[1], now[0] - now[1]]
  const change = is - was
  if (change === 0) return Number.POSITIVE_INFINITY
  if (Number.isNaN(change) || is === 0) return 0
  return Math.sign(change) === Math.sign(is) ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(Math.abs(is / change)) - 1)
}

/** Number of values at the beginning and at the end of a sequence that a `for` loop runs with. */
const [usualValues, firstValues, lastValues] = [20, 4, 2]

/** A sequence of numbers without its middle, which a loop treats like its beginning and its end. Other lists are complete. */
export function withoutMiddle(values: readonly Value[]): readonly Value[] {
  if (values.length <= usualValues) return values
  const numbers = values.map(numberOf)
  const [first, second] = numbers
  const isSequence = numbers.every(
    (number, index) => number === (first ?? Number.NaN) + index * ((second ?? Number.NaN) - (first ?? Number.NaN)),
  )
  return isSequence ? [...values.slice(0, firstValues), ...values.slice(-lastValues)] : values
}
