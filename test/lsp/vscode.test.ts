/** The extension for VS Code, with stand-ins for the editor and its client. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import t from 'tap'

const contents: Readonly<Record<string, string>> = {
  vscode: `
    const values = globalThis.settingsOfEditor
    export const workspace = {
      getConfiguration: () => ({ get: (key, otherwise) => values[key] ?? otherwise }),
      createFileSystemWatcher: (glob) => ({ glob }),
    }`,
  'vscode-languageclient/node': `
    export class LanguageClient {
      constructor(...given) { globalThis.startedClient = { given, state: 'new' } }
      async start() { globalThis.startedClient.state = 'started' }
      async stop() { globalThis.startedClient.state = 'stopped' }
    }`,
}

const standIns: Plugin = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode/ }, ({ path }) => ({ path, namespace: 'stand-in' }))
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: contents[path] ?? '' }))
  },
}

t.test('the extension starts initlint lsp with the settings of the machine', async (t) => {
  const outfile = `${t.testdir()}/extension.mjs`
  await build({ entryPoints: ['editors/vscode/src/extension.ts'], bundle: true, format: 'esm', outfile, plugins: [standIns] })
  const world = globalThis as { settingsOfEditor?: object; startedClient?: { readonly given: readonly unknown[]; readonly state: string } }
  world.settingsOfEditor = { arguments: ['--namespace', 'shop'] }
  const { activate, deactivate } = await import(pathToFileURL(outfile).href)
  const subscriptions: unknown[] = []
  await activate({ subscriptions })
  const { given, state } = world.startedClient ?? { given: [], state: '' }
  t.match(given[1], { command: 'initlint', args: ['lsp', '--namespace', 'shop'] })
  t.match(given[2], { documentSelector: [{ language: 'yaml' }, { language: 'helm' }, { language: 'json' }] })
  t.match(subscriptions, [{ glob: '**/.initlint.yaml' }])
  t.equal(state, 'started')
  await deactivate()
  t.equal(world.startedClient?.state, 'stopped')
})

t.test('a workspace cannot choose the program that is started', (t) => {
  const { contributes, private: isPrivate } = JSON.parse(readFileSync('editors/vscode/package.json', 'utf8'))
  t.equal(isPrivate, true)
  const properties: Readonly<Record<string, { readonly scope: string }>> = contributes.configuration.properties
  t.same(Object.keys(properties), ['initlint.path', 'initlint.arguments'])
  for (const [name, { scope }] of Object.entries(properties)) t.equal(scope, 'machine', name)
  t.end()
})
