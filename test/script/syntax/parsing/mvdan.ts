/** Reads the simple commands of a script with mvdan-sh, an independent parser that is written in Go and compiled to JavaScript. */
import { createRequire } from 'node:module'
import type { Command } from './outline.ts'

interface Position {
  Offset(): number
  Line(): number
}

interface Node {
  Pos(): Position
  End(): Position
}

interface Lit extends Node {
  readonly Value: string
}

interface Word extends Node {
  readonly Parts: readonly Node[]
}

interface Quoted extends Node {
  /** `$'…'` and `$"…"`. */
  readonly Dollar: boolean
}

interface Assign extends Node {
  /** Whether an argument of a declaration is not an assignment but an option or a name. */
  readonly Naked: boolean
  readonly Append: boolean
  readonly Name: Lit | null
  readonly Index: Node | null
  readonly Value: Word | null
  readonly Array: Node | null
}

interface Call extends Node {
  readonly Args: readonly Word[]
  readonly Assigns: readonly Assign[]
}

interface Declaration extends Node {
  readonly Variant: Lit
  readonly Args: readonly Assign[]
}

/** A Go error. */
interface Complaint {
  Error(): string
}

interface Syntax {
  NewParser(): { Parse(text: string, name: string): Node }
  Walk(node: Node, visit: (node: Node | null) => boolean): void
  NodeType(node: Node): string
}

const { syntax } = createRequire(import.meta.url)('mvdan-sh') as { syntax: Syntax }

/** The commands that mvdan-sh finds, or its error if the script does not parse. Offsets count UTF-16 units, as in the facade. */
export function readByMvdan(text: string): readonly Command[] | string {
  const file = parsed(text)
  if (typeof file === 'string') return file
  const bytes = Buffer.from(text)
  const offset = (node: Node) => bytes.subarray(0, node.Pos().Offset()).toString().length
  const commands: Command[] = []
  syntax.Walk(file, (node) => {
    if (node === null) return true
    const words = wordsOf(node)
    if (words !== undefined) commands.push({ words, line: node.Pos().Line(), offset: offset(node) })
    return true
  })
  return commands
}

const parser = syntax.NewParser()

function parsed(text: string): Node | string {
  try {
    return parser.Parse(text, '')
  } catch (error) {
    return (error as Complaint).Error()
  }
}

/** The words of a simple command, undefined for any other node. A word that is known only at run time is null. */
function wordsOf(node: Node): readonly (string | null)[] | undefined {
  switch (syntax.NodeType(node)) {
    case 'CallExpr':
      return (node as Call).Args.map(wordText)
    case 'DeclClause': {
      const { Variant, Args } = node as Declaration
      return [Variant.Value, ...Args.map(assignText)]
    }
    case 'LetClause':
      return ['let', null]
    default:
      return undefined
  }
}

function assignText({ Naked, Append, Name, Index, Value, Array: list }: Assign): string | null {
  const value = Value === null ? '' : wordText(Value)
  if (value === null || list !== null || Index !== null) return null
  if (Name === null) return value
  return Naked ? Name.Value : `${Name.Value}${Append ? '+' : ''}=${value}`
}

function wordText({ Parts }: Word): string | null {
  const texts = Parts.map((part) => partText(part, false))
  return texts.includes(null) ? null : texts.join('')
}

function partText(part: Node, isQuoted: boolean): string | null {
  switch (syntax.NodeType(part)) {
    case 'Lit':
      return unescaped((part as Lit).Value, isQuoted)
    case 'SglQuoted':
      return (part as Quoted & Lit).Dollar ? ansi((part as Lit).Value) : (part as Lit).Value
    case 'DblQuoted': {
      const texts = (part as Quoted & Word).Parts.map((child) => partText(child, true))
      return (part as Quoted).Dollar || texts.includes(null) ? null : texts.join('')
    }
    default:
      return null
  }
}

/** Removes escapes: mvdan-sh keeps literals as they are written. */
function unescaped(text: string, isQuoted: boolean): string {
  return text.replace(/\\([\s\S])/g, (whole, letter: string) => {
    if (letter === '\n') return ''
    return isQuoted && !'$`"\\'.includes(letter) ? whole : letter
  })
}

const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** Decodes the common escapes of `$'…'`. */
function ansi(text: string): string {
  return text.replace(/\\(x[\da-f]{1,2}|[\s\S])/gi, (_, sign: string) => {
    if (sign.length > 1) return String.fromCharCode(Number.parseInt(sign.slice(1), 16))
    return letters[sign] ?? sign
  })
}
