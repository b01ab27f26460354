import t from 'tap'
import { caseNames, diagnosed, readCase } from './read-case.ts'

t.ok(caseNames.length >= 24, 'the cases are there')

for (const name of caseNames) {
  t.test(name, (t) => {
    const given = readCase(name)
    const [found, ...more] = diagnosed(given)
    t.strictSame(more, [], 'one diagnosis')
    if (found === undefined) throw new Error('no diagnosis')
    const { stage, container, cause, waitingHelps, nextSeconds } = given.expect
    t.strictSame(
      { stage: found.stage, cause: found.cause.class, helps: found.waiting.helps },
      { stage: { kind: stage, container }, cause, helps: waitingHelps },
    )
    t.ok(found.now.length > 0, 'it says what to do')
    t.notMatch(JSON.stringify(found), /\{\{|undefined|DEFAULT|LOGS|REPLACE-POD|DELETE-/, 'every text is complete')
    if (nextSeconds !== undefined) {
      const seconds = (time: string | null) => (Date.parse(time ?? '') - Date.parse(given.now)) / 1000
      t.ok(seconds(found.next.at) >= nextSeconds[0], `not before ${nextSeconds[0]} s`)
      t.ok(seconds(found.next.by) <= nextSeconds[1], `not after ${nextSeconds[1]} s`)
    }
    t.end()
  })
}
