/** Runs of one rehearsal share what they have in common: the result is the same, and each further line costs the same. */

import t from 'tap'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import { randomScript, usableEffects } from '../../oracle/generator.ts'
import { Random } from '../../oracle/random.ts'
import { scriptInput } from '../../support/script-input.ts'
import { rehearsal } from './rehearsing.ts'

const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')

const analyzed = (text: string) => analyzeScript(scriptInput(text))

const shapes: readonly (readonly [string, (count: number) => string])[] = [
  ['directories', (count) => lines(count, (index) => `mkdir -p /data/d${index}`)],
  ['directories in a chain', (count) => `${lines(count, (index) => `mkdir -p /data/d${index} && \\`)}true\n`],
  ['directories in a condition', (count) => `if true; then\n${lines(count, (index) => `mkdir -p /data/d${index}`)}fi\n`],
  ['guarded files', (count) => lines(count, (index) => `[ -f /data/f${index} ] || echo x > /data/f${index}`)],
  ['lines of a new file', (count) => `echo begin > /data/f\n${lines(count, (index) => `echo ${index} >> /data/f`)}`],
  ['variables', (count) => lines(count, (index) => `x=/data/d${index}\nmkdir -p "$x"`)],
]

t.test('lines that are added to a file that is there already: hazards, and each further line costs the same', async (t) => {
  const scriptOf = (count: number) => lines(count, (index) => `echo ${index} >> /data/f`)
  const rehearsed = (count: number) => rehearsal(scriptOf(count))
  const [few, many] = [rehearsed(20), rehearsed(80)]
  t.match(few.hazards, [{ obligation: 'repeat', outcome: 'duplicates' }])
  t.match(many.hazards, [{ obligation: 'repeat', outcome: 'duplicates' }])
  // The square would be sixteen times as many.
  t.ok(many.steps < 9 * few.steps, `${few.steps} steps, then ${many.steps}`)
})

t.test('text that is added to a file is read by a later command: that runs again', async (t) => {
  const added = 'echo a >> /data/f\necho b >> /data/f\n'
  t.match(rehearsal(`${added}cp /data/f /data/g\n`).hazards, [{ outcome: 'duplicates' }, { command: 'cp /data/f /data/g' }])
  t.match(rehearsal(`${added}grep -qx b /data/f && echo c >> /data/f\n`).hazards, [{ outcome: 'duplicates' }])
  t.match(rehearsal('rm -f /data/f\necho a >> /data/f\necho b >> /data/f\n'), { verdict: 'safe', hazards: [] })
  t.match(rehearsal('ln -s /data/g /data/f\necho a >> /data/f\n').hazards, [{ command: 'echo a', outcome: 'duplicates' }])
})

for (const [name, scriptOf] of shapes) {
  t.test(`${name}: the steps grow with the lines, not with their square`, async (t) => {
    const [few, many] = [20, 80].map((count) => analyzed(scriptOf(count)))
    t.match(few, { verdict: 'safe', unknown: [] })
    t.match(many, { verdict: 'safe', unknown: [] })
    // Units that are taken over count a little, so it is more than four times as many. The square would be sixteen times.
    t.ok((many?.steps ?? 0) < 7 * (few?.steps ?? 0), `${few?.steps} steps, then ${many?.steps}`)
  })
}

t.test(
  'a rerun ends as soon as nothing differs from a rerun that ended well: a line costs the same, whatever comes after it',
  async (t) => {
    const stepsOf = (count: number) => analyzed(lines(count, (index) => `mkdir -p /data/d${index}`)).steps
    const [few, many] = [stepsOf(20), stepsOf(80)]
    // Units before the difference are passed without doing again what they did.
    t.ok(many < 4.5 * few, `${few} steps, then ${many}`)
    const unread = (count: number) => analyzed(`${lines(count, (index) => `mkdir -p /data/d${index}`)}ls /data > /work/x\n`)
    t.match(unread(30), { verdict: 'safe', unknown: [] }, 'a command at the end reads what all of them left')
    // 200 lines were too long, when each rerun went through all of them.
    t.match(analyzed(lines(200, (index) => `mkdir -p /data/d${index}`)), { verdict: 'safe', unknown: [] })
    t.match(analyzed(`echo begin > /data/f\n${lines(199, (index) => `echo ${index} >> /data/f`)}`), { verdict: 'safe', unknown: [] })
  },
)

