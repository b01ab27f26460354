/** The part of the sed language that is common in init scripts. */

/** The lines that a command applies to. */
export type Address =
  | { readonly kind: 'all' }
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'match'; readonly text: string; readonly negated: boolean }
  /** A range, or another address that is not supported, which has no ends. */
  | { readonly kind: 'other'; readonly from?: Address; readonly to?: Address; readonly negated?: boolean }

export interface SedCommand {
  readonly address: Address
  /** `s`, `d`, `a`, `i`, `c`, `p`, `y` and so on. */
  readonly letter: string
  /** The pattern of `s`; the text of `a`, `i`, `c`; the source of `y`. */
  readonly first: string
  /** The replacement of `s`, the target of `y`. */
  readonly second: string
  readonly flags: string
}

/** Parses a script. @returns undefined if it uses unsupported features */
export function readSed(text: string): readonly SedCommand[] | undefined {
  const commands: SedCommand[] = []
  let rest = text
  while (true) {
    rest = rest.replace(/^[\s;]+/, '')
    if (rest === '') return commands
    const read = readCommand(rest)
    if (read === undefined) return undefined
    commands.push(read.command)
    rest = read.rest
    if (commands.length > 200) return undefined
  }
}

interface Read {
  readonly command: SedCommand
  readonly rest: string
}

function readCommand(text: string): Read | undefined {
  const found = readAddress(text)
  if (found === undefined) return undefined
  let { address, rest } = found
  if (rest.startsWith(',')) {
    const end = rest.slice(1)
    const second = readAddress(end.replace(/^[+~]/, ''))
    if (second === undefined) return undefined
    const isPlain = !/^[+~]/.test(end) && isEnd(address) && isEnd(second.address)
    address = isPlain ? { kind: 'other', from: address, to: second.address } : { kind: 'other' }
    rest = second.rest
  }
  rest = rest.replace(/^ +/, '')
  if (rest.startsWith('!')) {
    address = address.kind === 'match' || address.kind === 'other' ? { ...address, negated: true } : { kind: 'other' }
    rest = rest.slice(1).replace(/^ +/, '')
  }
  const letter = rest[0] ?? ''
  const tail = rest.slice(1)
  if (letter === 's' || letter === 'y') return readSubstitution(address, letter, tail)
  if ('aic'.includes(letter) && letter !== '') return readText(address, letter, tail)
  if (/^[dpqDPnNhHgGx=]$/.test(letter)) {
    const digits = /^[ \t]*\d*/.exec(tail)?.[0] ?? ''
    const after = tail.slice(digits.length)
    if (after !== '' && !/^[\s;}]/.test(after)) return undefined
    return { command: { address, letter, first: '', second: '', flags: '' }, rest: after }
  }
  return undefined
}

/** Whether an address can begin or end a range. GNU's `0,/A/` is another kind. */
function isEnd(address: Address): boolean {
  return address.kind === 'match' || address.kind === 'last' || (address.kind === 'line' && address.number > 0)
}

function readAddress(text: string): { readonly address: Address; readonly rest: string } | undefined {
  const number = /^\d+/.exec(text)?.[0]
  if (number !== undefined) return { address: { kind: 'line', number: Number(number) }, rest: text.slice(number.length) }
  if (text.startsWith('$')) return { address: { kind: 'last' }, rest: text.slice(1) }
  const delimiter = text.startsWith('/') ? '/' : text.startsWith('\\') ? text[1] : undefined
  if (delimiter === undefined) return { address: { kind: 'all' }, rest: text }
  const part = readUntil(text.slice(text.startsWith('/') ? 1 : 2), delimiter)
  if (part === undefined) return undefined
  const rest = part.rest.replace(/^[IM]/, '')
  return { address: rest === part.rest ? { kind: 'match', text: part.text, negated: false } : { kind: 'other' }, rest }
}

/** Reads text up to an unescaped delimiter; an escaped delimiter represents itself. */
function readUntil(text: string, delimiter: string): { readonly text: string; readonly rest: string } | undefined {
  let read = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (character === delimiter) return { text: read, rest: text.slice(index + 1) }
    if (character !== '\\') read += character
    else {
      const next = text[++index] ?? ''
      read += next === delimiter && !/[.*[\]^$]/.test(next) ? next : `\\${next}`
    }
  }
  return undefined
}

function readSubstitution(address: Address, letter: 's' | 'y', text: string): Read | undefined {
  const delimiter = text[0]
  if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') return undefined
  const first = readUntil(text.slice(1), delimiter)
  const second = first === undefined ? undefined : readUntil(first.rest, delimiter)
  if (first === undefined || second === undefined) return undefined
  const flags = /^[gpiIm\d]*/.exec(second.rest)?.[0] ?? ''
  const rest = second.rest.slice(flags.length)
  if (rest !== '' && !/^[\s;}]/.test(rest)) return undefined
  return { command: { address, letter, first: first.text, second: second.text, flags }, rest }
}

/** `a text`, `a\text` and the two-line POSIX form: the text continues to the end of the line. */
function readText(address: Address, letter: string, text: string): Read {
  const body = text.replace(/^[ \t]*(\\\n?)?[ \t]*/, '')
  const end = body.search(/(?<!\\)\n/)
  const line = end === -1 ? body : body.slice(0, end)
  return {
    command: { address, letter, first: line.replaceAll('\\\n', '\n'), second: '', flags: '' },
    rest: end === -1 ? '' : body.slice(end),
  }
}
