/** The one reader of options, over every table of the catalogue. */
import t from 'tap'
import { catalogue, commandModels } from '../../../src/script/commands/catalogue.ts'
import type { OptionTable } from '../../../src/script/commands/command.ts'
import { readOptions } from '../../../src/script/commands/kit/options.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import { keyOf, literal } from '../../../src/script/value/value.ts'
import { NotAnalyzed } from '../../../src/script/value/world.ts'
import * as fc from '../../support/properties.ts'
import { rehearsal } from '../rehearsal/rehearsing.ts'

const persistent: readonly Mount[] = [{ path: '/d', storage: 'claim', volume: 'd', subPath: '' }]

t.test('scripts whose options decide what a rerun does', async (t) => {
  const wanted: Readonly<Record<string, string>> = {
    'gpg -do /d/k.txt x.gpg': 'unsafe',
    'gpg --yes -do /d/k.txt x.gpg': 'safe',
    'pip install -qt /d/lib requests': 'safe',
    'pip install -qUt /d/lib requests': 'safe',
    'cd /d; [ ! -f x ] && aws s3 cp --page-size 100 s3://b/x x': 'unsafe',
    'cd /d; [ -f x ] || aws s3 cp --page-size 100 s3://b/x x': 'safe',
    'cd /d; [ ! -f x ] && mc cp m/b/x x': 'unsafe',
    'cd /d; [ -f x ] || mc cp m/b/x x': 'safe',
    'cd /d; [ ! -f x ] && gsutil -m cp -L /tmp/log gs://b/x x': 'unsafe',
    'cd /d; [ ! -f x ] && gcloud storage cp gs://b/x .': 'unsafe',
    // The test for a file tells that x is one.
    'cd /d; [ ! -f x ] && rclone copyto r:b/x x': 'unsafe',
    'cd /d; [ ! -f x ] && az storage blob download -c b -n x -f x': 'unsafe',
    'cd /d; [ ! -f x ] && aws s3api get-object --bucket b --key x x': 'unsafe',
    'aws s3 mv /d/x s3://b/x': 'unsafe',
    '[ ! -f /d/x ] || aws s3 mv /d/x s3://b/x': 'safe',
    'aws s3 mv s3://b/x /d/x': 'unsafe',
    'kubectl cp ns/pod:/x /d/x': 'unknown',
    'aws s3 cp --dryrun s3://b/x /d/x': 'safe',
    'az storage container create -n b --fail-on-exist': 'unsafe',
    'mysql -Nse "CREATE TABLE t (a INT)"': 'unsafe',
    'helm upgrade -inx a chart': 'safe',
  }
  t.strictSame(Object.fromEntries(Object.keys(wanted).map((script) => [script, rehearsal(script, 'bash', persistent).verdict])), wanted)
  t.equal(rehearsal('pip install -qt /d/lib requests', 'bash', persistent).atomic, false, '-t has a value')
})

t.test('an option that no table lists is named in the reason', async (t) => {
  for (const [script, option] of [
    ['helm install --output-dir=/d a chart', '--output-dir'],
    ['mc cp --odd m/b/x /d/x', '--odd'],
    ['gpg -yo /d/k x.gpg', '-y'],
    ['aws --odd 3 s3 ls', '--odd'],
    ['cd /d; git log --output=/d/x', '--output'],
    ['[ ! -f /d/x ] && iconv -f latin1 -t utf8 -o /d/x /y', '-o'],
    ['tree -o /d/x /y', '-o'],
    ['php artisan migrate --seed', '--seed'],
    ['apk add --root=/d curl', '--root'],
    ['keytool -odd 3 -genkeypair -alias a -keystore /d/k', '-odd'],
  ] as const) {
    const { verdict, unknown } = rehearsal(script, 'bash', persistent)
    t.equal(verdict, 'unknown', script)
    t.match(unknown, [{ why: new RegExp(`^what option ${option} of `) }], script)
  }
})

