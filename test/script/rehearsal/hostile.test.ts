// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Any text as a script gives one of three verdicts, in a limited number of steps. */

import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { maxSteps } from '../../../src/script/machine/machine.ts'
import { maxTotalSteps, rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { maxScriptLength, parseScript } from '../../../src/script/syntax/parse.ts'
import { firstAnalyzed } from '../../support/init-scripts.ts'
import * as fc from '../../support/properties.ts'
import { generatedScripts } from '../syntax/parsing/generated.ts'

const verdicts = ['safe', 'unsafe', 'unknown']

/** The run that exceeds the budget is finished. */
const most = maxTotalSteps + maxSteps + 1

const flavours = [
  { dialect: 'bash', userland: 'gnu' },
  { dialect: 'ash', userland: 'busybox' },
  { dialect: 'posix', userland: 'gnu' },
] as const

/** The verdict for one flavor of shell and tools, the number of steps, and the reasons for `unknown`. */
function outcome(
  text: string,
  flavour: (typeof flavours)[number] = flavours[0],
): { verdict: string; steps: number; why: readonly string[] } {
  const { verdict, steps, unknown } = rehearse(
    {
      script: parseScript(text),
      positional: [],
      options: { errexit: true, nounset: false, pipefail: false },
      mounts: [
        { path: '/data', storage: 'claim', volume: 'd', subPath: '' },
        { path: '/work', storage: 'pod', volume: 'w', subPath: '' },
      ],
      environment: new Map([['HOME', '/root']]),
      workingFolder: '',
      ...flavour,
    },
    catalogue,
  )
  return { verdict, steps, why: unknown.map((part) => part.why) }
}

function isBounded(text: string): boolean {
  return flavours.every((flavour) => {
    const { verdict, steps } = outcome(text, flavour)
    return verdicts.includes(verdict) && steps <= most
  })
}

/** The verdict on an init container, as rules get it. */
function verdictOf(container: object): string {
  const spec = { initContainers: [{ name: 'i', image: 'debian:12', ...container }] }
  return firstAnalyzed({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }).verdict
}

const tokens = fc.constantFrom(
  ...[
    'if',
    'then',
    'else',
    'fi',
    'for i in',
    'while',
    'until',
    'do',
    'done',
    'case',
    'in',
    'esac',
    'a)',
    ';;',
    '{',
    '}',
    '(',
    ')',
    'f()',
    '!',
    '&&',
    '||',
    '|',
    '&',
    ';',
  ],
  ...[
    '\n',
    '\t',
    ' ',
    '"',
    "'",
    '`',
    '\\',
    '$(',
    '$((',
    '))',
    '${x:-',
    '${x%%*',
    '}',
    '$x',
    '"$@"',
    '$1',
    '>>',
    '>',
    '<',
    '<<E',
    '\nE\n',
    '2>&1',
    '[[',
    ']]',
    '[',
    ']',
    '#',
  ],
  ...[
    'x=',
    'x=$x$x',
    'set -e',
    'set -u',
    'set -o pipefail',
    'trap',
    'EXIT',
    'exit',
    'return',
    'break',
    'continue',
    'shift',
    'eval',
    'sh -c',
    'read x',
    'export',
    'local',
    'cd',
  ],
  ...[
    'mkdir',
    'cp -r',
    'rm -rf',
    'mv',
    'ln -s',
    'touch',
    'tar xf',
    'git clone',
    'sed -i s/a/b/',
    'cat',
    'echo',
    'printf %s',
    'tee',
    'xargs',
    'find',
    'grep -q',
    'test -d',
    'psql -c',
    'CREATE TABLE t (x int);',
  ],
  ...['/data', '/data/x', '/data/*', '/work/y', '/', '..', '~', '-', '--', '\0', '{{', '\r\n', '😀', '\ud800', 'ä'],
)

t.test('random characters, bytes and shell words: a verdict within the limit', async (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString()),
    fc.array(tokens, { maxLength: 40 }).map((list) => list.join('')),
    fc.array(tokens, { maxLength: 40 }).map((list) => list.join(' ')),
  )
  const result = fc.check(fc.property(texts, isBounded), { numRuns: 400 })
  t.notOk(result.failed, JSON.stringify(result.counterexample))
})

