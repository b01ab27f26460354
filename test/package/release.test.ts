/** The files of a release: the bill of materials, the chart, the source maps and the checksums. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { load } from 'js-yaml'
import t from 'tap'
import { sbomOf } from '../../scripts/release/sbom.ts'
import { at } from '../../src/model/json.ts'
import { run } from '../cluster/support/processes.ts'
import { pathOf } from '../cluster/support/programs.ts'
import { filesIn, packageJson, release, root, temporary } from './support/release.ts'

const { directory, tarball } = release()
const { version } = packageJson
const read = (file: string): string => readFileSync(join(directory, file), 'utf8')

t.test('a release has the package, its maps, the bill of materials, the chart and their checksums', async (t) => {
  const files = [
    `initlint-${version}-source-maps.tgz`,
    `initlint-${version}.cdx.json`,
    `initlint-${version}.tgz`,
    `initlint-chart-${version}.tgz`,
  ]
  t.same(readdirSync(directory).sort(), ['SHA256SUMS', ...files])
  const sums = files.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex')}  ${file}\n`,
  )
  t.equal(read('SHA256SUMS'), sums.join(''))
  t.match(await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: directory }), { code: 0 })
})

t.test('the bill of materials is valid and lists exactly the packages of the bundle', async (t) => {
  const text = read(`initlint-${version}.cdx.json`)
  // The validator loads ajv, ajv-formats and ajv-formats-draft2019 by name: package.json lists them although nothing imports them.
  const fault = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)
  t.equal(fault, null)
  t.not(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text.replace('"type": "application"', '"type": "x"')), null)
  const bom = JSON.parse(text)
  t.match(bom.metadata.component, { type: 'application', name: 'initlint', version, purl: `pkg:npm/initlint@${version}` })
  const listed = (
    bom.components as {
      readonly purl: string
      readonly licenses: readonly unknown[]
      readonly hashes: readonly { readonly content: string }[]
    }[]
  ).map(({ purl, licenses, hashes }) => {
    t.ok(licenses.length > 0 && /^[0-9a-f]{128}$/.test(hashes[0]?.content ?? ''), purl)
    return decodeURIComponent(purl.slice('pkg:npm/'.length)).replace(/@([^@]+)$/, ' $1')
  })
  // The licenses come from the same bundle, by another way.
  const licenses = execFileSync('tar', ['-xzOf', tarball, 'package/dist/THIRD-PARTY-LICENSES.txt'], { encoding: 'utf8' })
  const licensed = licenses.split(`\n\n${'-'.repeat(80)}\n\n`).flatMap((part) => /^(\S+ \d\S*), \S+$/m.exec(part)?.[1] ?? [])
  t.same(listed.sort(), licensed.sort())
  for (const name of ['fastify', 'js-yaml', 'unbash', 'commander', '@kubernetes/client-node']) {
    t.ok(
      listed.some((each) => each.startsWith(`${name} `)),
      name,
    )
  }
  t.notOk(listed.some((each) => /^(?:typescript|tap|esbuild|@biomejs)/.test(each)))
  const [main, ...others] = bom.dependencies as { readonly ref: string; readonly dependsOn?: readonly string[] }[]
  t.equal(main?.ref, 'initlint')
  t.equal(main?.dependsOn?.length, listed.length)
  t.equal(others.length, listed.length)
})

t.test('a package that is not the locked one is an error', async (t) => {
  const home = temporary()
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(home, file))
  const inputs = (path: string) => ({ outputs: { a: { inputs: { [`${path}/index.js`]: { bytesInOutput: 1 } } } } })
  mkdirSync(join(home, 'node_modules/js-yaml'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules/js-yaml/package.json'), 'utf8'))
  const write = (value: object) =>
    execFileSync('tee', [join(home, 'node_modules/js-yaml/package.json')], {
      input: JSON.stringify(value),
      stdio: ['pipe', 'ignore', 'inherit'],
    })
  write(manifest)
  t.match(JSON.parse(sbomOf(inputs('node_modules/js-yaml'), home)), { components: [{ name: 'js-yaml', version: manifest.version }] })
  t.equal(sbomOf(inputs('node_modules/js-yaml'), home), sbomOf(inputs('node_modules/js-yaml'), home), 'the same bundle has the same bill')
  write({ ...manifest, version: '0.0.1' })
  t.throws(() => sbomOf(inputs('node_modules/js-yaml'), home), /js-yaml 0\.0\.1/)
  write({ ...manifest, license: undefined })
  t.throws(() => sbomOf(inputs('node_modules/js-yaml'), home), /no license/)
})

t.test('the chart in the release is the chart of the project, and passes helm lint', async (t) => {
  const chart = join(directory, `initlint-chart-${version}.tgz`)
  const lint = await run(pathOf('helm'), ['lint', '--strict', chart, '--set', 'image.repository=registry.corp.example/initlint'])
  t.equal(lint.code, 0, lint.stdout + lint.stderr)
  const shown = load((await run(pathOf('helm'), ['show', 'chart', chart])).stdout)
  t.match(shown, { name: 'initlint', version, appVersion: version })
  const rendered = await run(pathOf('helm'), ['template', 'initlint', chart, '--set', 'image.repository=registry.corp.example/initlint'])
  t.equal(rendered.code, 0, rendered.stderr)
  t.match(rendered.stdout, `image: "registry.corp.example/initlint:${version}"`)
  const packed = filesIn(chart).map(({ path }) => path)
  const own = readdirSync(join(root, 'manifests/chart'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, 'manifests/chart/').length))
  t.same(packed.sort(), own.sort())
  t.equal(at(shown, 'type'), 'application')
})

t.test('the source maps fit the bundle', async (t) => {
  const maps = filesIn(join(directory, `initlint-${version}-source-maps.tgz`)).map(({ path }) => path)
  const scripts = filesIn(tarball).flatMap(({ path }) =>
    /^dist\/(.*\.js)$/.exec(path)?.[1] !== undefined ? [path.slice('dist/'.length)] : [],
  )
  t.same(maps.sort(), scripts.map((path) => `${path}.map`).sort())
})
