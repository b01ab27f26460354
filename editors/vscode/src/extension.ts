/**
 * Starts `initlint lsp` for YAML and JSON files. The program comes from a setting of the machine, never of a workspace: opening a repository
 * must not choose what is run.
 */
import { type ExtensionContext, workspace } from 'vscode'
import { LanguageClient } from 'vscode-languageclient/node'

let client: LanguageClient | undefined

export async function activate({ subscriptions }: ExtensionContext): Promise<void> {
  const settings = workspace.getConfiguration('initlint')
  const command = settings.get<string>('path', 'initlint')
  const args = ['lsp', ...settings.get<readonly string[]>('arguments', [])]
  const configurations = workspace.createFileSystemWatcher('**/.initlint.yaml')
  subscriptions.push(configurations)
  client = new LanguageClient(
    'initlint',
    { command, args },
    {
      documentSelector: ['yaml', 'helm', 'json'].map((language) => ({ language })),
      synchronize: { fileEvents: configurations },
    },
  )
  await client.start()
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop()
}
