/** The declarations of the library, for users of TypeScript. */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The sources whose declarations are public; they must not refer to others. */
const sources = ['src/library/index.ts', 'src/library/types.ts']

/** TypeScript 7 is a native program without an API. It must not follow the imports: those of the engine are not public. */
const options = [
  ...['--ignoreConfig', '--noResolve', '--noCheck', '--declaration', '--emitDeclarationOnly'],
  ...['--module', 'nodenext', '--target', 'es2024', '--allowImportingTsExtensions'],
]

/**
 * Writes `index.d.ts` and what it imports.
 * @throws if a declaration refers to a file that is not public
 */
export function declare(directory: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, ...options, '--outDir', directory, ...sources], { cwd: root, stdio: 'inherit' })
  for (const file of globSync('*.d.ts', { cwd: directory })) {
    const path = join(directory, file)
    // rewriteRelativeImportExtensions leaves declarations as they are; older compilers expect the names of the JavaScript files.
    const text = readFileSync(path, 'utf8').replace(/((?:from |import\()')([^']+)'/g, (_, before: string, specifier: string) => {
      if (!sources.includes(join('src/library', specifier))) throw new Error(`${file} refers to ${specifier}, which is not in the package.`)
      return `${before}${specifier.replace(/ts$/, 'js')}'`
    })
    writeFileSync(path, text)
  }
}
