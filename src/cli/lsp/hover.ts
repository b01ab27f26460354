/** What an editor shows for a finding under the cursor: the finding, what kubectl will show, and the page of its rule. */
import type { Hover, Position } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { explainInputs } from '../../inspect/explain.ts'
import { renderExplainText } from '../../inspect/explain-text.ts'
import { type DiagnosticEntry, defaultDocsBase, type ObjectName } from '../../inspect/output.ts'
import { rulePage } from '../package.ts'
import type { Checked } from './check.ts'
import { shownEntries } from './diagnostics.ts'
import { rangesIn, touch } from './places.ts'

/** More findings at one place are in the list of problems. */
const maxEntries = 3

/** How much is simulated for one hover: the start of a pod takes about a millisecond. */
const limits = { workloads: 100, starts: 300 }

/** The hover at a position, null if there is no finding. */
export function hoverAt(position: Position, checked: Checked, document: TextDocument, namespace: string): Hover | null {
  if (checked.kind !== 'checked') return null
  const range = rangesIn(document)
  const found = shownEntries(checked.output).flatMap((entry) => {
    const place = range({ line: entry.line ?? 1, column: entry.column ?? 1, endLine: entry.endLine, endColumn: entry.endColumn })
    return touch(place, { start: position, end: position }) ? [{ entry, place }] : []
  })
  const [first] = found
  if (first === undefined) return null
  const rules = [...new Set(found.map(({ entry }) => entry.rule))]
  const parts = [
    ...found.slice(0, maxEntries).map(({ entry }) => summaryOf(entry)),
    predictionOf(first.entry.object, explainedText(document, position), namespace),
    ...rules.slice(0, 1).map(pageOf),
  ]
  return { range: first.place, contents: { kind: 'markdown', value: parts.filter((part) => part !== '').join('\n\n') } }
}

/** A longer text is not explained as a whole, so scripts in the ConfigMaps of its other documents are not known. */
const maxUnits = 100_000

/** The text of which the prediction is made: all of it, or the YAML document at the position. */
function explainedText(document: TextDocument, position: Position): string {
  const text = document.getText()
  if (text.length <= maxUnits) return text
  const offset = document.offsetAt(position)
  const start = text.lastIndexOf('\n---', offset)
  const end = text.indexOf('\n---', offset)
  return text.slice(start === -1 ? 0 : start + 1, end === -1 ? text.length : end)
}

/** Texts of the manifest are in a code block: they must not become links. */
function codeBlock(text: string): string {
  return `\`\`\`text\n${text.replaceAll('```', "'''").trimEnd()}\n\`\`\``
}

function summaryOf({ rule, docs, message, hint }: DiagnosticEntry): string {
  return `[${rule}](${docs})\n\n${codeBlock(message)}\n\n${hint}`
}

/** How the pods of an object start if everything works, and under the most harmful likely failure. */
function predictionOf(wanted: ObjectName, text: string, namespace: string): string {
  const { timelines } = explainInputs([{ file: null, text }], { namespace, conditions: [], limits })
  const own = timelines.filter(({ object }) => isSame(object, wanted)).slice(0, 2)
  return own.length === 0 ? '' : `**What kubectl will show**\n\n${codeBlock(renderExplainText({ timelines: own, errors: [] }, false))}`
}

function isSame(a: ObjectName, b: ObjectName): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace
}

/** The page of a rule without its heading and pictures, with links that an editor can open. */
function pageOf(rule: string): string {
  const page = rulePage(rule) ?? ''
  const text = page
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^# .*$/m, '')
    .replace(/^!\[.*$/gm, '')
    .replace(/\]\((?![a-z]+:|#)([^)]*)\)/g, (_, path: string) => `](${new URL(path, `${defaultDocsBase}/docs/rules/`).href})`)
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return text === '' ? '' : `---\n\n${text}`
}
