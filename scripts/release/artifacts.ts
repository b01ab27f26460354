/**
 * Builds what a release publishes, without keys and without a network: `node scripts/release/artifacts.ts DIRECTORY`. Needs helm on the PATH.
 * The image is built from the Dockerfile.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildAll } from '../build.ts'
import { sbomOf } from './sbom.ts'

const root = join(import.meta.dirname, '../..')

/**
 * Writes the package, the source maps of its bundle, the bill of materials, the chart and the checksums of all of them.
 * @param directory is created; must not contain other files
 */
async function makeArtifacts(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  if (readdirSync(directory).length > 0) throw new Error(`${directory} is not empty.`)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  const inputs = await buildAll(join(root, 'dist'))
  const run = (program: string, ...args: string[]): void => {
    execFileSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  run('helm', 'package', 'manifests/chart', '--destination', directory)
  // npm gives its package the name that helm gave the chart.
  renameSync(join(directory, `initlint-${version}.tgz`), join(directory, `initlint-chart-${version}.tgz`))
  run('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', directory)
  // Unpacked over the package, they let INITLINT_DEBUG=1 print lines of the sources.
  const maps = globSync('dist/**/*.map', { cwd: root }).sort()
  run('tar', '-czf', join(directory, `initlint-${version}-source-maps.tgz`), ...reproducible, ...maps)
  writeFileSync(join(directory, `initlint-${version}.cdx.json`), sbomOf(inputs, root))
  const files = readdirSync(directory).sort()
  const sums = files.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex')}  ${file}\n`,
  )
  writeFileSync(join(directory, 'SHA256SUMS'), sums.join(''))
}

/** Equal files give an equal archive (GNU tar). */
const reproducible = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--sort=name']

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('Usage: node scripts/release/artifacts.ts DIRECTORY\n')
  process.exitCode = 2
} else {
  await makeArtifacts(resolve(directory))
}
