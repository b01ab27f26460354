/** Builds the playground (web/README.md) with Vite. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'vite'
import { pageConfig } from '../../web/vite.config.ts'
import type { Inputs } from './licenses.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds the page into a directory, which is emptied first.
 * @returns the modules in the page, for the licenses of their packages
 */
export async function buildPage(directory: string): Promise<Inputs> {
  const modules = new Map<string, number>()
  const config = pageConfig(() => [collect(modules)])
  await build({ ...config, configFile: false, logLevel: 'warn', build: { ...config.build, outDir: directory } })
  compress(join(directory, 'assets'))
  return { outputs: { page: { inputs: Object.fromEntries([...modules].map(([path, bytesInOutput]) => [path, { bytesInOutput }])) } } }
}

/** Writes a compressed copy of each script: the package contains only these, and the server sends them. */
function compress(assets: string): void {
  for (const name of readdirSync(assets).filter((each) => each.endsWith('.js')))
    writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }))
}

/** Adds the size of each module that is part of a chunk. */
function collect(modules: Map<string, number>): Plugin {
  return {
    name: 'collect modules',
    generateBundle: (_options, output) => {
      for (const chunk of Object.values(output)) {
        if (chunk.type !== 'chunk') continue
        for (const [id, { code }] of Object.entries(chunk.modules)) {
          // Modules that a plugin makes begin with NUL; a query tells how a module is imported.
          if (id.startsWith('\0')) continue
          const path = relative(root, id.replace(/\?.*$/, ''))
          modules.set(path, (modules.get(path) ?? 0) + (code?.length ?? 0))
        }
      }
    },
  }
}
