/** A rule page for a terminal: what the pages use of Markdown, laid out in columns. */
import { cellsOf, widthOf } from '../inspect/columns.ts'
import type { Paint, Tone } from '../inspect/paint.ts'

export interface PageOptions {
  /** The width of the terminal. */
  readonly columns: number
  /** The colors; false for none, and then code keeps its backticks. */
  readonly color: Paint | false
}

/** Longer lines are hard to read, however wide the terminal is. */
const maxColumns = 100
/** A narrower column of a table would break most words. */
const minColumn = 12
const gap = 2

/** A word with its style. */
interface Word {
  readonly text: string
  readonly tone?: Tone
}

/** A page in Markdown as text with a line feed at the end of each line: headings, paragraphs, lists, tables and code blocks. */
export function renderPage(markdown: string, { columns, color }: PageOptions): string {
  const width = Math.max(2 * minColumn, Math.min(columns, maxColumns))
  const blocks = blocksOf(markdown.replace(/<!--[\s\S]*?-->/g, '')).map((block) => renderBlock(block, width, color))
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

type Block =
  | { readonly kind: 'heading' | 'paragraph' | 'item'; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }

/** Splits a page at blank lines, code fences and headings. */
function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  const lines = markdown.split('\n')
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    const fence = /^(`{3,})/.exec(line)?.[1]
    if (line.trim() === '') index++
    else if (fence !== undefined) {
      const end = lines.findIndex((other, at) => at > index && other.trimEnd() === fence)
      const last = end === -1 ? lines.length : end
      blocks.push({ kind: 'code', lines: lines.slice(index + 1, last) })
      index = last + 1
    } else if (/^#+ /.test(line)) {
      blocks.push({ kind: 'heading', text: line.replace(/^#+ /, '') })
      index++
    } else {
      const end = lines.findIndex((other, at) => at > index && (other.trim() === '' || /^(?:#+ |`{3})/.test(other)))
      const part = lines.slice(index, end === -1 ? lines.length : end)
      blocks.push(textBlock(part))
      index += part.length
    }
  }
  return blocks
}

function textBlock(lines: readonly string[]): Block {
  const [first = ''] = lines
  if (first.startsWith('|')) return { kind: 'table', rows: lines.filter((line) => !/^[|\s:-]+$/.test(line)).map(cellsOfRow) }
  if (/^[-*] /.test(first))
    return {
      kind: 'list',
      items: lines
        .join('\n')
        .split(/\n(?=[-*] )/)
        .map((item) => item.slice(2).replace(/\s+/g, ' ')),
    }
  return { kind: 'paragraph', text: lines.join(' ') }
}

/** The cells between the pipes of a row; a backslash before a pipe makes it text. */
function cellsOfRow(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function renderBlock(block: Block, width: number, color: Paint | false): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [paintWords(wordsOf(block.text, color, 'place'), color)]
    case 'code':
      return block.lines.map((line) => `    ${line}`.trimEnd())
    case 'table':
      return renderTable(block.rows, width, color)
    case 'list':
      return block.items.flatMap((item) =>
        wrap(wordsOf(item, color), width - 4).map((line, index) => `${index === 0 ? '  - ' : '    '}${paintWords(line, color)}`),
      )
    default:
      return wrap(wordsOf(block.text, color), width).map((line) => paintWords(line, color))
  }
}

