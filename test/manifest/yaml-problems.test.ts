/** Texts that are not YAML: where the problem is, and that it is said in our words, not in those of the parser. */
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'

const problems: readonly (readonly [string, number, number, RegExp])[] = [
  ['kind: Pod\n  metadata: x\n', 2, 11, /belong to the mapping/],
  ['a: @b\n', 1, 4, /quote text with special characters/],
  ['spec:\n- name: a\n image: b\n', 3, 2, /belong to the list/],
  ['a: {b: c\n', 2, 1, /not closed/],
  ['a:b\nc: d\n', 2, 2, /space follows each colon/],
  ['kind: Pod\nmetadata\nspec: x\n', 3, 5, /no colon/],
  ['"a":b\n', 1, 5, /space is missing/],
  ['a:\n\tb: c\n', 2, 1, /spaces/],
  ['a: [b\nc: d\n', 2, 2, /comma or a closing bracket/],
  ['a: [b, c', 1, 9, /bracket is not closed/],
  ['a: "b', 1, 6, /double quotation mark/],
  ["a: 'b", 1, 6, /single quotation mark/],
  ['a: "\\q"\n', 1, 6, /escape sequence/],
  ['host: *.example.com\n', 1, 8, /^invalid YAML: \*\.example\.com .*quote/],
  ['a: 1\nb: {{ $.Env.B }}\n', 2, 4, /\{\{ begins a template/],
  ['{{ a }}: b\n', 1, 1, /\{\{ begins a template/],
  ['a: b\n? [c, d]\n: e\n', 2, 3, /a key must be text/],
  ['a: {b: [1, 2], {c: d}: e}\n', 1, 16, /a key must be text/],
]

/** What js-yaml says about them. If a new version says something else, src/manifest/yaml-problems.ts needs its words. */
const wordsOfTheParser = /indentation of a|deficient|separator|implicit key|entries|stream|scalar|unidentified|object-based/

t.test('each problem has its place and is said in plain words', async (t) => {
  for (const [text, line, column, message] of problems) {
    const { errors } = readManifest(text)
    t.match(errors, [{ line, column, message: /^invalid YAML: / }], JSON.stringify(text))
    t.match(errors[0]?.message, message)
    t.notMatch(errors[0]?.message, wordsOfTheParser)
  }
})
