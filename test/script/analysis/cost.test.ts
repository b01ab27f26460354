/** The work of an analysis is limited, and grows no faster than the script. Counted, not timed. */
import t from 'tap'
import { analyzeScript, maxStepsPerScript } from '../../../src/script/analysis/analyze.ts'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { maxSteps } from '../../../src/script/machine/machine.ts'
import { factsOf, maxWords } from '../../../src/script/shape/facts.ts'
import { maxScriptLength, parseScript } from '../../../src/script/syntax/parse.ts'
import { scriptInput } from '../../support/script-input.ts'

const long = 'x'.repeat(60_000)

const flavors = [
  { dialect: 'posix', userland: 'gnu' },
  { dialect: 'bash', userland: 'gnu' },
  { dialect: 'ash', userland: 'busybox' },
] as const

const analyzed = (text: string) => analyzeScript(scriptInput(text, { flavors, environment: new Map([['LONG', [long]]]) }))

/** Repeats a part up to a length; `%` is replaced by a number that differs each time. */
function repeated(part: string, length: number): string {
  let text = ''
  for (let index = 0; text.length + part.length + 4 < length; index++) text += part.replaceAll('%', String(index))
  return text
}

/** Parts that cost most per byte, found by trying. */
const costly: Readonly<Record<string, (length: number) => string>> = {
  'commands that do nothing': (length) => repeated(':;', length),
  'nested loops': (length) => repeated(`${'while true; do '.repeat(45)}:${'; done'.repeat(45)}\n`, length),
  'nested substitutions': (length) => repeated('x=$(echo $(echo $(echo a)));', length),
  'wrappers of wrappers': (length) => `${repeated('timeout 1 ', length)}a`,
  'env of env': (length) => `${repeated('env ', length)}a`,
  'long values': (length) => repeated('echo "$LONG" >> /data/f%\n', length),
  'copies of directories': (length) => repeated('cp -r /a% /data/b; rm -f /data/x%; touch /data/x%\n', length),
  'guards of downloads': (length) => repeated('[ -f /data/f% ] || curl -o /data/f% http://x/%\n', length),
  'edits of one file': (length) => repeated('sed -i s/a%/b/ /data/f\n', length),
  'globs over many files': (length) => `cd /data; touch ${repeated('f% ', length / 2)}\n${repeated('ls f*; cat f* > all%\n', length / 2)}`,
  'shells of shells': (length) => repeated(`eval "eval 'mkdir /data/%'";`, length),
  'statements of SQL': (length) => `psql -c "${repeated('insert into a values (1);', length)}"`,
}

const lengths = [1, 2, 4, 8].map((factor) => factor * 8000)

for (const [name, textOf] of Object.entries(costly)) {
  t.test(`${name}: the number of steps is limited`, async (t) => {
    for (const length of lengths) {
      const { steps, verdict } = analyzed(textOf(length))
      // Each shell may finish the run that exceeds its share.
      t.ok(steps <= maxStepsPerScript + flavors.length * (maxSteps + 1), `${length} characters: ${steps} steps`)
      t.ok(['safe', 'unsafe', 'unknown'].includes(verdict))
    }
  })

  t.test(`${name}: the facts are read in linear time`, async (t) => {
    const read = lengths.map((length) => {
      const budget = { left: maxWords }
      factsOf(parseScript(textOf(length)).body, new Map([['LONG', long]]), catalogue, () => 1, budget)
      return maxWords - Math.max(0, budget.left)
    })
    for (const [index, amount] of read.entries()) {
      const before = read[index - 1]
      // Numbers get longer, and the first part is not repeated.
      if (before !== undefined) t.ok(amount <= 2.3 * before + 1000, `${before} characters, then ${amount}`)
    }
  })
}

t.test('loops within loops: each word is read a fixed number of times, whatever the nesting', async (t) => {
  const readIn = (levels: number) => {
    const budget = { left: maxWords }
    const text = `${'while true; do '.repeat(levels)}${repeated('curl http://host%/;', 4000)}${'; done'.repeat(levels)}`
    t.ok(factsOf(parseScript(text).body, new Map(), catalogue, () => 1, budget))
    return maxWords - budget.left
  }
  t.ok(readIn(40) < 1.2 * readIn(1))
})

t.test('a value that a short script repeats too often: no facts, and no crash', async (t) => {
  const text = repeated('echo $LONG;', 1000)
  t.equal(
    factsOf(parseScript(text).body, new Map([['LONG', long]]), catalogue, () => 1),
    null,
  )
  t.not(
    factsOf(parseScript(text).body, new Map([['LONG', 'short']]), catalogue, () => 1),
    null,
  )
})

t.test('a text that no shell gets is not parsed', async (t) => {
  const template = repeated('#{{', maxScriptLength)
  t.match(analyzed(template), { verdict: 'unknown', steps: 0, facts: null, unknown: [{ line: 1 }] })
  t.match(analyzed(`${repeated(':;', 1000)}\r\n`), { verdict: 'unknown', steps: 0, facts: null })
})

t.test('many here-documents: the script is not parsed', async (t) => {
  t.equal(parseScript(`cat ${repeated('<<a ', 60_000)}`).fault, 'the script has too many here-documents')
  t.equal(parseScript(`${repeated('cat <<E\na\nE\n', 8000)}`).fault, null)
})
