/** Runs every case of test/inspect/cases through `explain`; its README.md explains the lines that state what is expected. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { explainInputs, renderExplainText } from '../../src/inspect/index.ts'

const directory = join(import.meta.dirname, 'cases')
const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'))
const expectation = /^# explain ?(.*?): (.*)$/gm
const verdicts = ['running', 'completed', 'failed', 'retrying', 'waiting', 'rejected']

t.test('there are cases', async (t) => {
  t.ok(names.length > 0, `${names.length} cases`)
})

for (const name of names) {
  t.test(`${name}: explain prints what the case states`, async (t) => {
    const text = readFileSync(join(directory, name), 'utf8')
    const lines = [...text.matchAll(expectation)]
    t.ok(lines.length > 0, 'the case states what it expects')
    for (const [, conditions = '', wanted = ''] of lines) {
      const { timelines, errors } = explainInputs([{ file: null, text }], {
        namespace: 'default',
        conditions: conditions.split(' ').filter((condition) => condition !== ''),
      })
      t.strictSame(errors, [])
      const parts = wanted.split(' | ')
      t.equal(timelines.length, parts.length, `${parts.length} timelines`)
      for (const [index, part] of parts.entries()) {
        if (part === '*') continue
        const [, verdict = '', words = ''] = /^(\w+) "(.+)"$/.exec(part) ?? []
        t.ok(verdicts.includes(verdict), `a verdict in ${part}`)
        const entry = timelines[index]
        if (entry === undefined) continue
        t.equal(entry.verdict, verdict, conditions)
        t.ok(renderExplainText({ timelines: [entry], errors: [] }, false).includes(words), words)
      }
    }
  })
}
