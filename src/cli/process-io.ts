import { BoundedText } from '../server/keepers/bounded-file.ts'
import type { Io } from './io.ts'

/** The streams and the environment of the process. A closed pipe (`initlint lint . | head`) is not an error: the rest is discarded. */
export function processIo(process: NodeJS.Process): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  return {
    stdout: (text) => write(process.stdout, text),
    stderr: (text) => write(process.stderr, text),
    readStdin: async (maxBytes) => {
      const text = new BoundedText(maxBytes)
      for await (const chunk of process.stdin) text.add(chunk)
      return text.toString()
    },
    isTerminal: { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true },
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    events: process,
  }
}

function write(stream: NodeJS.WriteStream, text: string): void {
  if (text !== '' && stream.writable) stream.write(text)
}
