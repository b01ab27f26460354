/**
 * Plain scalars as kubectl and Helm read them, by sigs.k8s.io/yaml 1.6 (go.yaml.in/yaml/v2 2.4.3, `resolve` in resolve.go): YAML 1.1 with
 * exceptions. `0444` is 292 and `yes` is true, but `12:30` is a text. Names of functions in comments are those of that package and of Go.
 */
import { binaryTag, defineScalarTag, NOT_RESOLVED, strTag } from 'js-yaml'

/** What a plain `<<` is until it is known whether it stands as a key: a quoted one is a text like any other. */
export const mergeKey = Symbol('<<')

/** A plain scalar's value. NaN and the infinities, which JSON has not, are left for the collections to refuse. */
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

/** `resolveTable`: a scalar that begins otherwise is a text; `<` is for the merge key (`isMerge` in decode.go). */
const firstCharacters = ['', ...'yYnNtTfFoO~+-.0123456789<']

/** The value of a plain scalar without a tag. */
export function readPlain(text: string): Plain {
  const word = text.length <= longestWord ? words.get(text) : undefined
  if (word !== undefined) return word
  return (/^[-+0-9]/.test(text) ? readNumber(text) : text.startsWith('.') ? readFraction(text) : undefined) ?? text
}

/** Timestamps are not looked for: they become texts (`scalar` in decode.go), and no number has their form. */
function readNumber(text: string): number | undefined {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text
  return readInteger(digits) ?? (yamlStyleFloat.test(digits) ? finite(digits) : undefined)
}

/** `yamlStyleFloat`; `089` and whole numbers beyond 64 bits come here too. */
const yamlStyleFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** What begins with a point goes to `strconv.ParseFloat` as it is: there an underscore stands between digits only. */
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/

function readFraction(text: string): number | undefined {
  return fraction.test(text) ? finite(text.replaceAll('_', '')) : undefined
}

/** Beyond the range of a float64 `strconv.ParseFloat` fails, and the scalar stays a text. Minus zero is 0 in what kubectl sends. */
function finite(digits: string): number | undefined {
  const value = Number(digits)
  return Number.isFinite(value) ? value + 0 : undefined
}

const decimal = /^[-+]?(?:0|[1-9][0-9]*)$/

/** `strconv.ParseInt` and `ParseUint` with base 0: `0444`, `0o444`, `0x124`, `0b11`, in capitals too. */
const based = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))$/

/** What follows `0b` is parsed once more, now with a sign of its own. */
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

/** A tag that somebody wrote: quoted or not, the text must be of its type. */
function explicitTag(name: string, accepts: (value: Plain, text: string) => boolean) {
  return defineScalarTag(`tag:yaml.org,2002:${name}`, {
    resolve: (text) => {
      const value = readPlain(text)
      return accepts(value, text) ? value : NOT_RESOLVED
    },
    identify: () => false,
  })
}

/** `json.Marshal` puts U+FFFD where the bytes are no UTF-8, as TextDecoder does. */
const binaryText = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (text, isExplicit, tag) => {
    const bytes = binaryTag.resolve(text, isExplicit, tag)
    return bytes === NOT_RESOLVED ? NOT_RESOLVED : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  },
  identify: () => false,
})

/** Tags that the reader does not know leave a text (`resolvableTag`). */
const unknownTag = defineScalarTag('', { matchByTagPrefix: true, resolve: (text) => text, identify: () => false })

/** Of scalars with and without tags. */
export const scalarTags = [
  strTag,
  plainTag,
  explicitTag('null', (value) => value === null),
  explicitTag('bool', (value) => typeof value === 'boolean'),
  explicitTag('int', (_, text) => /^[-+0-9]/.test(text) && readInteger(text.replaceAll('_', '')) !== undefined),
  explicitTag('float', (value) => typeof value === 'number'),
  binaryText,
  unknownTag,
]
