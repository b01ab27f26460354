/** The facts that docs/who-sees-what.md must show; that it is up to date is tested with all generated files. */
import { readFileSync } from 'node:fs'
import t from 'tap'

const page = readFileSync(new URL('../../docs/who-sees-what.md', import.meta.url), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '))
const [head = []] = rows.filter(([first]) => first === 'client')
const requests = rows.filter((cells) => cells.length === head.length && cells[0] !== 'client' && cells[0] !== '---')

/** The cells of one column, for the clients whose names match. */
const column = (name: string, client: RegExp, request = /./) =>
  requests
    .filter(([who = '', what = '']) => client.test(who) && request.test(what))
    .map((cells) => `${cells[1]}: ${cells[head.indexOf(name)]}`)

t.test('built-in controllers are never denied, except by everyPod', async (t) => {
  const all = column('deny', /^`/)
  t.ok(all.length >= 9)
  for (const cell of all) t.notMatch(cell, 'denied')
  for (const cell of column('deny, everyPod', /^`/, /^create/)) t.match(cell, 'denied')
  t.match(column('deny', /^another account$/), [/denied/])
})

t.test('people, Helm and pipelines get the same answers; what they changed is denied, the rest is not', async (t) => {
  t.equal(column('warn', /a person.*Helm.*a pipeline/).length, 6)
  t.match(column('deny', /a person/, /set the image/), [/denied/])
  t.match(column('deny', /a person/, /environment/), [/: warning$/])
  t.match(column('warn', /a person/, /environment/), [/: counted$/])
  t.match(column('deny, everyPod, for Pods only', /a person/, /create a Deployment/), [/its Pods will be refused/])
})

t.test('no client in exceptUsers and no controller gets a warning, and their Events are on the owner', async (t) => {
  for (const name of ['warn', 'deny']) {
    for (const cell of [...column(name, /exceptUsers/), ...column(name, /^`/)]) t.notMatch(cell, 'warning')
  }
  t.match(column('warn', /replicaset-controller/), [/Event on ReplicaSet/])
})

t.test('every answer in the tables is explained, and every explained answer is in the tables', async (t) => {
  const explained = rows
    .filter((cells) => cells.length === 2)
    .map(([answer = '']) => answer.replace(/ X$/, '').replace(/^warning: .*/, 'warning: '))
  const cells = requests.flatMap((row) => row.slice(2))
  const kindOf = (cell: string) => explained.filter((answer) => cell.startsWith(answer)).sort((a, b) => b.length - a.length)[0]
  for (const cell of cells) t.ok(kindOf(cell) !== undefined, cell)
  for (const answer of explained.filter((text) => text !== 'answer' && text !== '---')) {
    t.ok(
      cells.some((cell) => kindOf(cell) === answer),
      answer,
    )
  }
})
