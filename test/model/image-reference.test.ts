import assert from 'node:assert/strict'
import t from 'tap'
import { hasUpperCaseHost, parseImageReference } from '../../src/model/image-reference.ts'
import * as fc from '../support/properties.ts'

const hex = 'a'.repeat(64)

const valid: [text: string, registry: string, repository: string, tag: string | null, digest: string | null][] = [
  ['nginx', 'docker.io', 'library/nginx', null, null],
  ['luksa/kiada', 'docker.io', 'luksa/kiada', null, null],
  ['docker.io/nginx:1', 'docker.io', 'library/nginx', '1', null],
  ['index.docker.io/nginx', 'docker.io', 'library/nginx', null, null],
  ['localhost/x', 'localhost', 'x', null, null],
  ['localhost:5000/busybox', 'localhost:5000', 'busybox', null, null],
  ['reg.io:5000/a/b:v1.2', 'reg.io:5000', 'a/b', 'v1.2', null],
  ['[::1]:5000/x', '[::1]:5000', 'x', null, null],
  ['[2001:db8::1]/x/y:z', '[2001:db8::1]', 'x/y', 'z', null],
  [`img@sha256:${hex}`, 'docker.io', 'library/img', null, `sha256:${hex}`],
  [`img:latest@sha256:${hex}`, 'docker.io', 'library/img', 'latest', `sha256:${hex}`],
  [`x@sha512:${hex}${hex}`, 'docker.io', 'library/x', null, `sha512:${hex}${hex}`],
  ['a__b/c.d-e:_x', 'docker.io', 'a__b/c.d-e', '_x', null],
  ['LUKSA/kiada:UP', 'LUKSA', 'kiada', 'UP', null],
]

t.test('valid references: registry, repository, tag and digest after normalization', async (t) => {
  for (const [text, registry, repository, tag, digest] of valid) {
    t.same(parseImageReference(text), { ok: true, value: { registry, repository, tag, digest } }, text)
  }
})

const invalid: [text: string, fault: string][] = [
  ['', 'empty'],
  [hex, 'identifier'],
  ['ROOT', 'upper-case'],
  ['reg.io/Foo/bar', 'upper-case'],
  ['http://x', 'format'],
  ['a b', 'white-space'],
  ['nginx ', 'white-space'],
  ['nginx\n', 'white-space'],
  ['nginx:', 'format'],
  ['nginx:!!', 'format'],
  ['a:b:c', 'format'],
  [`a:${'t'.repeat(129)}`, 'format'],
  ['a/b@sha256:short', 'digest'],
  [`x@sha256:${'A'.repeat(64)}`, 'digest'],
  [`x@md5:${'a'.repeat(32)}`, 'digest'],
  ['a//b', 'format'],
  ['/x', 'format'],
  ['x/', 'format'],
  ['reg.io:port/x', 'format'],
  ['[::1/x', 'format'],
  ['[fe80::1%eth0]/x', 'format'],
  ['a___b', 'format'],
  ['a..b', 'format'],
  ['$(IMAGE)', 'upper-case'],
  ['a'.repeat(256), 'too-long'],
  ['a/'.repeat(3000), 'too-long'],
]

t.test('invalid references: the fault', async (t) => {
  for (const [text, fault] of invalid) t.same(parseImageReference(text), { ok: false, fault }, text.slice(0, 80))
})

t.test('an uppercase first component without a dot is an uppercase host', async (t) => {
  const upper = parseImageReference('LUKSA/kiada')
  const host = parseImageReference('Reg.io/kiada')
  t.ok(upper.ok && hasUpperCaseHost(upper.value))
  t.ok(host.ok && !hasUpperCaseHost(host.value))
})

t.test('the fully qualified text of a parsed reference parses to the same reference', async () => {
  const component = fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,4}){0,2}$/)
  const reference = fc.record({
    registry: fc.constantFrom('docker.io', 'localhost:5000', 'reg.example:443', '[::1]:5000'),
    repository: fc.array(component, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')),
    tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: null }),
    digest: fc.option(fc.constant(`sha256:${hex}`), { nil: null }),
  })
  fc.assert(
    fc.property(reference, (value) => {
      const text = `${value.registry}/${value.repository}${value.tag === null ? '' : `:${value.tag}`}${value.digest === null ? '' : `@${value.digest}`}`
      assert.deepEqual(parseImageReference(text), { ok: true, value: { ...value } })
    }),
    { numRuns: 300 },
  )
})

t.test('no text makes the parser throw', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => typeof parseImageReference(text).ok === 'boolean'))
})