/** What a table reads from a command line: given names with values, and operands; or the reason why it is not analyzed. */
function read(table: OptionTable, words: readonly string[]): unknown {
  try {
    const options = readOptions({ name: 'p', arguments: words.map(literal) }, table)
    const given = [...options.names].sort().map((name) => [name, options.all(name).map(keyOf)])
    return { given, operands: options.operands.map(keyOf) }
  } catch (error) {
    if (error instanceof NotAnalyzed) return error.why
    throw error
  }
}

t.test('styles of options', async (t) => {
  const flags = ['-a', '-b', '--all']
  const values = ['-o', '--out']
  const cases: readonly (readonly [OptionTable, string, unknown])[] = [
    [
      { flags, values },
      '-abo V x',
      {
        given: [
          ['-a', []],
          ['-b', []],
          ['-o', ['V']],
        ],
        operands: ['x'],
      },
    ],
    [{ flags, values }, '-o=V', { given: [['-o', ['=V']]], operands: [] }],
    [{ flags, values, style: 'pflag' }, '-o=V', { given: [['-o', ['V']]], operands: [] }],
    [{ flags, values }, '--all=true', 'what option --all of p does'],
    [
      { flags, values, style: 'pflag' },
      '--all=true -a',
      {
        given: [
          ['--all', []],
          ['-a', []],
        ],
        operands: [],
      },
    ],
    [{ flags, values, style: 'pflag' }, '--all=false', { given: [], operands: [] }],
    [{ flags, values, style: 'pflag' }, '--all=perhaps', 'what option --all of p does'],
    [{ flags, values, style: 'words' }, '-ab', 'what option -ab of p does'],
    [
      { flags, values, style: 'words' },
      '-all -out=V --o W',
      {
        given: [
          ['--all', []],
          ['--out', ['V']],
          ['-o', ['W']],
        ],
        operands: [],
      },
    ],
    [{ flags, values, style: 'separate' }, '--out=V', 'what option --out=V of p does'],
    [{ flags, values, operandsEndOptions: true }, '-a x -b', { given: [['-a', []]], operands: ['x', '-b'] }],
    [{ flags, values }, 'x -- -a', { given: [], operands: ['x', '-a'] }],
    [{ flags, pairs: ['--arg'] }, '--arg n v x', { given: [['--arg', ['n', 'v']]], operands: ['x'] }],
    [{ flags, lenient: 'prints' }, '-c --odd x', { given: [], operands: ['x'] }],
    [{ flags, lenient: 'prints', harmful: ['--odd'] }, '--odd x', 'what option --odd of p does'],
  ]
  for (const [table, text, wanted] of cases) t.strictSame(read(table, text.split(' ')), wanted, text)
})

interface Use {
  readonly program: string
  readonly before: readonly string[]
  readonly table: OptionTable
}

const uses: readonly Use[] = commandModels.flatMap(({ names, run }) =>
  (run?.options ?? []).flatMap(({ table, after }) => {
    const [program = names[0] ?? '', ...before] = after?.split(' ') ?? []
    return [{ program, before, table }]
  }),
)

function isCluster({ style = 'getopt' }: OptionTable): boolean {
  return style === 'getopt' || style === 'pflag'
}

const short = (names: readonly string[] = []) => names.filter((name) => /^-[A-Za-z0-9]$/.test(name))
const long = (names: readonly string[] = []) => names.filter((name) => /^--./.test(name))

/** Two spellings of one command line. */
interface Spellings {
  readonly use: Use
  readonly apart: readonly string[]
  readonly together: readonly string[]
}

function spellingsOf(use: Use): readonly Spellings[] {
  const { flags = [], values = [], attached = [], style } = use.table
  const isListed = (text: string) => [flags, values, attached].some((names) => names.includes(text))
  const of = (apart: readonly string[], together: string) => (isListed(together) ? [] : [{ use, apart, together: [together] }])
  const clusters = isCluster(use.table) ? short(flags).flatMap((a) => short(flags).flatMap((b) => of([a, b], `${a}${b.slice(1)}`))) : []
  const glued = isCluster(use.table) ? short(values).flatMap((o) => of([o, 'V'], `${o}V`)) : []
  const equals = style === 'separate' ? [] : long(values).flatMap((o) => of([o, 'V'], `${o}=V`))
  return [...clusters, ...glued, ...equals]
}

