/**
 * Shortens the local names in the code of packages: parameters, variables, functions in functions. It takes a third off the code, which the
 * package contains and which V8 keeps in memory for all functions that have not been called yet. Names at the top level of a module stay, so a
 * stack trace still shows which function of a package has failed; names in the code of initlint all stay.
 */
import { readFile } from 'node:fs/promises'
import { type Plugin, transform } from 'esbuild'

const ofPackages = /[/\\]node_modules[/\\].+\.[cm]?js$/

export const shortNames: Plugin = {
  name: 'short names',
  setup({ onLoad }) {
    onLoad({ filter: ofPackages }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { minifyIdentifiers: true, sourcemap: 'inline', sourcefile: path })
      return { contents: code, loader: 'js' }
    })
  },
}
