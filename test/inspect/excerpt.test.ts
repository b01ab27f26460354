import { eastAsianWidth } from 'get-east-asian-width'
import t from 'tap'
import { excerptAt } from '../../src/inspect/excerpt.ts'
import * as fc from '../support/properties.ts'

/** The excerpt of a part of one line, with its columns. */
function excerpt(line: string, from: number, to: number) {
  const found = excerptAt((number) => (number === 1 ? line : undefined), { line: 1, column: from + 1, endLine: 1, endColumn: to + 1 })
  if (found === undefined) throw new Error('no excerpt')
  const [source = '', carets = ''] = [found.source, found.carets].map((text) => text.slice('    1 | '.length))
  return { source, carets, from: carets.indexOf('^'), columns: columnsOf(source) }
}

/** The text in each column of a line; the second column of a wide character is empty. */
function columnsOf(text: string): string[] {
  const columns: string[] = []
  for (const character of text) {
    if (/\p{M}/u.test(character)) columns[columns.length - 1] += character
    else columns.push(character, ...(eastAsianWidth(character.codePointAt(0) ?? 0) === 2 ? [''] : []))
  }
  return columns
}

/** The text above the carets. */
function underlined(line: string, value: string): string {
  const start = line.indexOf(value)
  const { carets, from, columns } = excerpt(line, start, start + value.length)
  return columns.slice(from, carets.length).join('')
}

t.test('the carets are below the value, after wide characters, marks and tabs too', async (t) => {
  t.equal(underlined('- {name: app, image: nginx:1.27}', 'nginx:1.27'), 'nginx:1.27')
  t.equal(underlined('日本語: nginx', 'nginx'), 'nginx')
  t.equal(underlined('e\u0301: nginx', 'nginx'), 'nginx')
  t.equal(underlined('🎉🎉: nginx # x', 'nginx'), 'nginx')
  t.equal(underlined('a: 日本語 # x', '日本語'), '日本語')
  t.equal(underlined('a:\t nginx', 'nginx'), 'nginx')
  t.equal(underlined('\u{e0041}\u200b: nginx', 'nginx'), 'nginx', 'characters that are replaced')
})

t.test('a short line is shown as a whole, of a long one the part around the value', async (t) => {
  const short = `${'a'.repeat(100)}: nginx`
  t.equal(excerpt(short, 102, 107).source, short)
  const end = excerpt(`image: nginx ${'x'.repeat(5000)}`, 7, 12)
  t.equal(end.columns.length, 120)
  t.match(end.source, /^image: nginx x+…$/)
  const middle = excerpt(`${'x'.repeat(5000)} image: nginx ${'y'.repeat(5000)}`, 5008, 5013)
  t.equal(middle.columns.length, 120)
  t.match(middle.source, /^…x+ image: nginx y+…$/)
  t.equal(middle.from, 21)
  const start = excerpt(`${'x'.repeat(5000)} image: nginx`, 5008, 5013)
  t.match(start.source, /^…x+ image: nginx$/)
  const value = excerpt(`image: ${'x'.repeat(5000)}`, 7, 5007)
  t.equal(value.source, `image: ${'x'.repeat(112)}…`)
  t.equal(value.carets, `${' '.repeat(7)}${'^'.repeat(112)}`, 'the carets end where the shown part does')
})

t.test('of a value of several lines, the first line is underlined, without a comment', async (t) => {
  const carets = (line: string, column: number) => {
    const found = excerptAt(() => line, { line: 1, column, endLine: 3, endColumn: 2 })
    return line.slice((found?.carets.indexOf('^') ?? 0) - 8, (found?.carets.length ?? 0) - 8)
  }
  t.equal(carets('a: { b: c, # d', 4), '{ b: c,')
  t.equal(carets('a: |- # d', 4), '|-')
  t.equal(carets('a: "b # c', 4), '"b # c')
})

t.test('any line and region: at most 120 columns, safe to print, no half characters, carets within the line', async () => {
  const unit = fc.constantFrom('a', ' ', '日', '🎉', '\u0301', '\t', '\u001b', '\u200b', '\ud83c', '\udf89', '"', '\u{e0041}')
  const line = fc.array(fc.tuple(unit, fc.integer({ min: 1, max: 150 })), { maxLength: 8 })
  fc.assert(
    fc.property(line, fc.nat(1000), fc.nat(1000), (parts, at, length) => {
      const text = parts.map(([part, times]) => part.repeat(times)).join('')
      const from = Math.min(at, text.length)
      const { source, carets, columns, from: shown } = excerpt(text, from, Math.min(from + length, text.length))
      const isSafe = source.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(source)
      return isSafe && columns.length <= 120 && shown >= 0 && carets.length <= Math.max(columns.length, shown + 1)
    }),
    { numRuns: 300 },
  )
})
