/** Texts that the decoder of kubectl and other YAML parsers read differently, with what that decoder returned for them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What kubectl's decoder returns until it fails. */
export interface Decoded {
  readonly documents: readonly unknown[]
  /** Why it failed. */
  readonly error?: string
}

/** Flow collections and quoted scalars. */
const flow = [
  'a: [\n  1,\n]\n',
  'a:\n  - b: {\n    c: 1\n}\n',
  'a: {b: [\nc], d: {\n}}\n',
  "a:\n  b: 'c\n  d'\n",
  'a:\n  b: "c\n\n d \\\n  e"\n',
  'a: [001:db8::, b:, {c:}, "d":1]\n',
  'a: [b?c]\n',
  'a: ["b?c", d]\ne: f?g\n',
  'a: {b:1, "c":2}\n',
  'a:\t[b,\tc]\n',
  'a: [b\n# c\n, d]\n',
  'a: ["b"\n',
  'a: "b\n---\nc"\n',
]
/** Keys and merges. */
const keys = [
  'a: 1\na: 2\n',
  '{"a": 1, "a": 2}\n',
  'a: &a {b: 1}\nc: {!!merge <<: *a, d: 2}\n',
  'a: &a {b: 1}\nc: {"<<": *a}\n',
  'a: {<<: 1}\n',
  'a: {<<: [{b: 1}, 2]}\n',
  'a: &a [b]\nc: {<<: *a}\n',
  'a: {<<: [{b: 1}, {b: 2, c: 3}]}\n',
  '? a\n: 1\n',
  '? [a]\n: 1\n',
  'null: 1\n',
  'yes: 1\n0444: 2\n1.50: 3\n',
]
/** Documents. */
const documents = [
  ' a: 1\nb: 2\n',
  '---\n a: 1\nb: 2\n',
  '- a\nb: 1\n',
  '{a: 1}\n{b: 2}\n',
  '{"a": 1}{"b": 2}\n',
  '{"a": 1}\nb: 2\n',
  '{\n\t"a": 1\n}\n',
  '--- {a: 1}\n',
  '--- # comment\na: 1\n',
  '----\na: 1\n',
  'a: 1\n...\nb: 2\n---\nc: 3\n',
  'a: 1\n...\n---\nb: 2\n',
  '---\n---\na: 1\n---\n',
  '# only\n---\n# comments\n',
  '%YAML 1.1\n---\na: 1\n',
  'a: 1\n---\n\uFEFFb: 2\n',
  '\uFEFFa: 1\n',
  'a: 1\n\uFEFFb: 2\n',
  'a: &a 1\n---\nb: *a\n',
  'a: *b\n',
  'a: 1\r\n---\r\nb: |\r\n  c\r\n',
  '',
  'text\n',
]
/** Scalars and tabs. */
const scalars = [
  'a: yes\nb: on\nc: 0777\nd: 0o17\ne: 12:30\nf: 1_000\ng: ~\nh: 2001-01-01\n',
  'a: .inf\n',
  'a: !!int "7"\nb: !!str 7\nc: !mine 7\nd: !!binary aGk=\n',
  '\ta: 1\n',
  'a:\n\t- b\n',
  '-\ta: 1\n',
  'a:\tb\n',
  'a: @b\n',
  'a: `b`\n',
  'a: %b\n',
  'a: "\\q"\n',
  'a: |2\n   b\n',
  'a: |\n  \tb\n',
  'a: |2 # c\n  \tb\n',
  'a: |\n  b\n  \tc\n',
  'a: >\n\n\tb\n',
  'a: >-\n  b\n   c\n\n  d\n',
  'a: b # c\n  d\n',
  'a: b#c\n',
  'a: b: c\n',
  'a: - b\n',
  'a: \u0007\n',
]

export const decoderTexts: readonly string[] = [...flow, ...keys, ...documents, ...scalars]

const file = join(import.meta.dirname, '../fixtures/decoder.json')

/** What the decoder returned for each text, written by `npm run test:cluster -- --capture`. */
export function recordedDecodings(): ReadonlyMap<string, Decoded> {
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly (Decoded & { readonly text: string })[]
  return new Map(recorded.map(({ text, ...decoded }) => [text, decoded]))
}

export function recordDecodings(decoded: readonly Decoded[]): void {
  const lines = decoderTexts.map((text, index) => JSON.stringify({ text, ...decoded[index] }))
  writeFileSync(file, `[\n  ${lines.join(',\n  ')}\n]\n`)
}

/** The value with the keys of its objects in order: Go prints them sorted. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
