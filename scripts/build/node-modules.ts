/**
 * How the bundle imports the modules of Node. An import declaration makes Node load everything that the module exports, also what it
 * otherwise loads on first use: `import process from 'node:process'` creates all three standard streams, `import { readFileSync } from
 * 'node:fs'` loads `fs/promises`. So the bundle gets each module by a call, and of its exports only those that are used.
 */
import { builtinModules, createRequire } from 'node:module'
import { relative } from 'node:path'
import type { Plugin } from 'esbuild'

const require = createRequire(import.meta.url)

/** Replaces imports of Node's modules in modules of JavaScript. */
export const nodeModules: Plugin = {
  name: 'modules of Node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?\w+(?:\/\w+)?$/ }, ({ path, kind, importer }) => {
      const id = path.replace(/^node:/, '')
      if (kind !== 'import-statement' || !builtinModules.includes(id)) return undefined
      // One for each importer: what several import would be one more chunk to load.
      return { path: `${id} of ${relative('', importer).replaceAll('/', ':')}`, namespace, sideEffects: false, pluginData: id }
    })
    onLoad({ filter: /^/, namespace }, ({ pluginData }) => ({ contents: getterOf(pluginData), loader: 'js' }))
  },
}

const namespace = 'node'

/** Modules that commander imports, but uses only for commands in files of their own, which initlint does not have. */
const onDemand: ReadonlySet<string> = new Set(['child_process'])

/** A module with the exports of one of Node; esbuild drops those that are not used. */
function getterOf(id: string): string {
  const names = Object.keys(require(id)).filter((name) => name !== 'default' && /^[A-Za-z]\w*$/.test(name))
  return [
    `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(id)})`,
    `export default ${onDemand.has(id) ? `{ ${names.map((name) => `get ${name}() { return process.getBuiltinModule('${id}').${name} }`)} }` : 'all'}`,
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})()`),
  ].join('\n')
}
