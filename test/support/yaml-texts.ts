/** Manifests in the many ways in which YAML can be written, for a comparison with the decoder of kubectl. */
import * as fc from './properties.ts'

/** How a node is written behind its key or dash, in a block collection at a column. */
type Writer = (column: number) => string

const lineAt = (column: number): string => `\n${' '.repeat(Math.max(column, 0))}`

const words = ['a', 'app', 'x y', "it's", 'a#b', '1', '0444', 'yes', '001:db8::', 'k:v', '-1', '1.50', 'é', 'http://x/y', 'a?']
const word = fc.constantFrom(...words, '<<', 'null', '~')
const key = fc.constantFrom(...words.slice(0, -1), '"q"', "'r'", 'a')
/** Where a further line starts, relative to the column. */
const shift = fc.constantFrom(-4, -2, -1, 0, 0, 1, 2, 2, 4)
const comment = fc.constantFrom('', '', '', ' # why', ' #', '\t# tab')

const plain = fc.tuple(word, comment).map(
  ([text, end]): Writer =>
    () =>
      `${text}${end}`,
)
const quotedLine = fc.constantFrom('a', "b''c", ' d', 'e ', 'f: g', '# h', '[', '', '\\n', '{')
const quoted = fc.tuple(fc.constantFrom("'", '"'), fc.array(quotedLine, { minLength: 1, maxLength: 4 }), shift).map(
  ([quote, lines, by]): Writer =>
    (column) =>
      `${quote}${lines.join(lineAt(column + by))}${quote}`,
)
const blockHeader = fc.constantFrom('|', '>', '|-', '>+', '>-', '|2', '| # c')
const blockLine = fc.constantFrom('a', 'b', '  b', '', '# c', '- d', 'e: f', '[')
const block = fc.tuple(blockHeader, fc.array(blockLine, { maxLength: 4 })).map(
  ([header, lines]): Writer =>
    (column) =>
      [header, 'a', ...lines].join(lineAt(column + 2)),
)
const folded = fc.tuple(word, word, shift).map(
  ([first, second, by]): Writer =>
    (column) =>
      `${first}${lineAt(column + by)}${second}`,
)
const alias = fc.constant<Writer>(() => '*x')

/** A separator in a flow collection: line feeds become lines at the given column. */
const spread = (text: string, column: number): string => text.replaceAll('\n', lineAt(column))

const { node } = fc.letrec<{ flow: Writer; node: Writer }>((tie) => ({
  flow: fc.oneof(
    { maxDepth: 3, depthSize: 'medium' },
    fc.constantFrom(...words.slice(0, -1)).map(
      (text): Writer =>
        () =>
          text,
    ),
    quoted,
    fc
      .tuple(
        fc.array(tie('flow'), { maxLength: 3 }),
        fc.constantFrom(', ', ',', ' , ', ',\n', ', # c\n', ',\t'),
        fc.constantFrom('', ' ', '\n', ',\n', ' # c\n'),
        shift,
      )
      .map(
        ([items, comma, end, by]): Writer =>
          (column) =>
            `[${items.map((write) => write(column)).join(spread(comma, column + by))}${spread(end, column + by)}]`,
      ),
    fc
      .tuple(
        fc.array(fc.tuple(key, fc.constantFrom(': ', ': ', ' : ', ':\n', ':\t'), tie('flow')), { maxLength: 3 }),
        fc.constantFrom(', ', ',', ',\n'),
        fc.constantFrom('', ' ', '\n', ',\n'),
        shift,
      )
      .map(
        ([pairs, comma, end, by]): Writer =>
          (column) => {
            const entries = pairs.map(([name, colon, write]) => `${name}${spread(colon, column + by)}${write(column)}`)
            return `{${entries.join(spread(comma, column + by))}${spread(end, column + by)}}`
          },
      ),
  ),
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    plain,
    quoted,
    block,
    folded,
    alias,
    tie('flow'),
    fc
      .tuple(
        fc.array(fc.tuple(key, fc.constantFrom(': ', ': ', ' : '), tie('node')), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1, 2, 4),
      )
      .map(
        ([pairs, by]): Writer =>
          (column) =>
            pairs.map(([name, colon, write]) => `${lineAt(column + by)}${name}${colon}${write(column + by)}`).join(''),
      ),
    fc.tuple(fc.array(fc.tuple(fc.constantFrom('- ', '-   '), tie('node')), { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 2)).map(
      ([items, by]): Writer =>
        (column) =>
          items.map(([dash, write]) => `${lineAt(column + by)}${dash}${write(column + by)}`).join(''),
    ),
    fc.tuple(fc.constantFrom('!mine ', '&y '), tie('flow')).map(
      ([property, write]): Writer =>
        (column) =>
          `${property}${write(column).replace(/:$/, ':a')}`,
    ),
  ),
}))

const mapping = fc
  .array(fc.tuple(fc.constantFrom('k', 'l', 'm', '"q"', '<<', '!!merge <<'), node), { minLength: 1, maxLength: 3 })
  .map((pairs) => ['x: &x {z: 1}', ...pairs.map(([name, write]) => `${name}: ${name.endsWith('<<') ? '*x' : write(0)}`)].join('\n'))
  .chain((text) => fc.constantFrom('', '', '\n...', '\n...\nk: [').map((end) => text + end))
const json = fc
  .jsonValue({ maxDepth: 2 })
  .chain((value) => fc.constantFrom(undefined, 2, '\t').map((space) => JSON.stringify({ v: value }, null, space)))
const document = fc.oneof(
  { weight: 12, arbitrary: mapping },
  { weight: 1, arbitrary: json },
  { weight: 1, arbitrary: fc.constantFrom('', '# only', ' a: 1\nb: 2') },
)
const separator = fc.constantFrom('\n---\n', '\n---\n', '\n--- # c\n', '\n---\t\n', '\n---\n---\n', '\r\n---\r\n', '\n# c\n---\n', '\n--- ')

/** The same texts in every run. */
export function generatedTexts(count: number, seed: number): readonly string[] {
  const text = fc
    .tuple(
      fc.constantFrom('', '', '\uFEFF'),
      document,
      fc.array(fc.tuple(separator, document), { maxLength: 2 }),
      fc.constantFrom('\n', '\n\n'),
    )
    .map(([mark, first, others, end]) => `${mark}${first}${others.flat().join('')}${end}`)
  return fc.sample(text, { numRuns: count, seed })
}