t.test('generated scripts: a verdict within the limit', async (t) => {
  t.strictSame(
    generatedScripts(2, 50).filter((text) => !isBounded(text)),
    [],
  )
})

t.test('random command and args of an init container: a verdict', async (t) => {
  const words = fc.array(
    fc.array(tokens, { maxLength: 8 }).map((list) => list.join(' ')),
    { maxLength: 4 },
  )
  const result = fc.check(
    fc.property(words, words, fc.boolean(), (command, args, isShell) =>
      verdicts.includes(
        verdictOf({ command: isShell ? ['sh', '-c', ...command] : command, args, volumeMounts: [{ name: 'd', mountPath: '/data' }] }),
      ),
    ),
    { numRuns: 150 },
  )
  t.notOk(result.failed, JSON.stringify(result.counterexample))
})

const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n')

t.test('deep nesting: a verdict within the limit', async (t) => {
  const nested = (open: string, inner: string, close: string, depth: number) => open.repeat(depth) + inner + close.repeat(depth)
  for (const depth of [50, 101, 201, 3000]) {
    for (const [open, close] of [
      ['( ', ' )'],
      ['$(', ')'],
      ['"$(', ')"'],
      ['{ ', '; }'],
      ['${x:-', '}'],
      ['if a; then ', '; fi'],
      ['! ', ''],
      ['a | ', ''],
      ['a && ', ''],
      ['`', ''],
      ['[[ ! ', ' ]]'],
      ['case x in x) ', ';; esac'],
      ['f() { ', '; }; f'],
      ['while ', '; do break; done'],
      ["sh -c '", "'"],
    ] as const)
      t.ok(isBounded(nested(open, 'mkdir /data/x', close, depth).slice(0, maxScriptLength)), `${depth} times ${open}`)
  }
  t.match(outcome(nested('( ', 'mkdir /data/x', ' )', 40)), { verdict: 'unsafe' })
  t.match(outcome(nested('( ', 'mkdir /data/x', ' )', 5000)), { verdict: 'unknown', steps: 0 }, 'not even parsed')
})

t.test('a script is analyzed up to 64 KiB and 2,000 commands, and unknown above', async (t) => {
  const filled = (length: number) => `mkdir /data/x\n#${'x'.repeat(length - 15)}`
  t.equal(outcome(filled(maxScriptLength)).verdict, 'unsafe')
  t.match(outcome(filled(maxScriptLength + 1)), { verdict: 'unknown', steps: 0 })
  t.equal(outcome(lines(maxSteps, () => ':')).verdict, 'safe')
  t.equal(outcome(lines(maxSteps + 1, () => ':')).verdict, 'unknown')
  t.equal(outcome(`for i in ${lines(900, (index) => `x${index}`).replaceAll('\n', ' ')}; do :; done`).verdict, 'safe')
  t.equal(
    outcome(`for i in ${lines(1100, (index) => `x${index}`).replaceAll('\n', ' ')}; do :; done`).verdict,
    'unknown',
    'loop iterations also count',
  )
})

/** A script that repeats one command in a directory with `count` files. */
const many = (count: number, line: string) =>
  `cd /data\ntouch ${lines(count, (index) => `f${index}`).replaceAll('\n', ' ')}\n${lines(990, () => line)}`

