import t from 'tap'
import { noSiblings } from '../../../src/model/siblings.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import { inputOf, keyOf, type ScriptInput } from '../../../src/script/analysis/input.ts'
import * as fc from '../../support/properties.ts'
import { scriptInput } from '../../support/script-input.ts'

const base = scriptInput('mkdir "$DIR/$1"', {
  positional: [['a']],
  environment: new Map([['DIR', ['/data']]]),
  mounts: [{ path: '/data', storage: 'pod', volume: '0', subPath: '' }],
  texts: new Map([['/scripts/run.sh', 'true']]),
})

const word = fc.string({ maxLength: 8 })
const value = fc.array(fc.oneof(word, fc.record({ id: word, filled: fc.boolean() })), { maxLength: 3 })
const flavor = fc.record({ dialect: fc.constantFrom('bash', 'ash', 'posix'), userland: fc.constantFrom('gnu', 'busybox') } as const)
const mount = fc.record({
  path: word,
  storage: fc.constantFrom('pod', 'claim', 'node', 'read-only'),
  volume: word,
  subPath: word,
  filled: fc.boolean(),
  isFile: fc.boolean(),
  propagates: fc.boolean(),
  holdsLinks: fc.boolean(),
  readOnlyFiles: fc.record({ named: fc.dictionary(word, fc.boolean()), others: fc.boolean() }),
  plainFiles: fc.record({ named: fc.dictionary(word, fc.boolean()), others: fc.boolean() }),
} as const)

/** Other values of each field: a field that is added to the input does not compile without them. */
const fields: { readonly [Field in keyof ScriptInput]: fc.Arbitrary<ScriptInput[Field]> } = {
  text: word,
  positional: fc.array(value, { maxLength: 3 }),
  options: fc.record({ errexit: fc.boolean(), nounset: fc.boolean(), pipefail: fc.boolean() }),
  flavors: fc.array(flavor, { maxLength: 3 }),
  environment: fc.array(fc.tuple(word, value), { maxLength: 3 }).map((entries) => new Map(entries)),
  mounts: fc.array(mount, { maxLength: 3 }),
  texts: fc.array(fc.tuple(word, word), { maxLength: 3 }).map((entries) => new Map(entries)),
  reruns: fc.subarray(['retry', 'rerun', 'replace'] as const),
  user: fc.record(
    { obeysModes: fc.boolean(), hasGroup: fc.boolean(), cannotChown: fc.record({ uid: fc.option(fc.nat()) }) },
    { requiredKeys: ['obeysModes', 'hasGroup'] },
  ),
  workingFolder: word,
  unset: fc.array(word, { maxLength: 3 }),
}

for (const [field, values] of Object.entries(fields)) {
  t.test(`${field}: inputs have the same key only if it is the same`, async (t) => {
    const keyWith = (changed: unknown) => keyOf({ ...base, [field]: changed } as ScriptInput)
    fc.assert(
      fc.property(values as fc.Arbitrary<unknown>, values as fc.Arbitrary<unknown>, (one, other) => {
        const plain = (part: unknown) => JSON.stringify(part instanceof Map ? [...part] : part)
        return (keyWith(one) === keyWith(other)) === (plain(one) === plain(other))
      }),
      { numRuns: 200 },
    )
    t.pass()
  })
}

t.test('input and analysis are plain data', async (t) => {
  t.strictSame(structuredClone(base), base)
  const analysis = analyzeScript(base)
  t.equal(analysis.verdict, 'unsafe')
  t.strictSame(structuredClone(analysis), analysis)
  t.notMatch(Object.keys(analysis), ['script'])
})

t.test('the analysis of a copy of the input is the same', async (t) => {
  for (const text of [
    'mkdir /data/x',
    'until nc -z db 5432; do sleep 1; done',
    'echo {{',
    'if',
    'tail -f /dev/null',
    'cd /data && touch $1',
  ]) {
    t.strictSame(analyzeScript({ ...structuredClone(base), text }), analyzeScript({ ...base, text }))
  }
})

/** The key of the init container `i` of a pod. */
function keyIn(initContainers: readonly object[], volume = 'data'): string {
  const spec = {
    initContainers,
    volumes: [
      { name: volume, emptyDir: {} },
      { name: 'other', emptyDir: {} },
    ],
  }
  const workload = readWorkload(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
    { namespace: 'default', source: 'manifest' },
  )
  const container = workload?.containers().find(({ name }) => name === 'i')
  if (workload === undefined || container === undefined) throw new Error('no init container')
  const { input } = inputOf(container, workload, noSiblings)
  if (input === null) throw new Error('no script')
  return keyOf(input)
}

const init = (name: string, volume = 'data') => ({
  name,
  image: 'alpine:3',
  command: ['sh', '-c', 'mkdir /data/x'],
  volumeMounts: [{ name: volume, mountPath: '/data' }],
})

t.test('the place of a container in its pod and the names of volumes do not change the key', async (t) => {
  const key = keyIn([init('i')])
  t.equal(keyIn([init('before', 'other'), init('i'), init('after')]), key, 'other containers that do not write to its volume')
  t.equal(keyIn([init('i', 'renamed')], 'renamed'), key)
  t.not(keyIn([init('before'), init('i')]), key, 'an earlier container may have filled the volume')
})
