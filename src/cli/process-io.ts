import { BoundedText } from '../server/keepers/bounded-file.ts'
import { fileFault } from '../server/keepers/file-fault.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'

/**
 * The streams and the environment of the process. A stream is created when it is used, because Node loads the code of each kind of stream
 * only then.
 */
export function processIo(process: NodeJS.Process): Io {
  const stdout = writerOf(
    () => process.stdout,
    (error) => {
      process.stderr.write(`cannot write standard output: ${fileFault(error)}\n`)
      // What was decided counts only if it can be read.
      process.exit(exitCode.usage)
    },
  )
  return {
    stdout,
    stdoutBytes: stdout,
    // There is no place left to say so.
    stderr: writerOf(
      () => process.stderr,
      () => undefined,
    ),
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

/**
 * A closed pipe (`initlint lint . | head`) is not an error: the rest is discarded.
 * @param fail is told what else prevents a write, such as a full disk
 */
function writerOf(streamOf: () => NodeJS.WriteStream, fail: (error: NodeJS.ErrnoException) => void): (chunk: string | Uint8Array) => void {
  let stream: NodeJS.WriteStream | undefined
  return (chunk) => {
    if (chunk.length === 0) return
    stream ??= streamOf().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') fail(error)
    })
    if (stream.writable) stream.write(chunk)
  }
}
