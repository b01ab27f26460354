/** Lets packages that are CommonJS call `require` for the modules of Node: a module of JavaScript has no `require`. */
import { builtinModules } from 'node:module'
import type { Plugin } from 'esbuild'

const namespace = 'node-modules-on-demand'

/** `fs`, `node:fs`, and modules without a short name, such as `node:sqlite`, which only newer versions of Node have. */
const isNodes = (path: string): boolean => path.startsWith('node:') || builtinModules.includes(path)

/**
 * Replaces `require('fs')` by a module that gets it from Node when it is first used. Like `require`, it throws if this Node has no such
 * module. Without this, each chunk would have to import `createRequire`, and a browser could not load the chunks of the library.
 */
export const nodeModulesOnDemand: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, kind }) =>
      kind === 'require-call' && isNodes(path) ? { path: path.replace(/^node:/, ''), namespace } : undefined,
    )
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      loader: 'js',
      contents: `const found = process.getBuiltinModule(${JSON.stringify(`node:${path}`)})
if (found === undefined) throw new Error(${JSON.stringify(`This version of Node has no module ${path}.`)})
module.exports = found`,
    }))
  },
}
