/** Compares how the facade, mvdan-sh and the shells parse every text of the tests that could be a script. */
import t from 'tap'
import { allDifferences } from './parsing/compare.ts'
import { unexplained } from './parsing/known.ts'
import { literalsIn } from './parsing/literals.ts'

t.setTimeout(240_000)

t.test('the facade and the other parsers agree on every text of the tests that could be a script', async (t) => {
  const texts = literalsIn(['test/script/*.ts', 'test/script/{commands,examples}/*.ts', 'test/oracle/*.ts', 'src/rules/init-*/*.test.ts'])
  const scripts = texts.filter((text) => /[\n;&|<>$`()]/.test(text) && /\w/.test(text) && !text.includes('\0'))
  t.ok(scripts.length > 500)
  t.strictSame(unexplained(allDifferences(scripts), new Set()), [])
})
