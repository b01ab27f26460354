/** What the fuzzer runs. */
export interface Target {
  readonly name: string
  /** Tokens that mean something to the target. */
  readonly dictionary: readonly string[]
  /** Longest input, bytes. */
  readonly maxLength: number
  /** Whether an input is only the seed of what runs, so that its length costs nothing. */
  readonly isSeed?: true
  /** Runs one input. @throws Error if a property does not hold */
  check(input: Buffer): void
}

/** Fails the input. */
export function fail(message: string): never {
  throw new Error(message)
}

/** The same call twice must give the same JSON. @returns the first result */
export function twice<T>(what: string, run: () => T): T {
  const first = run()
  const [before, after] = [JSON.stringify(first), JSON.stringify(run())]
  if (before !== after) fail(`${what}: the second call differs: ${before?.slice(0, 500)} and then ${after?.slice(0, 500)}`)
  return first
}

/** Characters that a terminal or the API server acts on: C0 and C1 controls except line feeds, and bidirectional ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
const unsafe = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** Texts that are printed contain no character that acts. */
export function printable(what: string, text: string): void {
  const found = unsafe.exec(text)
  if (found !== null)
    fail(`${what} contains U+${text.charCodeAt(found.index).toString(16).padStart(4, '0')}: ${JSON.stringify(text.slice(0, 300))}`)
  if (!text.isWellFormed()) fail(`${what} contains a lone surrogate: ${JSON.stringify(text.slice(0, 300))}`)
}

/** No input may leave a trace in the prototypes of JavaScript. */
export function cleanPrototypes(): void {
  for (const prototype of [Object.prototype, Array.prototype, String.prototype])
    if (Object.keys(prototype).length > 0) fail(`a prototype has the key ${Object.keys(prototype).join()}`)
}