const spellings = uses.flatMap(spellingsOf)

t.test('-a -b is -ab, -o V is -oV, --o V is --o=V: the same options and operands', async (t) => {
  t.ok(uses.length > 100, 'there are tables to try')
  const different = spellings.filter(({ use, apart, together }) => {
    const [one, other] = [apart, together].map((words) => JSON.stringify(read(use.table, [...words, '/d/x', '/d/y'])))
    return one !== other || one?.startsWith('"what') === true
  })
  t.strictSame(
    different.map(({ use, together }) => `${use.program} ${together.join(' ')}`),
    [],
  )
})

/** What a rehearsal says, without the spelling of the command and the numbers of runs. */
function outcomeOf(script: string): unknown {
  const { verdict, atomic, hazards, unknown, commands } = rehearsal(script, 'bash', persistent)
  const trace = commands.map(({ first, again, writes }) => ({ first, again, writes }))
  const found = hazards.map(({ obligation, rerun, outcome }) => `${obligation} ${rerun} ${outcome}`)
  return { verdict, atomic, hazards: found, unknown: unknown.length, trace }
}

const operandTexts = ['', '/d/x', '/d/x /d/y', 'install /d/x', 'create x', 's3 cp s3://b/x /d/x', 'cp gs://b/x /d/x', 'x < /d/y'] as const

t.test('-a -b is -ab, -o V is -oV, --o V is --o=V: the same verdict, hazards, statuses and files', async () => {
  fc.assert(
    fc.property(fc.constantFrom(...spellings), fc.constantFrom(...operandTexts), ({ use, apart, together }, operands) => {
      const line = (words: readonly string[]) => [use.program, ...use.before, ...words, operands].join(' ')
      const [one, other] = [apart, together].map((words) => JSON.stringify(outcomeOf(line(words))).replace(/of run \d+/g, 'of a run'))
      if (one !== other) throw new Error(`${line(together)}: ${other}, but ${line(apart)}: ${one}`)
    }),
    { numRuns: 600 },
  )
})

t.test('an unknown option never makes a verdict milder', async () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    safe: ['safe', 'unknown'],
    unsafe: ['unsafe', 'unknown'],
    unknown: ['unknown'],
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...uses),
      fc.constantFrom(...operandTexts),
      fc.constantFrom('--qqq', '--qqq=1', '-ÿ', '--qqq 1'),
      ({ program, before, table }, operands, option) => {
        const start = [program, ...before].join(' ')
        const plain = rehearsal(`${start} ${operands}`, 'bash', persistent).verdict
        const odd = rehearsal(`${start} ${option} ${operands}`, 'bash', persistent).verdict
        const isMilder = allowed[plain]?.includes(odd) !== true || (table.lenient === undefined && odd !== 'unknown')
        if (isMilder) throw new Error(`${start} ${option} ${operands}: ${plain}, then ${odd}`)
      },
    ),
    { numRuns: 600 },
  )
})

t.test('leniency has a reason, and every name of a table is one that the catalogue has', async (t) => {
  for (const { program, table } of uses) {
    t.ok(catalogue.has(program), program)
    if (table.lenient !== undefined) t.match(table.lenient, /^[A-Z].{20,}\.$/, program)
    const names = [table.flags, table.values, table.attached, table.pairs].flatMap((list) => [...new Set(list)])
    for (const name of names) t.match(name, /^--?[^-=\s]/, program)
    t.strictSame(
      names.filter((name, index) => names.indexOf(name) < index),
      [],
      `${program}: an option is a flag or has a value`,
    )
  }
})
