/** The values of `scan --if`, and which images a glob means. */
import t from 'tap'
import { parseImageReference } from '../../../src/model/image-reference.ts'
import { outageOf, readDrillCondition } from '../../../src/scan/drill/conditions.ts'

function reference(image: string) {
  const parsed = parseImageReference(image)
  if (!parsed.ok) throw new Error(image)
  return parsed.value
}

t.test('conditions are read, and a problem is one sentence', async (t) => {
  t.same(readDrillCondition('registry-down=docker.io/**'), { ok: true, condition: { kind: 'registry-down', glob: 'docker.io/**' } })
  t.same(readDrillCondition('node-lost=a'), { ok: true, condition: { kind: 'node-lost', node: 'a' } })
  t.same(readDrillCondition('drain=a'), { ok: true, condition: { kind: 'drain', node: 'a' } })
  for (const text of ['', 'registry-down', 'registry-down=', 'drain= ', 'power-cut=a', `registry-down=${'a'.repeat(300)}`]) {
    const read = readDrillCondition(text)
    t.equal(read.ok, false, text)
    t.notMatch(read.ok ? '' : read.problem, /\n/)
  }
})

t.test('a glob without a slash is a whole host; hosts are compared in one form', async (t) => {
  const hits = (glob: string, image: string) => outageOf([{ kind: 'registry-down', glob }]).hits(reference(image))
  for (const glob of ['docker.io', 'docker.io/**', 'DOCKER.IO', 'docker.io/library/*', 'docker.io/library/nginx', '*']) {
    t.equal(hits(glob, 'nginx:1'), true, glob)
  }
  t.equal(hits('docker.io', 'index.docker.io/library/nginx'), true)
  t.equal(hits('docker.io', 'registry-1.docker.io/library/nginx'), true, 'another name of the same registry')
  t.equal(hits('registry.example:443', 'registry.example/a'), true)
  t.equal(hits('docker.io/library/*', 'acme/app'), false)
  t.equal(hits('docker.io', 'quay.io/docker.io/a'), false)
  t.equal(hits('quay.io', 'quay.io:5000/a'), false)
})

t.test('globs that match no image are reported', async (t) => {
  const outage = outageOf([
    { kind: 'registry-down', glob: 'docker.io' },
    { kind: 'registry-down', glob: 'ghcr.io' },
    { kind: 'drain', node: 'a' },
  ])
  t.equal(outage.hits(reference('nginx')), true)
  t.same(outage.unmatched(), ['ghcr.io'])
})
