/** The language server: documents of an editor in, diagnostics, hovers and code actions out, over standard input and output. */
import { fileURLToPath } from 'node:url'
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  DidChangeWatchedFilesNotification,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type Position,
  type Range,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Io } from '../io.ts'
import type { Checked, EditedText } from './check.ts'

/**
 * What the server knows about documents. It is passed in, because this file alone loads the protocol: what it imported besides would be one
 * more file for `lint` to load (scripts/build.ts).
 */
export interface Expertise {
  readonly name: string
  readonly version: string
  /** The name of the files that change how documents are checked. */
  readonly configName: string
  /** Never rejects. */
  check(text: EditedText): Promise<Checked>
  diagnosticsOf(checked: Checked, document: TextDocument): Diagnostic[]
  hoverAt(position: Position, checked: Checked, document: TextDocument): Hover | null
  actionsAt(at: Range, checked: Checked, document: TextDocument): CodeAction[]
}

/** The exit codes of the protocol: whether `shutdown` came before `exit` (LSP 3.17, Exit Notification). */
const exitCodes = { afterShutdown: 0, otherwise: 1 }

/** A pause in typing, after which a document is checked. */
const pauseMilliseconds = 200

/**
 * Serves one editor until it says `exit`, or closes the connection.
 * @returns the exit code
 */
export function serveEditor(streams: NonNullable<Io['streams']>, expertise: Expertise): Promise<number> {
  return new Promise((settle) => {
    const reader = new StreamMessageReader(streams.stdin)
    const watchDog = {
      shutdownReceived: false,
      initialize: () => undefined,
      exit: (code: number) => end(code),
    }
    const connection = createConnection(
      (logger) => createProtocolConnection(reader, new StreamMessageWriter(streams.stdout), logger),
      watchDog,
    )
    const session = new Session(connection, expertise)
    let ended = false
    function end(code: number): void {
      if (ended) return
      ended = true
      session.stop()
      connection.dispose()
      // The editor may keep its end open, which would keep this process alive.
      streams.stdin.destroy()
      settle(code)
    }
    const hungUp = (): void => end(watchDog.shutdownReceived ? exitCodes.afterShutdown : exitCodes.otherwise)
    reader.onClose(hungUp)
    // A file or /dev/null ends without being closed.
    streams.stdin.once('end', hungUp)
    connection.listen()
  })
}

/** The open documents, and what is known about them. */
class Session {
  readonly #connection: Connection
  readonly #expertise: Expertise
  readonly #documents = new TextDocuments(TextDocument)
  /** The last check of each open document. */
  readonly #checks = new Map<string, { readonly version: number; readonly result: Promise<Checked> }>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #canWatch = false

  constructor(connection: Connection, expertise: Expertise) {
    this.#connection = connection
    this.#expertise = expertise
    connection.onInitialize((params) => this.#initialize(params))
    connection.onInitialized(() => this.#watch())
    connection.onDidChangeWatchedFiles(() => this.#checkAll())
    connection.onHover(({ textDocument, position }) =>
      this.#about(textDocument.uri, (checked, document) => expertise.hoverAt(position, checked, document), null),
    )
    connection.onCodeAction(({ textDocument, range }) =>
      this.#about(textDocument.uri, (checked, document) => expertise.actionsAt(range, checked, document), []),
    )
    this.#documents.onDidChangeContent(({ document }) => this.#checkSoon(document.uri))
    // A saved file may be a policy or a configuration that other documents use.
    this.#documents.onDidSave(() => this.#checkAll())
    this.#documents.onDidClose(({ document }) => this.#forget(document.uri))
    this.#documents.listen(connection)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #initialize({ capabilities }: InitializeParams): InitializeResult {
    this.#canWatch = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true
    return {
      serverInfo: { name: this.#expertise.name, version: this.#expertise.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
    }
  }

  /** Asks the editor to report changes of configurations; one that refuses reports them when they are saved in it. */
  #watch(): void {
    if (!this.#canWatch) return
    const watchers = [{ globPattern: `**/${this.#expertise.configName}` }]
    this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined)
  }

  #checkAll(): void {
    this.#checks.clear()
    for (const uri of this.#documents.keys()) this.#checkSoon(uri)
  }

  #checkSoon(uri: string): void {
    clearTimeout(this.#timers.get(uri))
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri)
        void this.#report(uri)
      }, pauseMilliseconds),
    )
  }

  async #report(uri: string): Promise<void> {
    const document = this.#documents.get(uri)
    if (document === undefined) return
    const { version } = document
    const checked = await this.#check(document)
    // What was typed meanwhile is checked after the next pause.
    if (this.#documents.get(uri)?.version !== version) return
    await this.#connection
      .sendDiagnostics({ uri, version, diagnostics: this.#expertise.diagnosticsOf(checked, document) })
      .catch(() => undefined)
  }

  /** The check of the current version, which hovers and actions share. */
  #check(document: TextDocument): Promise<Checked> {
    const { uri, version } = document
    const known = this.#checks.get(uri)
    if (known?.version === version) return known.result
    const result = this.#expertise.check({ path: pathOf(uri), text: document.getText() })
    this.#checks.set(uri, { version, result })
    return result
  }

  async #about<Answer>(uri: string, answer: (checked: Checked, document: TextDocument) => Answer, otherwise: Answer): Promise<Answer> {
    const document = this.#documents.get(uri)
    if (document === undefined) return otherwise
    const { version } = document
    const checked = await this.#check(document)
    const now = this.#documents.get(uri)
    return now?.version === version ? answer(checked, now) : otherwise
  }

  #forget(uri: string): void {
    clearTimeout(this.#timers.get(uri))
    this.#timers.delete(uri)
    this.#checks.delete(uri)
    // Problems of closed files are not known anymore.
    this.#connection.sendDiagnostics({ uri, diagnostics: [] }).catch(() => undefined)
  }
}

/** The path of a file; null for any other document, such as one that was never saved. */
function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri)
  } catch {
    return null
  }
}
