/**
 * Globs: `*` matches any run of characters except `/`, possibly empty; `**` matches one or more characters of any kind, so as an entire
 * segment it matches one or more segments. Every other character matches itself.
 *
 * Common shapes (no star, `prefix/**`, `*-suffix`) are compared as strings. Other patterns run as a bit-parallel automaton (Baeza-Yates and
 * Gonnet's Shift-And, extended with gaps as in Navarro and Raffinot, "Flexible Pattern Matching in Strings", section 4): a fixed number of
 * operations per character of the text, one per 32 characters of the pattern. There is no backtracking and no RegExp.
 */

/** A compiled pattern. */
export interface Glob {
  readonly pattern: string
  matches(text: string): boolean
}

/** Longest pattern in a policy, so that a match takes at most nine words per character of the text. */
export const maxPatternLength = 256

/** Longest text that can match: image references, names and users are all shorter. */
export const maxTextLength = 4096

/** Compiles a pattern. Any string is a valid pattern. */
export function compileGlob(pattern: string): Glob {
  const matcher = matcherOf(pattern)
  return Object.freeze({ pattern, matches: (text: string) => text.length <= maxTextLength && matcher(text) })
}

/** Compiles a list of patterns. */
export function compileGlobs(patterns: readonly string[]): readonly Glob[] {
  return Object.freeze(patterns.map(compileGlob))
}

function matcherOf(pattern: string): (text: string) => boolean {
  const first = pattern.indexOf('*')
  if (first === -1) return (text) => text === pattern
  const last = pattern.lastIndexOf('*')
  const head = pattern.slice(0, first)
  const tail = pattern.slice(last + 1)
  const shortest = head.length + tail.length
  if (first === last) {
    return (text) =>
      text.length >= shortest && text.startsWith(head) && text.endsWith(tail) && !hasSlash(text, first, text.length - tail.length)
  }
  if (/^\*+$/.test(pattern.slice(first, last + 1))) {
    return (text) => text.length > shortest && text.startsWith(head) && text.endsWith(tail)
  }
  const automaton = compileAutomaton(pattern)
  return (text) => text.length >= shortest && text.startsWith(head) && text.endsWith(tail) && runAutomaton(automaton, text)
}

function hasSlash(text: string, start: number, end: number): boolean {
  const slash = text.indexOf('/', start)
  return slash !== -1 && slash < end
}

/**
 * State i of the automaton means that i tokens have been matched; each token is one bit of the masks, 32 bits per word.
 * A token is a literal character, any single character, or a gap (which may be empty).
 */
export interface Automaton {
  readonly words: number
  /** The bit of the accepting state. */
  readonly accept: number
  /** By character: the tokens that match this character. */
  readonly moves: ReadonlyMap<number, Int32Array>
  /** The tokens that match any single character. */
  readonly movesOfOthers: Int32Array
  /** The gaps, and those of them that may contain a slash. */
  readonly gaps: Int32Array
  readonly gapsOverSlash: Int32Array
}

/** The input of an automaton: a string, or in tests an object that counts how often it is read. */
export interface Characters {
  readonly length: number
  charCodeAt(index: number): number
}

type Token = number | 'any' | 'gap' | 'gap-over-slash'

const slashCode = 0x2f

/** Compiles a pattern for `runAutomaton`. */
export function compileAutomaton(pattern: string): Automaton {
  const tokens = tokensOf(pattern)
  const words = (tokens.length >> 5) + 1
  const masks = (): Int32Array => new Int32Array(words)
  const movesOfOthers = masks()
  const gaps = masks()
  const gapsOverSlash = masks()
  const moves = new Map<number, Int32Array>()
  for (const [index, token] of tokens.entries()) {
    if (token === 'any') setBit(movesOfOthers, index)
    else if (typeof token === 'number') {
      const mask = moves.get(token) ?? masks()
      moves.set(token, mask)
      setBit(mask, index)
    } else {
      setBit(gaps, index)
      if (token === 'gap-over-slash') setBit(gapsOverSlash, index)
    }
  }
  for (const mask of moves.values()) for (let word = 0; word < words; word++) mask[word] = (mask[word] ?? 0) | (movesOfOthers[word] ?? 0)
  return { words, accept: tokens.length, moves, movesOfOthers, gaps, gapsOverSlash }
}

/** One star becomes a gap; two or more become any single character and a gap over slashes. Two gaps are never adjacent. */
function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = []
  for (let index = 0; index < pattern.length; ) {
    let end = index
    while (pattern.charAt(end) === '*') end++
    if (end === index) tokens.push(pattern.charCodeAt(index++))
    else if (end === index + 1) tokens.push('gap')
    else tokens.push('any', 'gap-over-slash')
    index = Math.max(index, end)
  }
  return tokens
}

function setBit(mask: Int32Array, index: number): void {
  const word = index >> 5
  mask[word] = (mask[word] ?? 0) | (1 << (index & 31))
}

/** Whether the automaton accepts the complete text. Reads each character once. */
export function runAutomaton(automaton: Automaton, text: Characters): boolean {
  const { words, accept, gaps } = automaton
  const states = new Int32Array(words)
  states[0] = 1 | (((gaps[0] ?? 0) & 1) << 1)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const moves = automaton.moves.get(code) ?? automaton.movesOfOthers
    const stays = code === slashCode ? automaton.gapsOverSlash : gaps
    if (step(states, moves, stays, gaps) === 0) return false
  }
  return ((states[accept >> 5] ?? 0) & (1 << (accept & 31))) !== 0
}

/** Reads one character: states advance or stay in a gap, then every gap that was reached is also skipped. */
function step(states: Int32Array, moves: Int32Array, stays: Int32Array, gaps: Int32Array): number {
  let movedIn = 0
  let passedIn = 0
  let alive = 0
  for (let word = 0; word < states.length; word++) {
    const before = states[word] ?? 0
    const moved = before & (moves[word] ?? 0)
    const reached = (before & (stays[word] ?? 0)) | (moved << 1) | movedIn
    const passed = reached & (gaps[word] ?? 0)
    const after = reached | (passed << 1) | passedIn
    movedIn = moved >>> 31
    passedIn = passed >>> 31
    states[word] = after
    alive |= after
  }
  return alive
}
