import { BoundedText } from '../server/keepers/bounded-file.ts'
import type { Io } from './io.ts'

/**
 * The streams and the environment of the process. A stream is created when it is used, because Node loads the code of each kind of stream
 * only then.
 */
export function processIo(process: NodeJS.Process): Io {
  const stdout = writerOf(() => process.stdout)
  return {
    stdout,
    stdoutBytes: stdout,
    stderr: writerOf(() => process.stderr),
    readStdin: async (maxBytes) => {
      const text = new BoundedText(maxBytes)
      for await (const chunk of process.stdin) text.add(chunk)
      return text.toString()
    },
    streams: {
      get stdin() {
        return process.stdin
      },
      get stdout() {
        return process.stdout
      },
    },
    isTerminal: {
      get stdin() {
        return process.stdin.isTTY === true
      },
      get stdout() {
        return process.stdout.isTTY === true
      },
      get stderr() {
        return process.stderr.isTTY === true
      },
    },
    get columns() {
      return process.stdout.columns
    },
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    events: process,
  }
}

/** A closed pipe (`initlint lint . | head`) is not an error: the rest is discarded. */
function writerOf(streamOf: () => NodeJS.WriteStream): (chunk: string | Uint8Array) => void {
  let stream: NodeJS.WriteStream | undefined
  return (chunk) => {
    if (chunk.length === 0) return
    stream ??= streamOf().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
    if (stream.writable) stream.write(chunk)
  }
}
