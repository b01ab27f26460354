/** Reads texts of limited size, and only from files that end. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'

/** Why a file is not read, as a clause: `it is a named pipe; …`. */
export class FileRefused extends Error {
  override readonly name: string = 'FileRefused'
}

/** The file is a regular one, but no text. */
export class NotText extends FileRefused {
  constructor() {
    super('it is a binary file, not text in UTF-8')
  }
}

/** Bytes that are read at once. */
const chunkBytes = 64 * 1024

/** A text has no NUL byte at its beginning; Git looks at as many bytes (xdiff-interface.c, FIRST_FEW_BYTES). */
const firstBytes = 8000

/** Text that arrives in chunks, for example on standard input. */
export class BoundedText {
  readonly #maxBytes: number
  readonly #chunks: Uint8Array[] = []
  /** The first four bytes, which can arrive one by one. */
  #start: Uint8Array = new Uint8Array()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @throws FileRefused if the text is too large, or is not text */
  add(chunk: Uint8Array): void {
    if (this.#start.length < 4) this.#start = Uint8Array.of(...this.#start, ...chunk.subarray(0, 4 - this.#start.length))
    const first = chunk.subarray(0, Math.max(0, firstBytes - this.#bytes))
    if (first.includes(0) && utf16Of(this.#start) === undefined) throw new NotText()
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes)
    this.#chunks.push(chunk)
  }

  /** All of it, decoded as UTF-8, or as UTF-16 if its byte order mark is that of UTF-16. */
  toString(): string {
    const bytes = Buffer.concat(this.#chunks)
    const encoding = utf16Of(this.#start)
    return encoding === undefined ? bytes.toString('utf8') : new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)
  }
}

/** As kubectl decides (`BOMOverride` in k8s.io/cli-runtime/pkg/resource/visitor.go). Two zero bytes after the mark are UTF-32. */
function utf16Of([first, second, third, fourth]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe && !(third === 0 && fourth === 0) ? 'utf-16le' : undefined
}

/**
 * Reads a file. Named pipes, sockets and devices are refused, because reading them may block or never end; a pipe that the shell passes as
 * an open descriptor, such as `<(helm template .)`, is read like standard input.
 * @throws FileRefused, or the error of the file system
 */
export function readBoundedFile(path: string, maxBytes: number): string {
  // Before opening: opening a named pipe waits for a writer, and opening a device may have effects.
  const isPipe = readsPipe(path, statSync(path))
  const file = openSync(path, constants.O_RDONLY | (isPipe ? 0 : (constants.O_NONBLOCK ?? 0)))
  try {
    const text = new BoundedText(maxBytes)
    // After opening, too: the path may lead to another file by now.
    if (!isPipe && !readsPipe(path, fstatSync(file)) && fstatSync(file).size > maxBytes) {
      text.add(chunkOf(file))
      throw tooLarge(maxBytes)
    }
    for (let chunk = chunkOf(file); chunk.length > 0; chunk = chunkOf(file)) text.add(chunk)
    return text.toString()
  } finally {
    closeSync(file)
  }
}

function chunkOf(file: number): Uint8Array {
  const chunk = Buffer.allocUnsafe(chunkBytes)
  return chunk.subarray(0, readSync(file, chunk))
}

/** The names of open descriptors on Linux and macOS (proc(5), fd(4)). */
const descriptor = /^\/(?:dev|proc\/(?:self|thread-self|\d+))\/fd\/\d+$|^\/dev\/stdin$/

/** Whether it is a pipe that is open already. @throws FileRefused for anything else that is not a regular file */
function readsPipe(path: string, stats: Stats): boolean {
  if (stats.isFile()) return false
  if (stats.isFIFO() && descriptor.test(path)) return true
  if (stats.isDirectory()) throw new FileRefused('it is a directory; name a file in it')
  if (stats.isFIFO()) throw new FileRefused('it is a named pipe; redirect it to standard input instead')
  throw new FileRefused(stats.isSocket() ? 'it is a socket, not a file' : 'it is a device, not a file')
}

function tooLarge(maxBytes: number): FileRefused {
  return new FileRefused(`it is larger than ${maxBytes / 1024 / 1024} MiB; split it`)
}
