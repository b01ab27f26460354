/** An editor for tests: starts `initlint lsp` and speaks the protocol with it over standard input and output. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import type { CodeAction, Diagnostic, Hover, InitializeResult, PublishDiagnosticsParams, Range, TextEdit } from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { until } from '../support/waiting.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

export class Editor {
  readonly directory: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #connection: MessageConnection
  readonly #published: PublishDiagnosticsParams[] = []
  readonly #versions = new Map<string, number>()
  readonly ended: Promise<number | null>
  stderr = ''

  /** @param directory the working directory of the server, and that of the documents */
  constructor(directory: string, argv: readonly string[] = [], program: readonly string[] = [main]) {
    this.directory = directory
    this.#child = spawn(process.execPath, [...program, 'lsp', ...argv], { cwd: directory, stdio: 'pipe' })
    this.#child.stderr.on('data', (chunk) => {
      this.stderr += chunk
    })
    this.#child.stdin.on('error', () => undefined)
    this.ended = new Promise((settle) => this.#child.once('close', settle))
    this.#connection = createMessageConnection(new StreamMessageReader(this.#child.stdout), new StreamMessageWriter(this.#child.stdin))
    this.#connection.onNotification(
      'textDocument/publishDiagnostics',
      (params: PublishDiagnosticsParams) => void this.#published.push(params),
    )
    this.#connection.onError(() => undefined)
    this.#connection.listen()
  }

  async start(): Promise<InitializeResult> {
    const result: InitializeResult = await this.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(this.directory).href,
      capabilities: {},
    })
    await this.#connection.sendNotification('initialized', {})
    return result
  }

  uri(name: string): string {
    return pathToFileURL(join(this.directory, name)).href
  }

  async open(name: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name)
    const version = (this.#versions.get(uri) ?? 0) + 1
    this.#versions.set(uri, version)
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version, text } })
    return this.diagnostics(name)
  }

  /** Replaces the whole text, or a range of it. */
  async change(name: string, text: string, range?: Range): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name)
    const version = (this.#versions.get(uri) ?? 0) + 1
    this.#versions.set(uri, version)
    const contentChanges = [range === undefined ? { text } : { range, text }]
    await this.#connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges })
    return this.diagnostics(name)
  }

  /** The diagnostics of the current version, once they have been sent. */
  async diagnostics(name: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name)
    const version = this.#versions.get(uri)
    const found = await until(`the diagnostics of ${name}`, () =>
      this.#published.findLast((published) => published.uri === uri && published.version === version),
    )
    return found.diagnostics
  }

  /** Tells the server that a file was saved, and waits for new diagnostics of a document. */
  async save(name: string, then: string): Promise<readonly Diagnostic[]> {
    const before = this.#published.length
    await this.#connection.sendNotification('textDocument/didSave', { textDocument: { uri: this.uri(name) } })
    const found = await until(`new diagnostics of ${then}`, () => this.#published.slice(before).find(({ uri }) => uri === this.uri(then)))
    return found.diagnostics
  }

  async close(name: string): Promise<readonly Diagnostic[]> {
    const before = this.#published.length
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(name) } })
    const found = await until(`the last diagnostics of ${name}`, () =>
      this.#published.slice(before).find(({ uri }) => uri === this.uri(name)),
    )
    return found.diagnostics
  }

  hover(name: string, line: number, character: number): Promise<Hover | null> {
    return this.#connection.sendRequest('textDocument/hover', { textDocument: { uri: this.uri(name) }, position: { line, character } })
  }

  actions(name: string, range: Range): Promise<readonly CodeAction[]> {
    const context = { diagnostics: [] }
    return this.#connection.sendRequest('textDocument/codeAction', { textDocument: { uri: this.uri(name) }, range, context })
  }

  /** Sends a request that the server does not know. */
  unknown(): Promise<unknown> {
    return this.#connection.sendRequest('initlint/unknown')
  }

  /** Writes bytes past the protocol. */
  raw(text: string): void {
    this.#child.stdin.write(text)
  }

  async exit(withShutdown = true): Promise<number | null> {
    if (withShutdown) await this.#connection.sendRequest('shutdown')
    await this.#connection.sendNotification('exit')
    return this.ended
  }

  /** Closes the input without a word, as an editor that crashes. */
  async hangUp(): Promise<number | null> {
    this.#child.stdin.end()
    return this.ended
  }

  /** Ends the process, whatever happened before. */
  async stop(): Promise<void> {
    this.#connection.dispose()
    this.#child.kill('SIGKILL')
    await this.ended
  }
}

/** The text after the edits of an action for one document. */
export function applied(text: string, action: CodeAction | undefined): string {
  const edits: TextEdit[] = Object.values(action?.edit?.changes ?? {}).flat()
  return TextDocument.applyEdits(TextDocument.create('file:///a', 'yaml', 1, text), edits)
}