t.test('texts, words, paths and files that grow exponentially: unknown', async (t) => {
  for (const text of [
    `x=a\n${'x=$x$x\n'.repeat(60)}echo "$x" > /data/f`,
    `x=$U\n${'x=$x$x\n'.repeat(60)}mkdir "/data/$x"`,
    `x="a b"\n${'x="$x $x"\n'.repeat(40)}for i in $x; do mkdir /data/$i; done`,
    `set -- a b\n${'set -- "$@" "$@"\n'.repeat(40)}mkdir "$@"`,
    `echo a > /data/f\n${'cat /data/f >> /data/f\n'.repeat(60)}`,
    `echo a > /data/f\n${'cat /data/f /data/f > /data/g; cp /data/g /data/f\n'.repeat(40)}`,
    `echo a > /data/f\n${"sed -i 's/a/aa/g' /data/f\n".repeat(60)}`,
    `x=$(printf ${'a'.repeat(20_000)})\ny=\${x%%${'*a'.repeat(200)}b}\nmkdir /data/$y`,
    `mkdir -p /data${'/a'.repeat(30_000)}`,
    `mkdir -p /data/a; touch /data/a/f\n${'mkdir /data/t; cp -r /data/a /data/t/1; cp -r /data/a /data/t/2; rm -rf /data/a; mv /data/t /data/a\n'.repeat(25)}`,
    `[ ${'a -a '.repeat(10_000)}a ] && mkdir /data/x`,
    `test ${'! '.repeat(20_000)}a && mkdir /data/x`,
    ':(){ :|:& };:',
    'f() { f | f; }; f',
    'while :; do echo x >> /data/f; done',
    'echo ". /data/f; . /data/f" > /data/f; . /data/f',
    'echo "/data/f; /data/f" > /data/f; /data/f',
    `x='${'true; '.repeat(5000)}'\n${lines(100, (index) => `eval "$x ${index}"`)}`,
    ...["sed -i 's/a/b/g' /data/f", "cut -d' ' -f1 /data/f > /data/g", 'psql -f /data/f', 'patch /data/f < /data/f'].map(
      (line) => `cat > /data/f <<E\n${'aaaa bbbb cccc dddd\n'.repeat(1500)}E\n${lines(900, () => line)}`,
    ),
    ...['rm -f a; touch a', 'mv f1 f2; mv f2 f1', 'ls f* > a', 'find . -name x', 'rm -f *z', 'test -z "$(ls)"'].map((line) =>
      many(2000, line),
    ),
    lines(900, (index) => `tar cf /data/t${index} /data/f; tar xf /data/t${index} -C /data`),
    `cat > /data/f <<E\n${'true; '.repeat(5000)}\nE\n${lines(100, () => 'echo true >> /data/f; sh /data/f')}`,
  ])
    t.match(outcome(text), { verdict: 'unknown' }, text.slice(0, 60))
})

t.test('variables of the container that contain each other twice: a verdict', async (t) => {
  const doubling = (count: number) => [
    { name: 'A0', value: 'a'.repeat(1000) },
    ...Array.from({ length: count }, (_, index) => ({ name: `A${index + 1}`, value: `$(A${index})$(A${index})` })),
  ]
  const command = ['sh', '-c', 'mkdir /data/x # $(A60)']
  t.equal(verdictOf({ env: doubling(60), command }), 'safe', "an unknown text in a comment; /data is on the container's own file system")
  t.equal(verdictOf({ env: doubling(6), command: ['sh', '-c', `echo ${'$(A6)'.repeat(5000)}`] }), 'unknown')
  t.equal(verdictOf({ env: doubling(6), command: ['mkdir', '$(A6)'.repeat(5000)] }), 'unknown')
  t.equal(verdictOf({ env: doubling(2), command: ['sh', '-c', 'mkdir -p /data/$(A0)'] }), 'safe')
})

t.test(
  'a path with 90 long components is looked up ancestor by ancestor: the work is counted, so the script is not analyzed',
  async (t) => {
    const path = `/${'d'.repeat(88)}`.repeat(90)
    const { verdict, why } = outcome(`${path}?`)
    t.equal(verdict, 'unknown')
    t.ok(/too long to rehearse|grow too large/.test(why.join('; ')), why.join('; ').slice(0, 200))
  },
)
