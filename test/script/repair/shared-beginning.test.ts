/** A changed script shares its statements up to the first difference with the script before the change. */
import t, { type Test } from 'tap'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import { withBeginningOf } from '../../../src/script/repair/shared-beginning.ts'
import { unitsOf } from '../../../src/script/shell/units.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { scriptInput } from '../../support/script-input.ts'

/** The texts of the units of a changed script that are those of the other script, which have the same numbers then. */
function shared(t: Test, text: string, changed: string): readonly string[] {
  const [other, parsed] = [parseScript(text).body, parseScript(changed).body]
  const body = withBeginningOf(other, parsed)
  t.strictSame(body, parsed, 'the script is the same')
  const before = unitsOf(other)
  const common = [...unitsOf(body)].filter(([statement]) => before.has(statement))
  for (const [statement, number] of common) t.equal(before.get(statement), number)
  return common.map(([{ span }]) => changed.slice(span.start, span.end))
}

t.test('statements before the first difference are shared, those after it are not', async (t) => {
  t.strictSame(shared(t, 'a\nb\nc\n', 'a\n[ -e x ] || b\nc\n'), ['a'])
  t.strictSame(shared(t, 'a\nb\nc\n', 'a\nb\nc -f\n'), ['a', 'b'])
  // The same length: all offsets are equal, but the numbers of the steps may differ.
  t.strictSame(shared(t, 'a\nb 1\nc\n', 'a\nb;d\nc\n'), ['a'])
  t.strictSame(shared(t, 'a\nb\n', ' a\nb\n'), [])
  t.strictSame(shared(t, 'a\n', 'a\nb\n'), ['a'])
})

t.test('within conditions, groups and chains, what comes before the difference is shared', async (t) => {
  t.strictSame(shared(t, 'if a; then b; c; fi\nd\n', 'if a; then b; c -f; fi\nd\n'), ['a', 'b'])
  t.strictSame(shared(t, '{ a; b; }\n', '{ a; b -f; }\n'), ['a'])
  t.strictSame(shared(t, 'a && b && c\n', 'a && b && c -f\n'), ['a', 'b'])
  // A command whose failure did not count before is no longer the same.
  t.strictSame(shared(t, 'a && b\n', 'a && b || c\n'), ['a'])
  t.strictSame(shared(t, 'a && b\n', 'a || b\n'), ['a'])
  t.strictSame(shared(t, 'for x in 1; do a; b; done\n', 'for x in 1; do a; c; done\n'), [])
})

t.test('a background command depends on the next one', async (t) => {
  t.strictSame(shared(t, 'a\nb & \nwait\n', 'a\nb & \nc\n'), ['a'])
})

t.test('a repair of the last line does not run the lines before it again', async (t) => {
  const stepsOf = (last: string) => {
    const lines = Array.from({ length: 30 }, (_, index) => `echo ${index} | cat | sed s/a/b/ | grep -v x\n`).join('')
    return analyzeScript(scriptInput(`set -e\n${lines}${last}\n`))
  }
  const [safe, repaired] = [stepsOf('mkdir -p /data/d'), stepsOf('mkdir /data/d')]
  t.match([safe.verdict, repaired.verdict], ['safe', 'unsafe'])
  t.ok(repaired.hazards[0]?.fix, 'repaired')
  t.ok(repaired.steps < safe.steps + 60, `${safe.steps} steps, then ${repaired.steps}`)
})
