/**
 * Plain scalars as kubectl and Helm read them, with sigs.k8s.io/yaml 1.6 (go.yaml.in/yaml/v2 2.4.3, `resolve` in resolve.go): YAML 1.1 with
 * exceptions. `0444` is 292 and `yes` is true, but `12:30` is a string. Function names in comments refer to that package and to Go.
 */
import { binaryTag, defineScalarTag, NOT_RESOLVED, strTag } from 'js-yaml'

/** The value of a plain `<<` until it is known whether it is a key. A quoted one is an ordinary string. */
export const mergeKey = Symbol('<<')

/** The value of a plain scalar. NaN and infinity, which JSON cannot represent, are rejected later by the collections. */
export type Plain = string | number | boolean | null | typeof mergeKey

/** `resolveMap`. */
const words: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
  ['<<', mergeKey],
])

const longestWord = Math.max(...[...words.keys()].map(({ length }) => length))

/** `resolveTable`: a scalar that starts with another character is a string; `<` is for the merge key (`isMerge` in decode.go). */
const firstCharacters = ['', ...'yYnNtTfFoO~+-.0123456789<']

/** The value of a plain scalar without a tag. */
export function readPlain(text: string): Plain {
  const word = text.length <= longestWord ? words.get(text) : undefined
  if (word !== undefined) return word
  return (/^[-+0-9]/.test(text) ? readNumber(text) : text.startsWith('.') ? readFraction(text) : undefined) ?? text
}

/** Timestamps need no case of their own: they become strings (`scalar` in decode.go), and no number has their form. */
function readNumber(text: string): number | undefined {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text
  return readInteger(digits) ?? (yamlStyleFloat.test(digits) ? finite(digits) : undefined)
}

/** `yamlStyleFloat`; also used for `089` and for integers beyond 64 bits. */
const yamlStyleFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** A scalar that starts with a period is passed to `strconv.ParseFloat` unchanged, which allows underscores only between digits. */
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/

function readFraction(text: string): number | undefined {
  return fraction.test(text) ? finite(text.replaceAll('_', '')) : undefined
}

/** Beyond the range of a float64, `strconv.ParseFloat` fails and the scalar remains a string. kubectl sends minus zero as 0. */
function finite(digits: string): number | undefined {
  const value = Number(digits)
  return Number.isFinite(value) ? value + 0 : undefined
}

const decimal = /^[-+]?(?:0|[1-9][0-9]*)$/

/** `strconv.ParseInt` and `ParseUint` with base 0: `0444`, `0o444`, `0x124`, `0b11`, also in uppercase. */
const based = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))$/

/** The text after `0b` is parsed once more and can then have a sign of its own. */
const signedBinary = /^0b([-+])([01]+)$/

function readInteger(digits: string): number | undefined {
  if (decimal.test(digits)) return finite(digits)
  const [, sign = '', hexadecimal, binary, octal] = based.exec(digits) ?? []
  if (hexadecimal !== undefined) return in64Bits(sign, `0x${hexadecimal}`)
  if (binary !== undefined) return in64Bits(sign, `0b${binary}`)
  if (octal !== undefined) return in64Bits(sign, `0o${octal}`)
  const [, innerSign = '', innerDigits] = signedBinary.exec(digits) ?? []
  return innerDigits === undefined ? undefined : in64Bits(innerSign, `0b${innerDigits}`)
}

/** The number, unless an int64 or (only without a sign) a uint64 cannot hold it. */
function in64Bits(sign: string, digits: string): number | undefined {
  const value = BigInt(digits)
  const limit = sign === '' ? 2n ** 64n : sign === '+' ? 2n ** 63n : 2n ** 63n + 1n
  if (value >= limit) return undefined
  return Number(sign === '-' ? -value : value)
}

const plainTag = defineScalarTag('tag:initlint.dev,2026:plain', {
  implicit: true,
  implicitFirstChars: firstCharacters,
  resolve: (text) => {
    const value = readPlain(text)
    return value === text ? NOT_RESOLVED : value
  },
  identify: () => false,
})

/** A tag that is written in the text: whether quoted or not, the scalar must be of its type. */
function explicitTag(name: string, accepts: (value: Plain, text: string) => boolean) {
  return defineScalarTag(`tag:yaml.org,2002:${name}`, {
    resolve: (text) => {
      const value = readPlain(text)
      return accepts(value, text) ? value : NOT_RESOLVED
    },
    identify: () => false,
  })
}

/** `json.Marshal` replaces bytes that are not UTF-8 by U+FFFD, as TextDecoder does. */
const binaryText = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (text, isExplicit, tag) => {
    const bytes = binaryTag.resolve(text, isExplicit, tag)
    return bytes === NOT_RESOLVED ? NOT_RESOLVED : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  },
  identify: () => false,
})

/** An explicit tag makes even a quoted `<<` the merge key (`isMerge`); any other scalar with it is a string (`resolvableTag`). */
const explicitMerge = defineScalarTag('tag:yaml.org,2002:merge', {
  resolve: (text) => (text === '<<' ? mergeKey : text),
  identify: () => false,
})

/** A scalar with an unknown tag is a string (`resolvableTag`). */
const unknownTag = defineScalarTag('', { matchByTagPrefix: true, resolve: (text) => text, identify: () => false })

/** Tags of scalars, explicit and implicit. */
export const scalarTags = [
  strTag,
  plainTag,
  explicitTag('null', (value) => value === null),
  explicitTag('bool', (value) => typeof value === 'boolean'),
  explicitTag('int', (_, text) => /^[-+0-9]/.test(text) && readInteger(text.replaceAll('_', '')) !== undefined),
  explicitTag('float', (value) => typeof value === 'number'),
  binaryText,
  explicitMerge,
  unknownTag,
]
