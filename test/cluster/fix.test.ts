/**
 * `lint --fix=all` and the real API server: what it fixed is applied like the original, without the warnings about it. The manifests are those of
 * test/cases, or of a directory in FIX_MANIFESTS; they are copied, and nothing is stored.
 */
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { at } from '../../src/model/json.ts'
import { root, shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { initlint, startInitlint } from './support/initlint.ts'

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl } = controlPlane
const { policyFolder } = await startInitlint(t, controlPlane, {
  registries: [{ match: 'docker.io/**', fragile: true }],
  rules: { 'pull-always-pinned': 'fix', 'pull-policy-defaulted': 'fix' },
})

const directory = process.env.FIX_MANIFESTS ?? join(root, 'test/cases')
const copy = mkdtempSync(join(tmpdir(), 'initlint-fix-'))
t.teardown(() => rmSync(copy, { recursive: true, force: true }))
cpSync(directory, copy, { recursive: true })
// The originals may be read-only, which --fix respects.
for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) chmodSync(join(copy, name), 0o755)

/** A finding, as far as it is compared. */
interface Found {
  readonly rule: string
  readonly file: string
  readonly container: string | null
}

interface Output {
  readonly fixed: readonly Found[]
  readonly diagnostics: readonly (Found & { readonly action: string })[]
  readonly files: readonly string[]
}

/** A dry run by the API server: the exit code, the warnings, and what else kubectl prints. */
async function created(path: string): Promise<{ code: number; warnings: readonly string[]; errors: readonly string[] }> {
  const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', path])
  const lines = stderr.split('\n').filter((line) => line !== '')
  const warnings = lines.filter((line) => line.startsWith('Warning: '))
  return { code, warnings, errors: lines.filter((line) => !warnings.includes(line)).map((line) => line.replaceAll(path, '')) }
}

/** Whether a warning is about a finding. The same rule may report another container: the API server does not say which values were set. */
function isAbout(warning: string, { rule, container }: Found): boolean {
  return warning.startsWith(`Warning: [${rule}] `) && (container === null || warning.includes(`"${container}"`))
}

/** The namespaces of the objects of a file. */
function namespacesIn(path: string): readonly string[] {
  const { documents } = readManifest(readFileSync(path, 'utf8'))
  return documents.flatMap(({ value }) => {
    const name = at(value, 'metadata', 'namespace')
    return typeof name === 'string' ? [name] : []
  })
}

t.test('fixed manifests are accepted like the originals, without the warnings about what was fixed', async (t) => {
  const args = ['lint', '--policy', policyFolder.path, '--fix=all', '--format', 'json', copy]
  const output = JSON.parse((await initlint(args)).stdout) as Output
  const counts = { files: output.files.length, fixed: output.fixed.length, accepted: 0, gone: 0 }
  const namespaces = new Set<string>()
  for (const path of output.files) {
    for (const name of namespacesIn(path)) {
      if (!namespaces.has(name)) await kubectl(['create', 'namespace', name])
      namespaces.add(name)
    }
    const [before, after] = [await created(join(directory, path.slice(copy.length + 1))), await created(path)]
    t.strictSame([after.code, after.errors], [before.code, before.errors], path)
    if (after.code === 0) counts.accepted++
    const isLeft = ({ rule, container }: Found) =>
      output.diagnostics.some((found) => found.file === path && found.rule === rule && found.container === container)
    for (const found of output.fixed.filter((each) => each.file === path && !isLeft(each))) {
      t.notOk(
        after.warnings.some((warning) => isAbout(warning, found)),
        `${path}: ${found.rule} ${found.container}`,
      )
      if (before.warnings.some((warning) => isAbout(warning, found))) counts.gone++
    }
  }
  t.comment(`${directory}: ${JSON.stringify(counts)}`)
  t.ok(counts.accepted > 0 && counts.gone > 0, JSON.stringify(counts))
  if (process.env.FIX_MANIFESTS === undefined) t.ok(counts.accepted > 10 && counts.gone > 5, JSON.stringify(counts))
})
