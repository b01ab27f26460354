/** The rule pages as data, so that the page needs no parser of Markdown and inserts no HTML. */
import { readdirSync, readFileSync } from 'node:fs'
import { marked, type Token, type Tokens } from 'marked'
import type { Plugin } from 'vite'
import type { Block, Inline } from '../page/markdown-tree.ts'

const module = 'virtual:rule-pages'
const rules = new URL('../../src/rules/', import.meta.url)

/** A module whose default export has the pages by the id of the rule. */
export function rulePages(): Plugin {
  return {
    name: module,
    resolveId: (id) => (id === module ? `\0${module}` : undefined),
    load: (id) => (id === `\0${module}` ? `export default ${JSON.stringify(readRulePages())}` : undefined),
  }
}

/** The pages in src/rules, by the id of the rule. */
export function readRulePages(): Readonly<Record<string, readonly Block[]>> {
  const ids = readdirSync(rules, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  const pages = ids.flatMap((id) => {
    const text = pageOf(id)
    return text === undefined ? [] : [[id, blocksOf(marked.lexer(text))] as const]
  })
  return Object.fromEntries(pages.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function pageOf(id: string): string | undefined {
  try {
    return readFileSync(new URL(`${id}/rule.md`, rules), 'utf8')
  } catch {
    return undefined
  }
}

function blocksOf(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'heading':
        return [{ kind: 'heading', depth: token.depth, inside: inlinesOf(token.tokens) }]
      case 'paragraph':
      case 'text':
        return [{ kind: 'paragraph', inside: inlinesOf(token.tokens ?? [token]) }]
      case 'code':
        return [{ kind: 'code', language: (token.lang ?? '').split(/\s/)[0] ?? '', text: token.text }]
      case 'list': {
        const list = token as Tokens.List
        return [{ kind: 'list', isOrdered: list.ordered, items: list.items.map((item) => blocksOf(item.tokens)) }]
      }
      case 'table': {
        const { header, rows } = token as Tokens.Table
        const cells = (row: readonly Tokens.TableCell[]) => row.map((cell) => inlinesOf(cell.tokens))
        return [{ kind: 'table', head: cells(header), rows: rows.map(cells) }]
      }
      case 'blockquote':
        return blocksOf(token.tokens ?? [])
      // Comments are for the generator of the docs.
      case 'space':
      case 'html':
      case 'hr':
        return []
      default:
        throw new Error(`The playground cannot show Markdown of the type ${token.type}.`)
    }
  })
}

function inlinesOf(tokens: readonly Token[] = []): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case 'text':
      case 'escape':
        return token.type === 'text' && token.tokens !== undefined ? inlinesOf(token.tokens) : [{ kind: 'text', text: decoded(token.text) }]
      case 'codespan':
        return [{ kind: 'code', text: decoded(token.text) }]
      case 'strong':
      case 'em':
        return [{ kind: token.type, inside: inlinesOf(token.tokens) }]
      case 'link':
        return [{ kind: 'link', href: token.href, inside: inlinesOf(token.tokens) }]
      case 'br':
        return [{ kind: 'text', text: ' ' }]
      case 'image':
      case 'html':
        return []
      default:
        throw new Error(`The playground cannot show Markdown of the type ${token.type}.`)
    }
  })
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** Without the entities that the lexer may have written. */
function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole)
}
