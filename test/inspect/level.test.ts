import t from 'tap'
import { type Level, levelOf } from '../../src/inspect/index.ts'
import type { Action, Severity } from '../../src/lint/rule.ts'

t.test('the level: error for denials and severity error, note for audit, warning otherwise', async (t) => {
  const levels: readonly (readonly [Action, Severity, Level])[] = [
    ['deny', 'info', 'error'],
    ['deny', 'error', 'error'],
    ['warn', 'error', 'error'],
    ['warn', 'warning', 'warning'],
    ['warn', 'info', 'warning'],
    ['fix', 'info', 'warning'],
    ['audit', 'error', 'note'],
    ['audit', 'info', 'note'],
  ]
  for (const [action, severity, level] of levels) t.equal(levelOf({ action, severity }), level, `${action}, ${severity}`)
})

t.test('the level of a silenced finding is note', async (t) => {
  const denial = { action: 'deny', severity: 'error' } as const
  t.equal(levelOf({ ...denial, exempted: { by: 'a comment', reason: 'known' } }), 'note')
  t.equal(levelOf({ ...denial, baselined: true }), 'note')
})
