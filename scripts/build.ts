/**
 * Bundles the command line, the server and the library into dist/, and builds the playground there: `node scripts/build.ts [DIRECTORY]`. A
 * command loads only the chunks that it needs, so `lint` loads neither the server nor the API client, and what the library loads runs in a
 * browser. The types are checked by `npm run typecheck`.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { declare } from './build/declarations.ts'
import { type Inputs, licenseTexts, packagesOf } from './build/licenses.ts'
import { nodeModules } from './build/node-modules.ts'
import { nodeModulesOnDemand } from './build/node-modules-on-demand.ts'
import { buildPage } from './build/page.ts'
import { shortNames } from './build/short-names.ts'
import { withoutUnusedPackages } from './build/unused-packages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The oldest Node that package.json allows. */
const target = 'node22.19'

/**
 * Builds into a directory, which is emptied first.
 * @returns what esbuild says about the inputs and outputs, with paths relative to the root of the project
 */
export async function bundle(directory: string): Promise<Metafile> {
  rmSync(directory, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    // The worker is found beside the chunk that starts it.
    entryPoints: { main: 'src/main.ts', library: 'src/library/index.ts', 'chunks/worker': 'src/server/analysis/worker.ts' },
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target,
    // Two levels below the root, as in src/cli: files of the package are found from there (src/cli/package.ts).
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [withoutUnusedPackages, nodeModulesOnDemand, nodeModules, shortNames],
    // Names stay, so that a stack trace can be read without the maps, which package.json leaves out of the package: they have half its size.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  writeFileSync(join(directory, 'THIRD-PARTY-LICENSES.txt'), licenseTexts(packagesOf(metafile), root))
  return metafile
}

/**
 * Builds everything that the package has in dist/.
 * @returns the modules in it, for the licenses of their packages
 */
export async function buildAll(directory: string): Promise<Inputs> {
  const { outputs } = await bundle(directory)
  const page = await buildPage(join(directory, 'playground'))
  declare(join(directory, 'types'))
  const inputs = { outputs: { ...outputs, ...page.outputs } }
  writeFileSync(join(directory, 'THIRD-PARTY-LICENSES.txt'), licenseTexts(packagesOf(inputs), root))
  return inputs
}

if (import.meta.main) await buildAll(resolve(process.argv[2] ?? join(root, 'dist')))
