import { spawnSync } from 'node:child_process'
import t from 'tap'
import { readExpression } from '../../../src/script/commands/kit/expressions.ts'
import { sameVerdicts } from '../rehearsal/rehearsing.ts'

const basic = [
  ...[
    'a.*b',
    '^a*$',
    '*a',
    'a\\*',
    'a\\|b',
    '^a\\|b$',
    '\\(ab\\)*c',
    '\\(^a\\)',
    'a\\+b',
    'a\\?b',
    'ab\\{2\\}',
    'ab\\{1,2\\}c',
    'a\\{2,\\}',
  ],
  ...[
    '[abc]x',
    '[^a]b',
    '[]a]',
    '[^]a]',
    '[a-c]\\+',
    '[[:space:]]',
    '[^[:digit:]]a',
    '[[:alpha:]_]*',
    '\\[a\\]',
    '\\[.*\\]',
    'a$b',
    'a^b',
    '\\s\\w',
  ],
  ...['\\.b', 'a+b', 'a?b', 'a|b', '(a)', 'a{2}', '[-a]', '[a-]', '[.]', '[*]', '', '.', '$', '^', '^$'],
]
const extended = [
  ...[
    'a.*b',
    '^a*$',
    'a|b',
    '^a|b$',
    '(ab)*c',
    '(^a)',
    'a+b',
    'a?b',
    'ab{2}',
    'ab{1,2}c',
    'a{2,}',
    '(a|b)(c|d)',
    '(a|)b',
    '((a))',
    'a\\|b',
  ],
  ...[
    '[abc]x',
    '[^a]b',
    '[[:space:]]+',
    '^[^#]*=',
    '\\(a\\)',
    'a\\+',
    'a$|b',
    '(a$|b)c',
    '(a|b)*',
    '^(a|b)+$',
    '[0-9]{1,3}',
    '\\[.*\\]',
    'x{0,1}y',
  ],
]
const lines = [
  ...[
    '',
    'a',
    'b',
    'ab',
    'aab',
    'abb',
    'abbc',
    'abc',
    'acb',
    'xaby',
    'a*',
    '*a',
    'a|b',
    'a+b',
    'a?b',
    '(a)',
    '[a]',
    '[]',
    ']',
    '^a',
    'a$b',
    'a^b',
  ],
  ...['ax', 'bx', ' a', '1a', 'a_1', '#k=v', 'k=v', '.b', 'xb', 'ac', 'bd', 'ababc', 'a{2}', 'aa', 'y', '-', '12', '\t', 'A', '[x].[y]'],
]

/** The lines that grep finds; undefined if it refuses the expression. */
function found(expression: string, options: readonly string[]): readonly string[] | undefined {
  const { status, stdout } = spawnSync('grep', [...options, '-n', '-e', expression], {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return status === 2 ? undefined : stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(0, line.indexOf(':'))]))
}

for (const [expressions, isExtended] of [
  [basic, false],
  [extended, true],
] as const) {
  t.test(`${isExtended ? 'extended' : 'basic'} expressions match the lines that grep finds`, async (t) => {
    let read = 0
    for (const expression of expressions) {
      const matches = readExpression(expression, isExtended, () => {})
      if (matches === undefined) continue
      read++
      const ours = lines.flatMap((line, index) => (matches(line) ? [String(index + 1)] : []))
      t.strictSame(ours, found(expression, isExtended ? ['-E'] : []), expression)
    }
    t.ok(read > expressions.length * 0.9, `${read} of ${expressions.length} are supported`)
  })
}

t.test('what is not supported is not read', async (t) => {
  for (const expression of [
    '\\(a\\)\\1',
    '\\<a',
    'a\\b',
    '[[.a.]]',
    '[[:what:]]',
    '[a',
    '\\(a',
    '^*',
    'a'.repeat(500),
    `${'\\('.repeat(600)}a`,
  ])
    t.equal(
      readExpression(expression, false, () => {}),
      undefined,
      expression.slice(0, 20),
    )
  for (const expression of ['*a', '(a', 'a{99}{99}', '^+'])
    t.equal(
      readExpression(expression, true, () => {}),
      undefined,
      expression,
    )
})

t.test('the work of a match is counted, and grows with the line alone', async (t) => {
  let work = 0
  const matches = readExpression('(a*)*(a*)*b', true, (more) => {
    work += more
  })
  t.equal(matches?.('a'.repeat(10_000)), false)
  t.ok(work > 10_000 && work < 1_000_000, String(work))
})

sameVerdicts('guards with regular expressions', {
  "grep -q '^a.*b$' /data/c || echo a-b >> /data/c": 'safe',
  "grep -q '\\[.*\\.registry.*\\]' /data/c || echo '[plugins.registry.x]' >> /data/c": 'safe',
  "grep -Eq 'a|b' /data/c || echo a >> /data/c": 'safe',
  "grep -Eq '^#?port' /data/c || echo port=1 >> /data/c": 'safe',
  "grep -q '^ *port' /data/c || echo '  port' >> /data/c": 'safe',
  "grep -q 'x.*y' /data/c || echo a >> /data/c": 'unsafe',
  "grep -Eq '(a)\\1' /data/c || echo aa >> /data/c": 'unknown',
  "grep -Pq 'a(?=b)' /data/c || echo ab >> /data/c": 'unknown',
  "grep -qi '[[:upper:]]x' /data/c || echo ax >> /data/c": 'unknown',
})
