import t from 'tap'
import { absenceIn, asScript, asWord, environmentOf, expandReferences, unsetNames } from '../../../src/script/container/environment.ts'
import { literal, unknown } from '../../../src/script/value/value.ts'
import * as fc from '../../support/properties.ts'

t.test('env is read in order: an entry can refer to earlier ones, and the last entry with a name wins', async (t) => {
  const environment = environmentOf({
    env: [
      { name: 'A', value: 'one' },
      { name: 'B', value: '$(A)/two' },
      { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'URL', value: 'db://$(SECRET)@$(A)' },
      { name: 'EMPTY' },
      { name: 'A', value: 'last' },
      'no object',
      { value: 'no name' },
    ],
  })
  t.strictSame(environment.get('A'), literal('last'))
  t.strictSame(environment.get('B'), literal('one/two'))
  t.strictSame(environment.get('SECRET'), unknown('$SECRET'))
  t.strictSame(environment.get('URL'), ['db://', { id: '$SECRET' }, '@one'])
  t.strictSame(environment.get('EMPTY'), literal(''))
  t.equal(environment.size, 5)
})

t.test('2,000 variables that repeat one long value: only the first are known, so that their text stays bounded', async (t) => {
  const long = 'x'.repeat(60_000)
  const others = Array.from({ length: 1999 }, (_, index) => ({ name: `B${index}`, value: '$(A)' }))
  const environment = environmentOf({ env: [{ name: 'A', value: long }, ...others] })
  const known = [...environment.values()].flat().filter((piece) => typeof piece === 'string')
  t.equal(known.length, 4)
  t.strictSame(environment.get('B0'), literal(long))
  t.strictSame(environment.get('B1998'), unknown('$B1998'))
})

t.test('ConfigMaps of the input: envFrom comes before env, has a prefix, and $(NAME) can refer to it', async (t) => {
  const maps: Readonly<Record<string, ReadonlyMap<string, string>>> = {
    one: new Map([
      ['HOST', 'db'],
      ['PORT', '1'],
    ]),
    two: new Map([['PORT', '2']]),
  }
  const environment = environmentOf(
    {
      envFrom: [
        { configMapRef: { name: 'one' } },
        { prefix: 'OTHER_', configMapRef: { name: 'one' } },
        { configMapRef: { name: 'two' } },
        { secretRef: { name: 'one' } },
        { configMapRef: { name: 'hidden' } },
        'no object',
      ],
      env: [
        { name: 'URL', value: 'db://$(HOST):$(PORT)' },
        { name: 'HOST', value: 'own' },
        { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'two', key: 'PORT' } } },
        { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'two', key: 'none' } } },
        { name: 'HIDDEN', valueFrom: { configMapKeyRef: { name: 'hidden', key: 'PORT' } } },
      ],
    },
    (name) => maps[name],
  )
  t.strictSame(Object.fromEntries(environment), {
    HOST: literal('own'),
    PORT: literal('2'),
    OTHER_HOST: literal('db'),
    OTHER_PORT: literal('1'),
    URL: literal('db://db:2'),
    KEY: literal('2'),
    NONE: unknown('$NONE'),
    HIDDEN: unknown('$HIDDEN'),
  })
})

t.test('Kubernetes expands $(NAME) in command and args', async (t) => {
  const environment = environmentOf({
    env: [
      { name: 'DIR', value: '/data' },
      { name: 'pw', valueFrom: {} },
    ],
  })
  const expanded = (text: string) => expandReferences(text, environment)
  t.strictSame(expanded('ls $(DIR)'), ['ls /data'])
  t.strictSame(expanded('$$(DIR) $$HOME $$$(DIR)'), ['$(DIR) $HOME $/data'], '$$ is one $, and does not start a reference')
  t.strictSame(expanded('x$(pw)y'), ['x', { variable: 'pw' }, 'y'])
  t.strictSame(
    expanded('$(date +%s) $(hostname)'),
    ['$(date +%s) $(hostname)'],
    'text that is not the name of a variable reaches the shell',
  )
  t.strictSame(expanded('$(FROM_A_CONFIG_MAP)'), [{ variable: 'FROM_A_CONFIG_MAP' }], 'envFrom may set it')
  t.strictSame(expanded(`$((1 + 2)) \${DIR} $DIR`), [`$((1 + 2)) \${DIR} $DIR`])
  t.strictSame(expanded('open $(DIR'), ['open $(DIR'])
  t.strictSame(expanded(''), [])
})

t.test('expanded text as part of a script and as one word', async (t) => {
  const pieces = ["it's ", { variable: 'PW' }] as const
  t.equal(asScript(pieces), `it's \${PW}`)
  t.equal(asWord(pieces), `'it'\\''s '"\${PW}"`)
  t.equal(asWord(['/plain-word_1.txt']), '/plain-word_1.txt')
  t.equal(asWord([]), "''")
})

t.test('any text: nothing throws, and text without $ is unchanged', async (t) => {
  const environment = environmentOf({ env: [{ name: 'A', value: 'x' }] })
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', 'a', ' ', '{', '}'), maxLength: 60 }), (text) => {
      const pieces = expandReferences(text, environment)
      if (!text.includes('$')) t.equal(pieces.join(''), text)
      asWord(pieces)
    }),
  )
  t.equal(expandReferences('$(a'.repeat(50_000), environment).length, 1)
})

t.test('a variable that nothing can give stays as it is written', async (t) => {
  const isAbsent = absenceIn({ image: 'a' })
  const entry = (name: string, value: string) => ({ name, value })
  const environment = environmentOf({ env: [entry('A', '$(B)/$(C)/$$(B)'), entry('B', 'x'), entry('D', '$(B)')] }, undefined, isAbsent)
  t.strictSame(environment.get('A'), literal('$(B)/$(C)/$(B)'), 'a later entry does not count')
  t.strictSame(environment.get('D'), literal('x'))
  t.strictSame(expandReferences('$(A) $(C) $(b)', environment, isAbsent), ['$(B)/$(C)/$(B) $(C) $(b)'], 'values are not expanded again')
  t.strictSame(expandReferences('$(DB_PORT)', environment, isAbsent), [{ variable: 'DB_PORT' }], 'the variable of a Service')
  for (const name of ['AWS_REGION', 'DD_AGENT_HOST'])
    t.strictSame(expandReferences(`$(${name})`, environment, isAbsent), [{ variable: name }], 'a webhook may add it')
  for (const [title, container] of [
    ['envFrom may give it', { image: 'a', envFrom: [{ secretRef: { name: 's' } }] }],
    ['a patch', {}],
    ['more entries than are read', { image: 'a', env: Array.from({ length: 2001 }, () => entry('X', '')) }],
  ] as const)
    t.notOk(absenceIn(container)('C'), title)
})

t.test('names that Kubernetes leaves in a command', async (t) => {
  const names = (...texts: string[]) => [...unsetNames(texts, texts)]
  t.strictSame(names('$(A) $(B_1)', '$(date) $(a) $(D E) $(GET)'), ['A', 'B_1'])
  t.strictSame([...unsetNames(['$$(A) $(B)'], ['$(A) $(B)'])], ['B'], 'an escape is a command substitution')
  t.strictSame([...unsetNames(['$(A)'], [{ variable: 'A' }])], [], 'its value is only unknown')
  t.strictSame(names('$'.repeat(200_000), '$(A'.repeat(50_000)), [])
})
