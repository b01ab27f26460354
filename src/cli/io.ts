/** What a command may do to the world outside, so that tests bring their own. */
export interface Io {
  stdout(text: string): void
  stderr(text: string): void
  /** All of standard input, decoded as UTF-8. */
  readStdin(): Promise<string>
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly cwd: string
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Signals and uncaught faults, for commands that run until they are told to stop; absent where nothing of the kind can happen. */
  readonly events?: Pick<NodeJS.EventEmitter, 'on' | 'off'>
}
