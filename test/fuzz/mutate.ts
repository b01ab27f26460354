/** Changes inputs: bytes, tokens of a dictionary, and parts of other inputs. */
import type { Random } from '../oracle/random.ts'

export interface MutateOptions {
  readonly random: Random
  readonly dictionary: readonly string[]
  /** Other inputs, to splice with. */
  readonly others: readonly Buffer[]
  readonly maxLength: number
}

type Mutator = (input: Buffer, options: MutateOptions) => Buffer

/** Bytes at which encodings and number formats change. */
const oddBytes = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x27, 0x2d, 0x30, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xef, 0xf0, 0xff]
/** Repeats of a part, up to what shows quadratic work and stack overflows. */
const repeats = [2, 3, 8, 40, 250]

const replaceByte: Mutator = (input, { random }) => {
  const copy = Buffer.from(input)
  copy[random.below(input.length)] = random.chance(0.5) ? random.pick(oddBytes) : random.below(256)
  return copy
}

const insertBytes: Mutator = (input, { random }) => {
  const bytes = Buffer.from(
    Array.from({ length: 1 + random.below(4) }, () => (random.chance(0.5) ? random.pick(oddBytes) : random.below(256))),
  )
  return replaced(input, random.below(input.length + 1), 0, bytes)
}

const removePart: Mutator = (input, { random }) => {
  const [start, length] = part(input, random)
  return replaced(input, start, length, Buffer.alloc(0))
}

const insertToken: Mutator = (input, { random, dictionary }) =>
  replaced(input, random.below(input.length + 1), 0, Buffer.from(random.pick(dictionary)))

const replaceByToken: Mutator = (input, { random, dictionary }) => {
  const [start, length] = part(input, random)
  return replaced(input, start, length, Buffer.from(random.pick(dictionary)))
}

/** Replaces one occurrence of a token by another, which usually keeps the input well-formed. */
const exchangeTokens: Mutator = (input, { random, dictionary }) => {
  const token = Buffer.from(random.pick(dictionary))
  const start = token.length === 0 ? -1 : input.indexOf(token, random.below(input.length + 1))
  return start < 0 ? input : replaced(input, start, token.length, Buffer.from(random.pick(dictionary)))
}

const repeatPart: Mutator = (input, { random, maxLength }) => {
  const [start, length] = part(input, random)
  const times = Math.min(random.pick(repeats), Math.floor(maxLength / Math.max(length, 1)))
  const piece = input.subarray(start, start + length)
  return replaced(input, start, length, Buffer.concat(Array.from({ length: times }, () => piece)))
}

const copyPart: Mutator = (input, { random }) => {
  const [start, length] = part(input, random)
  return replaced(input, random.below(input.length + 1), 0, input.subarray(start, start + length))
}

const splice: Mutator = (input, { random, others }) => {
  if (others.length === 0) return input
  const other = random.pick(others)
  return Buffer.concat([input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1))])
}

const insertOther: Mutator = (input, { random, others }) => {
  if (others.length === 0) return input
  const other = random.pick(others)
  const [start, length] = part(other, random)
  return replaced(input, random.below(input.length + 1), 0, other.subarray(start, start + length))
}

const mutators: readonly Mutator[] = [
  ...[replaceByte, insertBytes, removePart, removePart, insertToken, insertToken, replaceByToken, exchangeTokens, exchangeTokens],
  ...[repeatPart, copyPart, splice, insertOther],
]

/** Most changes at once: one change rarely passes two checks in a row. */
const maxChanges = 5

/** An input that differs from the given one by a few changes. */
export function mutate(input: Buffer, options: MutateOptions): Buffer {
  let changed = input
  const changes = 1 + options.random.below(maxChanges)
  for (let index = 0; index < changes; index++) {
    changed = options.random.pick(mutators)(changed, options).subarray(0, options.maxLength)
  }
  return changed
}

/** A random part: short ones are likelier, because long ones rarely fit. */
function part(input: Buffer, random: Random): readonly [start: number, length: number] {
  const longest = Math.max(1, random.chance(0.8) ? Math.min(input.length, 24) : input.length)
  const length = 1 + random.below(longest)
  return [random.below(Math.max(1, input.length - length + 1)), length]
}

function replaced(input: Buffer, start: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, start), by, input.subarray(start + length)])
}
