/**
 * Bundles the command line and the server into dist/: `node scripts/build.ts [DIRECTORY]`. A command loads only the chunks that it needs, so
 * `lint` loads neither the server nor the API client. The types are checked by `npm run typecheck`.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { licenseTexts, packagesOf } from './build/licenses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The oldest Node that package.json allows. */
const target = 'node22.19'

/** Packages that are CommonJS call `require` for the modules of Node, which a module of JavaScript does not have. */
const requireForPackages = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

/**
 * Builds into a directory, which is emptied first.
 * @returns what esbuild says about the inputs and outputs, with paths relative to the root of the project
 */
export async function bundle(directory: string): Promise<Metafile> {
  rmSync(directory, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    // The worker is found beside the chunk that starts it.
    entryPoints: { main: 'src/main.ts', 'chunks/worker': 'src/server/analysis/worker.ts' },
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target,
    // Two levels below the root, as in src/cli: files of the package are found from there (src/cli/package.ts).
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: requireForPackages },
    // Names stay, so that a stack trace can be read; the maps lead to lines.
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

if (import.meta.main) await bundle(resolve(process.argv[2] ?? join(root, 'dist')))
