// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Compares the facade over the parser with mvdan-sh and the shells: which scripts parse, and which commands they contain. */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { factsOf } from '../../../src/script/shape/facts.ts'
import { statementsIn } from '../../../src/script/shape/walk.ts'
import { maxScriptLength, parseScript } from '../../../src/script/syntax/parse.ts'
import type { Feature } from '../../../src/script/syntax/syntax.ts'
import { allDifferences, readers } from './parsing/compare.ts'
import { generatedScripts } from './parsing/generated.ts'
import { hardScripts } from './parsing/hard.ts'
import { type Known, knownDifferences, unexplained } from './parsing/known.ts'
import { commandsOf } from './parsing/outline.ts'

const used = new Set<Known>()

const differences = (scripts: readonly string[]) => unexplained(allDifferences(scripts), used)

t.test('the facade and the other parsers agree on hard cases', async (t) => {
  t.strictSame(differences(hardScripts), [])
})

t.test('the facade and the other parsers agree on generated scripts, valid and invalid', async (t) => {
  const scripts = generatedScripts(1, 80).filter((text) => text.length < 400)
  t.ok(scripts.filter((text) => parseScript(text).fault === null).length > 80)
  t.ok(scripts.filter((text) => parseScript(text).fault !== null).length > 20)
  t.strictSame(differences(scripts), [])
})

t.test('every known difference occurs', async (t) => {
  for (const known of knownDifferences) if (known.readers.some((reader) => readers.includes(reader))) t.ok(used.has(known), known.reason)
})

t.test('features that not every shell supports', async (t) => {
  const cases: readonly (readonly [Feature | null, readonly string[]])[] = [
    ['bash-only', ['a=(1)', 'a+=b', 'cat <<< x', 'a |& b', '((x))', 'for ((;;)); do :; done', 'echo ${x^^}', 'echo ${!x}', 'echo {$a,b}']],
    ['bash-only', ['! ! a', '!', 'time { a; }', 'my-f() { a; }', 'echo $[1]', '[[ ( -f a ) ]]', '[[ a =~ (b) ]]', 'echo @(a|b)', 'a <(b)']],
    ['not-posix', ['a &> b', "echo $'a'", 'function f { a; }', 'function f() { a; }']],
    [
      null,
      [
        '[[ -f a && -f b ]]',
        'f() { a; }',
        '! a',
        'time a',
        'a > b 2>&1',
        'echo ${x:-y} ${x%.*}',
        'echo $((1 + 2))',
        'echo "{a,b}"',
        'echo {a,b} {1..3}',
      ],
    ],
  ]
  for (const [feature, scripts] of cases) {
    for (const script of scripts) t.strictSame([...parseScript(script).features], feature === null ? [] : [feature], script)
  }
})

t.test('the lines of commands, including those between backticks that contain escapes', async (t) => {
  const places = (text: string) => commandsOf(parseScript(text)).map(({ words, line }) => `${line} ${words.join(' ')}`)
  t.strictSame(places('a\nx=`b\nc \\`d \\`\n\\`e\\``\nf'), ['1 a', '2 ', '2 b', '3 c ', '3 d', '4 ', '4 e', '5 f'])
  t.strictSame(places('echo "`a \\"b\\"\nc`"'), ['1 echo ', '1 a b', '2 c'])
  t.strictSame(places('cat <<E\n$(a)\n`b`\nE\nc'), ['1 cat', '2 a', '3 b', '5 c'])
  t.strictSame(places('case $(a) in $(b)) c;; esac; echo ${x:-$(d)} ${y#`e`}'), ['1 a', '1 b', '1 c', '1 echo  ', '1 d', '1 e'])
})

t.test('the text of words without their quotes; null for expansions', async (t) => {
  const words = (text: string) => commandsOf(parseScript(text))[0]?.words
  t.strictSame(words(`echo a\\ b 'c d' "e f" g"h"'i' "\\$x\\y" '' *.txt [a"*"]? ~/z`), [
    ...['echo', 'a b', 'c d', 'e f', 'ghi', '$x\\y', '', '*.txt', '[a*]?', '~/z'],
  ])
  t.strictSame(words('echo $x [$x] ~user ${y} {a,b}'), ['echo', null, null, null, null, null])
})

t.test('a script longer than maxScriptLength has a fault', async (t) => {
  t.equal(parseScript('#'.repeat(maxScriptLength)).fault, null)
  t.not(parseScript('#'.repeat(maxScriptLength + 1)).fault, null)
})

t.test('nesting: fifty levels are read, more have a fault, and each statement is visited once', async (t) => {
  const nested = (levels: number) => `${'while true; do '.repeat(levels)}:${'; done'.repeat(levels)}`
  const deepest = parseScript(nested(49))
  t.equal(deepest.fault, null)
  // Each loop with its condition, and the command within all of them.
  t.equal([...statementsIn(deepest.body)].length, 49 * 2 + 1)
  t.equal(factsOf(deepest.body, new Map(), catalogue, () => 1)?.loops.length, 49)
  for (const levels of [50, 240]) t.equal(parseScript(nested(levels)).fault, 'the script is nested too deeply', `${levels} levels`)
})

t.test('facts tell what runs in the background: the script does not wait for it', async (t) => {
  const { body } = parseScript('{ until nc a 1; do x $(until nc b 1; do :; done); done & } ; until nc c 1; do :; done')
  const contacts = factsOf(body, new Map(), catalogue, () => 1)?.contacts
  const isInBackground = (host: string) => contacts?.find((contact) => contact.host === host)?.waits === false
  t.same(['a', 'b', 'c'].map(isInBackground), [true, true, false])
})
