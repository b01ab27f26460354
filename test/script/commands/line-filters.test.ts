/** Filters on partly known text. */
import t from 'tap'
import { type LineFilter, lineByLine, lineFilter } from '../../../src/script/commands/kit/line-filters.ts'
import { readOptions } from '../../../src/script/commands/kit/options.ts'
import { filters } from '../../../src/script/commands/text/filter-tables.ts'
import { concat, derived, literal, unknown, type Value } from '../../../src/script/value/value.ts'

function filterOf(name: string, args: readonly Value[]): LineFilter | undefined {
  return lineFilter(name, readOptions({ name, arguments: args }, filters.get(name) ?? {}))
}

function words(text: string): Value[] {
  return text.split(' ').map(literal)
}

t.test('cut, awk and tr: the output for one line', async (t) => {
  const cases: readonly (readonly [name: string, args: Value[], line: string, output: string])[] = [
    ['cut', words('-d: -f1'), 'root:x:0', 'root'],
    ['cut', [literal('-d'), literal('|'), literal('-f'), literal('1,3-')], ' a | b | c | d', ' a | c | d'],
    ['cut', words('-d: -f-2'), 'a:b:c', 'a:b'],
    ['cut', words('-d: -f2'), 'no delimiter', 'no delimiter'],
    ['awk', [literal('{print $2}')], '  a \t b c', 'b'],
    ['awk', [literal('-F'), literal('|'), literal('{ print $1; }')], 'a |b', 'a '],
    ['gawk', [literal('-F:'), literal('{print $9}')], 'a:b', ''],
    ['awk', [literal('{print $0}')], 'a  b', 'a  b'],
    ['awk', [literal('/b/')], 'a b', 'a b'],
    ['awk', [literal('$1 ~ /^b/ { print $2 }')], 'bc d', 'd'],
    ['tr', words('-d "'), '"a" b', 'a b'],
    ['tr', words('-d [:blank:]'), ' a\tb', 'ab'],
  ]
  for (const [name, args, line, output] of cases) t.equal(filterOf(name, args)?.(line), output, `${name} ${line}`)
})

t.test('awk drops the lines that its pattern does not match', async (t) => {
  t.equal(filterOf('awk', [literal('/b/')])?.('a'), undefined)
  t.equal(filterOf('awk', [literal('$2 ~ /a/')])?.('a b'), undefined)
})

t.test('unsupported filters give undefined', async (t) => {
  const cases: readonly (readonly [string, Value[]])[] = [
    ['cut', words('-c 1-3')],
    ['cut', words('-d: -f')],
    ['cut', [literal('-d'), unknown('$D'), literal('-f1')]],
    ['awk', [literal('NR>1{print $1}')]],
    ['awk', [literal('-Ft'), literal('{print $1}')]],
    ['awk', [literal('-F[:]'), literal('{print $1}')]],
    ['tr', words('a-z A-Z')],
    ['tr', words('-d a-z')],
    ['tr', words('-d \\n')],
    ['head', words('-n 1')],
  ]
  for (const [name, args] of cases) t.equal(filterOf(name, args), undefined, name)
})

t.test('each run of known lines is filtered, each part between them is one piece', async (t) => {
  const upper = (text: string) => text.toUpperCase()
  const unfollowed = (part: Value) => derived('upper', part)
  const [start, end] = [unknown('the start'), unknown('the end')]
  t.strictSame(
    lineByLine(concat(start, literal('tail\na\nb\nc'), end), upper, unfollowed),
    concat(unfollowed(concat(start, literal('tail'))), literal('\nA\nB\n'), unfollowed(concat(literal('c'), end))),
  )
  t.strictSame(lineByLine(literal('a\nb'), upper, unfollowed), literal('A\nB'), 'a last line without a line feed')
  t.strictSame(lineByLine(concat(start, literal('\n')), upper, unfollowed), undefined, 'no line is known')
  t.strictSame(
    lineByLine(concat(literal('a\n'), start), () => undefined, unfollowed),
    undefined,
    'the output for known lines is unknown',
  )
})