t.test('a rerun that differs until its end goes there, wherever the difference began', async (t) => {
  const filler = lines(10, (index) => `mkdir -p /data/d${index}`)
  t.match(analyzed(`set -e\n${filler}[ -f /data/f ] || echo x > /data/f\n${filler}mkdir /data/e\n${filler}`), { hazards: [{ line: 23 }] })
  t.match(analyzed(`set -e\nmkdir -p /data/a\n${filler}[ -d /data/a ] && touch /data/b\n${filler}[ -f /data/b ] && mkdir /data/c\n`), {
    hazards: [{ line: 24 }],
  })
  // Assumptions of another case decide otherwise.
  t.match(analyzed(`set -e\n${filler}if [ -f /img/x ] ; then mkdir /data/c; fi\n${filler}true\n`), {
    verdict: 'unsafe',
    hazards: [{ line: 12 }],
  })
})

t.test('a script in a function is one unit: its runs share nothing, and the result is the same', async (t) => {
  const random = new Random(7)
  const effects = usableEffects(() => true)
  const differing: string[] = []
  let decided = 0
  for (let count = 0; count < 100; count++) {
    const text = randomScript(random, effects).replaceAll('@@', '')
    // A function has another status and other parameters.
    if (/\$\?|\$[#@*1]|return|exit|trap|local|\bset -- /.test(text)) continue
    const [shared, alone] = [analyzed(text), analyzed(`main() {\n${text}\n}\nmain\n`)]
    const isCut = [shared, alone].some(({ unknown }) => unknown.some(({ why }) => /too (?:long|many)|cases/.test(why)))
    if (isCut) continue
    decided++
    const summaryOf = ({ verdict, atomic, hazards }: typeof shared, first: number) => ({
      verdict,
      atomic,
      hazards: hazards.map(({ line, obligation, rerun, outcome, status, place }) => ({
        line: line - first,
        obligation,
        rerun,
        outcome,
        status,
        place,
      })),
    })
    const [one, other] = [summaryOf(shared, 0), summaryOf(alone, 1)]
    if (JSON.stringify(one) !== JSON.stringify(other)) differing.push(`${text}\n${JSON.stringify(one)}\n${JSON.stringify(other)}`)
  }
  t.ok(decided > 25, `${decided} scripts`)
  t.strictSame(differing, [])
})

t.test('what a killed command leaves is its own, although a later command adds to it', async (t) => {
  const text = '[ -d /data/r ] || git clone -q https://git.example/r.git /data/r\ntar xf /img/pack.tar -C /data\n'
  const { hazards } = analyzed(text)
  t.match(
    hazards.filter(({ obligation }) => obligation === 'interrupted'),
    [{ line: 1, program: 'git clone', place: { path: '/data/r' } }],
  )
})

t.test('assumptions that do not depend on each other: too many cases, found without trying them', async (t) => {
  const why = [{ why: 'the script depends on too many conditions that are not in the input' }]
  const filters = (count: number) => lines(count, (index) => `cat /defaults/f${index} | grep -v x > /data/f${index}`)
  const guards = (count: number) => lines(count, (index) => `[ -f /img/f${index} ] && cp /img/f${index} /data/f${index}`)
  t.match(rehearsal(filters(4)), { verdict: 'safe', unknown: [] })
  for (const scriptOf of [filters, guards]) {
    const found = rehearsal(`${scriptOf(20)}true\n`)
    t.match(found, { verdict: 'unknown', unknown: why })
    t.ok(found.steps < 600, `${found.steps} steps`)
  }
  // The first assumption decides whether any other is made.
  const nested = `if [ -f /img/a ]; then\n${filters(9)}fi\n`
  t.ok(rehearsal(nested).steps > 600)
})

t.test('dates, tests and loops: runs share only what is the same in each of them', async (t) => {
  t.match(analyzed('date > /data/a\necho x > /data/b\n'), { verdict: 'safe' })
  t.match(analyzed('mkdir -p /data/d\n[ -f /data/f ] || { echo x > /data/f; mkdir /data/e; }\n'), { hazards: [{ line: 2 }] })
  t.match(analyzed('set -e\nmkdir -p /data/d\nuntil nc -z db 5432; do sleep 1; done\nmkdir /data/e\n'), { hazards: [{ line: 4 }] })
})
