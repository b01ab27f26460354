/**
 * Matches lines against POSIX regular expressions (XBD 9), basic or extended, with the extensions that GNU and BusyBox share. All ways to
 * match are followed at once, so the time is at most the size of the expression times the length of the line: text from a script never
 * becomes a JavaScript expression, which could backtrack without bound.
 */

/** Whether a character is accepted. */
type Test = (character: string) => boolean

/** One step: takes a character, asks for a place in the line, goes on at two places, or ends. */
type Instruction =
  | { readonly kind: 'take'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'start' | 'end' | 'match' }
  | { readonly kind: 'fork'; readonly to: readonly number[] }

/** A part of an expression: its instructions, with targets relative to its beginning. */
type Code = readonly Instruction[]

/** Maximum number of instructions; `{m,n}` repeats those before it. */
const maxSize = 400

class Unsupported {}

/** The rest of `{m,n}` and `\{m,n\}`. */
const extendedCount = /^(\d{1,2})(,?)(\d{0,2})\}/
const basicCount = /^(\d{1,2})(,?)(\d{0,2})\\\}/

const classes: ReadonlyMap<string, RegExp> = new Map([
  ['alpha', /[a-z]/i],
  ['digit', /\d/],
  ['alnum', /[a-z\d]/i],
  ['upper', /[A-Z]/],
  ['lower', /[a-z]/],
  ['space', /\s/],
  ['blank', /[ \t]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['xdigit', /[\da-f]/i],
])

/** Classes with a letter, which GNU and BusyBox know in addition to POSIX. */
const letters: ReadonlyMap<string, RegExp> = new Map([
  ['w', /\w/],
  ['W', /\W/],
  ['s', /\s/],
  ['S', /\S/],
])

/**
 * Reads an expression.
 * @param spend receives the work of each match
 * @returns whether a line matches; undefined if the expression is not supported
 */
export function readExpression(text: string, isExtended: boolean, spend: (work: number) => void): ((line: string) => boolean) | undefined {
  if (text.length > maxSize) return undefined
  try {
    const code: Code = [...new Parser(text, isExtended).whole(), { kind: 'match' }]
    return (line) => {
      spend(code.length * (line.length + 1))
      return matches(code, line)
    }
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

/** Whether the code matches anywhere in the line. */
function matches(code: Code, line: string): boolean {
  let current = new Set<number>()
  for (let at = 0; at <= line.length; at++) {
    // A match can start anywhere.
    const reached = closure(code, [...current, 0], at === 0, at === line.length)
    if (reached === 'match') return true
    const character = line[at]
    current = new Set()
    for (const place of reached) {
      const instruction = code[place]
      if (character !== undefined && instruction?.kind === 'take' && instruction.accepts(character)) current.add(place + 1)
    }
  }
  return false
}

/** All places that are reached without taking a character. */
function closure(code: Code, from: readonly number[], isStart: boolean, isEnd: boolean): ReadonlySet<number> | 'match' {
  const reached = new Set<number>()
  const open = [...from]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (reached.has(place)) continue
    reached.add(place)
    const instruction = code[place]
    if (instruction?.kind === 'match') return 'match'
    if (instruction?.kind === 'fork') for (const target of instruction.to) open.push(place + target)
    if ((instruction?.kind === 'start' && isStart) || (instruction?.kind === 'end' && isEnd)) open.push(place + 1)
  }
  return reached
}

class Parser {
  readonly #text: string
  readonly #isExtended: boolean
  #at = 0
  #depth = 0

  constructor(text: string, isExtended: boolean) {
    this.#text = text
    this.#isExtended = isExtended
  }

  whole(): Code {
    const code = this.#alternatives()
    if (this.#at < this.#text.length) throw new Unsupported()
    return code
  }

  #alternatives(): Code {
    const first = this.#sequence()
    if (!this.#takes('|')) return first
    const second = this.#alternatives()
    return sized([{ kind: 'fork', to: [1, first.length + 2] }, ...first, { kind: 'fork', to: [second.length + 1] }, ...second])
  }

  #sequence(): Code {
    let code: Code = []
    for (let isFirst = true; ; isFirst = false) {
      const atom = this.#atom(isFirst)
      if (atom === undefined) return code
      // `^*` begins with an ordinary character in basic expressions, and is left open by POSIX in extended ones.
      const isAnchor = atom[0]?.kind === 'start' || atom[0]?.kind === 'end'
      if (isAnchor && atom.length === 1 && /^\\?[*+?{]/.test(this.#text.slice(this.#at, this.#at + 2))) throw new Unsupported()
      code = sized([...code, ...this.#repeated(atom)])
    }
  }

  /** An atom; undefined at the end of a sequence. */
  #atom(isFirst: boolean): Code | undefined {
    const { length } = this.#text
    if (this.#at >= length || this.#sees('|') || (this.#depth > 0 && this.#sees(')'))) return undefined
    if (this.#takes('(')) {
      this.#depth++
      const code = this.#alternatives()
      if (!this.#takes(')')) throw new Unsupported()
      this.#depth--
      return code
    }
    const character = this.#text[this.#at++] ?? ''
    if (character === '^' && (this.#isExtended || isFirst)) return [{ kind: 'start' }]
    if (character === '$' && (this.#isExtended || this.#isLast())) return [{ kind: 'end' }]
    if (character === '.') return [{ kind: 'take', accepts: () => true }]
    if (character === '[') return [{ kind: 'take', accepts: this.#bracket() }]
    if (character === '\\') return [{ kind: 'take', accepts: this.#escaped() }]
    // A leading `*` is an ordinary character in basic expressions; in extended ones, POSIX leaves it open.
    const isSign = this.#isExtended ? /[*+?{(]/.test(character) : character === '*' && !isFirst
    if (isSign) throw new Unsupported()
    return [{ kind: 'take', accepts: (found) => found === character }]
  }

  #isLast(): boolean {
    return this.#at >= this.#text.length || this.#sees('|') || (this.#depth > 0 && this.#sees(')'))
  }

  #escaped(): Test {
    const character = this.#text[this.#at++]
    const letter = letters.get(character ?? '')
    if (letter !== undefined) return (found) => letter.test(found)
    // Back-references, boundaries of words, and what is not an escape.
    if (character === undefined || /[\w<>`']/.test(character)) throw new Unsupported()
    return (found) => found === character
  }

  /** The rest of `[…]`. */
  #bracket(): Test {
    const isNegated = this.#text[this.#at] === '^'
    if (isNegated) this.#at++
    const tests: Test[] = []
    do tests.push(this.#member())
    while (this.#text[this.#at] !== ']')
    this.#at++
    return (found) => tests.some((test) => test(found)) !== isNegated
  }

  /** A character, a range or a class in brackets. */
  #member(): Test {
    const from = this.#text[this.#at++]
    if (from === undefined) throw new Unsupported()
    if (from === '[' && /[.=:]/.test(this.#text[this.#at] ?? '')) {
      const [all = '', name = ''] = /^:([a-z]+):\]/.exec(this.#text.slice(this.#at, this.#at + 12)) ?? []
      const named = classes.get(name)
      if (named === undefined) throw new Unsupported()
      this.#at += all.length
      return (found) => named.test(found)
    }
    const to = this.#text[this.#at] === '-' ? this.#text[this.#at + 1] : undefined
    if (to === undefined || to === ']') return (found) => found === from
    if (to === '[' || to === '\\') throw new Unsupported()
    this.#at += 2
    return (found) => found >= from && found <= to
  }

  /** An atom with the signs after it. */
  #repeated(atom: Code): Code {
    let code = atom
    for (;;) {
      if (this.#text[this.#at] === '*') {
        this.#at++
        code = starOf(code)
      } else if (this.#takes('+')) code = [...code, ...starOf(code)]
      else if (this.#takes('?')) code = [{ kind: 'fork', to: [1, code.length + 1] }, ...code]
      else if (this.#takes('{')) code = this.#counted(code)
      else return code
      sized(code)
    }
  }

  /** The rest of `{m}`, `{m,}` or `{m,n}`. */
  #counted(code: Code): Code {
    const form = this.#isExtended ? extendedCount : basicCount
    const [all, least = '', comma, most = ''] = form.exec(this.#text.slice(this.#at, this.#at + 10)) ?? []
    if (all === undefined) throw new Unsupported()
    this.#at += all.length
    const minimum = Array.from({ length: Number(least) }, () => code).flat()
    if (comma === '') return minimum
    if (most === '') return [...minimum, ...starOf(code)]
    const optional = Array.from({ length: Math.max(0, Number(most) - Number(least)) }).reduce<Code>(
      (rest) => [{ kind: 'fork', to: [1, code.length + rest.length + 1] }, ...code, ...rest],
      [],
    )
    return [...minimum, ...optional]
  }

  /** Whether a sign comes next: with a backslash in basic expressions. */
  #sees(sign: string): boolean {
    return this.#text.startsWith(this.#isExtended ? sign : `\\${sign}`, this.#at)
  }

  #takes(sign: string): boolean {
    const isNext = this.#sees(sign)
    if (isNext) this.#at += this.#isExtended ? 1 : 2
    return isNext
  }
}

function starOf(code: Code): Code {
  return [{ kind: 'fork', to: [1, code.length + 2] }, ...code, { kind: 'fork', to: [-code.length - 1] }]
}

function sized(code: Code): Code {
  if (code.length > maxSize) throw new Unsupported()
  return code
}
