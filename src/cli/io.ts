import type { Readable, Writable } from 'node:stream'

/** Everything that a command uses outside itself; tests pass their own. */
export interface Io {
  stdout(text: string): void
  /** Standard output for what is not text. */
  stdoutBytes(bytes: Uint8Array): void
  stderr(text: string): void
  /**
   * All of standard input, decoded as UTF-8.
   * @throws FileRefused if it is longer than `maxBytes`, or is not text
   */
  readStdin(maxBytes: number): Promise<string>
  /** Standard input and output, for commands that speak a protocol on them; absent if there are none. */
  readonly streams?: { readonly stdin: Readable; readonly stdout: Writable }
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr?: boolean }
  /** The width of the terminal; undefined if standard output is none. */
  readonly columns?: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** The working directory. */
  readonly cwd: string
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Signals and uncaught errors, for commands that run until they are stopped; absent if there are none. */
  readonly events?: Pick<NodeJS.EventEmitter, 'on' | 'off'>
}