/** Code, images, links, and bare links, in the order of the groups. */
const inline = /`([^`]+)`|!\[[^\]]*\]\([^)]*\)|\[([^\]]+)\]\(([^)]+)\)|<(https?:[^>]+)>/g

/** The words of a text: of a link, its text, and its address if that is a URL. Images are left out. */
function wordsOf(text: string, color: Paint | false, tone?: Tone): Word[] {
  const words: Word[] = []
  let glue = false
  const add = (part: string, style: Tone | undefined): void => {
    const pieces = part.split(' ')
    for (const [index, piece] of pieces.entries()) {
      const last = words.at(-1)
      // Without a blank between them, a word and a code span belong together; they break as one.
      if (index === 0 && glue && last !== undefined && piece !== '') words[words.length - 1] = join(last, piece, style, color)
      else if (piece !== '') words.push(style === undefined ? { text: piece } : { text: piece, tone: style })
    }
    glue = !part.endsWith(' ') && part !== ''
  }
  let from = 0
  for (const match of text.matchAll(inline)) {
    const [whole, code, label, target, url] = match
    add(text.slice(from, match.index), tone)
    from = match.index + whole.length
    if (code !== undefined) add(color === false ? `\`${code}\`` : code, tone ?? 'info')
    else if (label !== undefined) add(/^https?:/.test(target ?? '') ? `${label} (${target})` : label.replaceAll('`', ''), tone)
    else if (url !== undefined) add(url, tone)
  }
  add(text.slice(from), tone)
  return words
}

/** Two parts without a blank between them; the style is applied at once, because a word has only one. */
function join(word: Word, piece: string, tone: Tone | undefined, color: Paint | false): Word {
  if (word.tone === tone) return { ...word, text: `${word.text}${piece}` }
  return { text: `${paintWord(word, color)}${tone === undefined ? piece : paintWord({ text: piece, tone }, color)}` }
}

function paintWord({ text, tone }: Word, color: Paint | false): string {
  return color === false || tone === undefined ? text : color(tone, text)
}

function paintWords(words: readonly Word[], color: Paint | false): string {
  return words.map((word) => paintWord(word, color)).join(' ')
}

/** What a terminal does not show: the escape sequences of colors. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is how they start.
const escapes = /\u001b\[[\d;]*m/g

function columnsOf(text: string): number {
  return widthOf(cellsOf(text.replace(escapes, '')))
}

/** Words in lines of at most `width` columns; a longer word has a line of its own. */
function wrap(words: readonly Word[], width: number): Word[][] {
  const lines: Word[][] = []
  let left = 0
  for (const word of words) {
    const columns = columnsOf(word.text)
    const line = lines.at(-1)
    if (line === undefined || columns + 1 > left) {
      lines.push([word])
      left = width - columns
    } else {
      line.push(word)
      left -= columns + 1
    }
  }
  return lines
}

function renderTable(rows: readonly (readonly string[])[], width: number, color: Paint | false): readonly string[] {
  const cells = rows.map((row, index) => row.map((cell) => wordsOf(cell, color, index === 0 ? 'place' : undefined)))
  const widths = fit(naturalWidths(cells), width)
  return cells.flatMap((row) => {
    const columns = row.map((words, index) => wrap(words, widths[index] ?? minColumn))
    const height = Math.max(1, ...columns.map((lines) => lines.length))
    return Array.from({ length: height }, (_, line) => {
      const parts = columns.map((lines, index) => {
        const text = paintWords(lines[line] ?? [], color)
        return `${text}${' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(text)))}`
      })
      return parts.join(' '.repeat(gap)).trimEnd()
    })
  })
}

function naturalWidths(rows: readonly (readonly (readonly Word[])[])[]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, words] of row.entries()) {
      const width = words.reduce((sum, { text }) => sum + columnsOf(text) + 1, -1)
      widths[index] = Math.max(widths[index] ?? 0, width)
    }
  }
  return widths
}

/** Narrows the widest columns until the table fits, as far as words allow. */
function fit(widths: readonly number[], width: number): readonly number[] {
  const fitted = [...widths]
  let excess = fitted.reduce((sum, each) => sum + each + gap, -gap) - width
  while (excess > 0) {
    const widest = fitted.indexOf(Math.max(...fitted))
    const wide = fitted[widest] ?? 0
    if (wide <= minColumn) break
    fitted[widest] = wide - 1
    excess--
  }
  return fitted
}
