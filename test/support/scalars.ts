/** Scalars of manifests, with the values that both the reader and kubectl must give them. */
import * as fc from './properties.ts'

/** The text in the manifest and its value in kubectl 1.36. */
export const scalars: readonly (readonly [source: string, value: unknown])[] = [
  // Octal, as in file modes.
  ['0444', 292],
  ['0777_', 511],
  ['-017', -15],
  ['00', 0],
  ['0o17', 15],
  ['0O17', 15],
  ['-0o7', -7],
  ['089', 89],
  ['08.5', 8.5],
  ['07777777777777777777777777', 7777777777777778000000000],
  // Other bases; beyond 64 bits they are strings.
  ['0x1F', 31],
  ['0X1f', 31],
  ['-0x1F', -31],
  ['0x_1F', 31],
  ['0b11', 3],
  ['0B11', 3],
  ['+0b11', 3],
  ['0b-1', -1],
  ['0b12', '0b12'],
  ['0x', '0x'],
  ['0b', '0b'],
  ['0xFFFFFFFFFFFFFFFF', 18446744073709552000],
  ['0x10000000000000000', '0x10000000000000000'],
  ['-0x8000000000000000', -(2 ** 63)],
  ['-0x8000000000000001', '-0x8000000000000001'],
  ['+0x8000000000000000', '+0x8000000000000000'],
  // Integers; a fraction of zero makes no difference.
  ['+1', 1],
  ['-0', 0],
  ['-0.0', 0],
  ['1.0', 1],
  ['1_000', 1000],
  ['1_', 1],
  ['_1', '_1'],
  ['-_1', -1],
  ['9223372036854775808', 2 ** 63],
  ['123456789012345678901234567890', 123456789012345680000000000000],
  ['--1', '--1'],
  // Floats.
  ['1e3', 1000],
  ['1E3', 1000],
  ['-1e-3', -0.001],
  ['1_000.5', 1000.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+.5', 0.5],
  ['.1_0', 0.1],
  ['._5', '._5'],
  ['.5_', '.5_'],
  ['1e400', '1e400'],
  ['1e', '1e'],
  ['.', '.'],
  ['0x1p4', '0x1p4'],
  ['1.2.3', '1.2.3'],
  // Strings: neither base 60 nor timestamps are supported.
  ['12:30', '12:30'],
  ['2001-01-01', '2001-01-01'],
  ['2001-1-1T1:1:1Z', '2001-1-1T1:1:1Z'],
  // Booleans.
  ['y', true],
  ['Y', true],
  ['yes', true],
  ['YES', true],
  ['on', true],
  ['On', true],
  ['True', true],
  ['n', false],
  ['N', false],
  ['No', false],
  ['off', false],
  ['OFF', false],
  ['FALSE', false],
  ['yEs', 'yEs'],
  ['yess', 'yess'],
  // Null.
  ['~', null],
  ['', null],
  ['null', null],
  ['NULL', null],
  ['nULL', 'nULL'],
  // Quotes, blocks and tags.
  ['"0444"', '0444'],
  ["'yes'", 'yes'],
  ['"~"', '~'],
  ['!!str 0444', '0444'],
  ['!!str', ''],
  ['! 12', '12'],
  ['!!int "7"', 7],
  ['!!float 0444', 292],
  ['!!bool yes', true],
  ['!!null ""', null],
  ['!!binary aGk=', 'hi'],
  ['!!timestamp 2001-01-01', '2001-01-01'],
  ['!mine 12', '12'],
  ['!mine {a: !!set {b}}', { a: { b: null } }],
  ['!mine [1]', [1]],
  // Keys.
  ['{on: 1, 0444: 2, 1.50: 3, "0444": 4}', { true: 1, 292: 2, 1.5: 3, '0444': 4 }],
  ['{2001-01-01: 1}', { '2001-01-01': 1 }],
  // A merge replaces the keys before it and no others.
  ['<<', '<<'],
  ['[<<]', ['<<']],
  ['{a: <<}', { a: '<<' }],
  ['{"<<": {a: 1}}', { '<<': { a: 1 } }],
  ['{<<: {a: 2, b: 2}, a: 1}', { a: 1, b: 2 }],
  ['{a: 1, <<: {a: 2, b: 2}}', { a: 2, b: 2 }],
  ['{a: 1, <<: [{b: 2, a: 2}, {b: 3, c: 3}]}', { a: 2, b: 2, c: 3 }],
  ['{<<: {a: 1, b: 1}, <<: {a: 2}}', { a: 2, b: 1 }],
]

/** Scalars that kubectl rejects. */
export const refusedScalars: readonly string[] = [
  '.inf',
  '-.Inf',
  '+.INF',
  '.nan',
  '[.inf]',
  '{~: 1}',
  '{null: 1}',
  '!!int x',
  '!!int 1.5',
  '!!int 089',
  '!!bool 1',
  '!!null x',
  '{<<: 1}',
  '{<<: [1]}',
]

/** A manifest whose spec is a list of the scalars. */
export function listOf(sources: readonly string[]): string {
  return `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: thing}\nspec:\n${sources.map((source) => `- ${source}\n`).join('')}`
}

const pieces = [
  ...'0011234567789+-._xXoObBeEafFyYnN~TZ',
  ...['inf', 'nan', 'null', 'true', 'yes', 'on', 'off', '0x', '0b', '0o', ':30', '2001-01-01'],
  ...['9223372036854775808', '18446744073709551615', '777777777777', ' '],
]

/** Plain scalars from pieces of numbers, booleans and dates; the same in every run. */
export function generatedScalars(count: number): readonly string[] {
  const scalar = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join('').trim())
    // Without texts that are not plain scalars or that kubectl rejects.
    .filter((text) => !/^$|^-(?: |$)|^---$|^:|:$|: |^[-+]?\.(?:inf|nan)$/i.test(text))
  return fc.sample(scalar, { numRuns: count, seed: 1 })
}
