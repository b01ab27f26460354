import t from 'tap'
import { createRegistry } from '../../src/lint/registry.ts'
import { type AnyRule, defineRule, type RuleMeta } from '../../src/lint/rule.ts'

type Meta = RuleMeta<string, object>

const meta: Meta = {
  id: 'rule',
  category: 'image',
  severity: 'info',
  recommended: 'audit',
  fixKind: 'none',
  since: '0.1.0',
  summary: 'A rule.',
  rationale: 'For tests.',
  remediation: 'Do something.',
  references: [],
  messages: { found: 'found' },
  optionsSchema: { type: 'object', additionalProperties: false, properties: {} },
  defaultOptions: {},
}

const rule = (more: Partial<Meta>): AnyRule => defineRule({ meta: { ...meta, ...more }, *check() {} })

t.test('fixing lists the rules with a fix by precedence', async (t) => {
  const last = rule({ id: 'last', fixKind: 'safe', fixPrecedence: 9 })
  const first = rule({ id: 'first', fixKind: 'safe', fixPrecedence: 1 })
  const { rules, fixing } = createRegistry([last, rule({ id: 'other' }), first])
  t.equal(rules.length, 3)
  t.same(fixing, [first, last])
})

t.test('a former id is mapped to the new id, but is not an alias', async (t) => {
  const registry = createRegistry([rule({ id: 'new-name', formerId: 'old-name' })])
  t.equal(registry.renamed('old-name'), 'new-name')
  t.equal(registry.get('old-name'), undefined)
  t.equal(registry.renamed('new-name'), undefined)
})

t.test('an invalid rule throws an error that names its id', async (t) => {
  const wrong: readonly (readonly AnyRule[])[] = [
    [rule({ id: 'Wrong' })],
    [rule({ id: 'wrong' }), rule({ id: 'wrong' })],
    [rule({ id: 'wrong', remediation: 'No period' })],
    [rule({ id: 'wrong', messages: {} })],
    [rule({ id: 'wrong', fixKind: 'safe' })],
    [rule({ id: 'wrong', fixPrecedence: 1 })],
    [rule({ id: 'wrong', fixKind: 'safe', fixPrecedence: 1 }), rule({ id: 'other', fixKind: 'safe', fixPrecedence: 1 })],
    [rule({ id: 'other', formerId: 'wrong' }), rule({ id: 'wrong' })],
  ]
  for (const rules of wrong) t.throws(() => createRegistry(rules), /rule id "wrong"|rule "wrong"|id "Wrong"/)
})
