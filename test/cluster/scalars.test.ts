/** Compares how our reader and kubectl read scalars. No server is involved: `label --local` only prints the object. */
import { join } from 'node:path'
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { member } from '../../src/model/json.ts'
import { generatedScalars, listOf, refusedScalars, scalars } from '../support/scalars.ts'
import { type Finished, run } from './support/processes.ts'
import { binaries } from './support/programs.ts'

function kubectl(manifest: string): Promise<Finished> {
  const args = ['label', '--local', '--filename=-', '--output=json', 'read=true']
  return run(join(binaries, 'kubectl'), args, { input: manifest, env: { KUBECONFIG: '/nowhere' } })
}

async function sent(sources: readonly string[]): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await kubectl(listOf(sources))
  if (code !== 0) throw new Error(stderr)
  return member(JSON.parse(stdout), 'spec') as readonly unknown[]
}

function read(sources: readonly string[]): readonly unknown[] {
  return member(readManifest(listOf(sources)).documents[0]?.value, 'spec') as readonly unknown[]
}

t.test('kubectl reads every scalar of the table as the table has it', async (t) => {
  const theirs = await sent(scalars.map(([source]) => source))
  for (const [index, [source, value]] of scalars.entries()) t.strictSame(theirs[index], value, source)
})

t.test('kubectl rejects every scalar that the table has as rejected', async (t) => {
  for (const source of refusedScalars) t.not((await kubectl(listOf([source]))).code, 0, source)
})

t.test('generated scalars are read as kubectl reads them', async (t) => {
  const sources = generatedScalars(30_000)
  const theirs = await sent(sources)
  const ours = read(sources)
  t.equal(theirs.length, sources.length)
  const differences = sources.map((source, index) => ({ source, theirs: theirs[index], ours: ours[index] }))
  t.same(differences.filter((entry) => !Object.is(entry.theirs, entry.ours)).slice(0, 10), [])
  // The comparison means little without many cases of each kind.
  t.ok(theirs.filter((value) => typeof value === 'number').length > 2_000)
  t.ok(theirs.filter((value) => typeof value === 'boolean').length > 500)
  t.ok(theirs.filter((value) => typeof value === 'string').length > 10_000)
})
