/** An editor for YAML in a shadow root: there, CodeMirror adopts style sheets, so the page needs no exception for inline styles. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, Transaction } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { editorTheme } from './editor-theme.ts'

/** A message at a place of the text; lines and columns count from 1. */
export interface Mark {
  readonly line: number
  readonly column: number
  readonly endLine: number | null
  readonly endColumn: number | null
  readonly severity: 'error' | 'warning' | 'info'
  /** The id of the rule, or what reports it. */
  readonly source: string
  readonly message: string
  /** A change that corrects it, in offsets of the text that the marks are for. */
  readonly edits?: readonly Edit[] | undefined
}

/** Marks, and the text that they are for. */
export interface Marks {
  readonly text: string
  readonly list: readonly Mark[]
}

/** More are not read, and each one costs time at every change. */
const maxMarks = 1000

export interface EditorOptions {
  readonly label: string
  readonly text: string
  /** Shown while there is no text. */
  readonly placeholder?: string | undefined
  /** After each change by the user, with the whole text. */
  onChange(text: string): void
}

/** Replaces a range; offsets in UTF-16 units. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export class Editor {
  readonly #view: EditorView

  constructor(host: HTMLElement, { label, text, placeholder: hint = '', onChange }: EditorOptions) {
    const root = host.attachShadow({ mode: 'open' })
    const parent = document.createElement('div')
    parent.style.height = '100%'
    root.append(parent)
    const extensions = [
      lineNumbers(),
      lintGutter(),
      foldGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('  '),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      // Marks characters that change the direction of text, among others.
      highlightSpecialChars(),
      highlightSelectionMatches(),
      yaml(),
      placeholder(hint),
      editorTheme,
      // Tab moves the focus, so that the keyboard is never trapped here (WCAG 2.1.2).
      keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
      // Without a tabindex, checkers take the editor for a region that the keyboard cannot scroll.
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) onChange(state.doc.toString())
      }),
    ]
    this.#view = new EditorView({ root, parent, state: EditorState.create({ doc: withoutMark(text), extensions }) })
  }

  get text(): string {
    return this.#view.state.doc.toString()
  }

  /** Replaces the whole text; `undo` brings the old one back. */
  setText(text: string): void {
    const { state } = this.#view
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: withoutMark(text) },
      selection: { anchor: 0 },
      scrollIntoView: true,
    })
  }

  /** Applies edits that were made for `text`; without effect if the text has changed since. @returns whether they were applied */
  apply(edits: readonly Edit[], text: string): boolean {
    if (this.text !== text || edits.some(({ end }) => end > text.length)) return false
    this.#view.dispatch({
      changes: edits.map(({ start, end, text: insert }) => ({ from: start, to: end, insert })),
      annotations: Transaction.userEvent.of('input.fix'),
    })
    return true
  }

  /** Replaces the marks; without effect if the text has changed since, because newer ones will come. */
  setMarks({ text, list }: Marks): void {
    if (this.text !== text) return
    const diagnostics = list.slice(0, maxMarks).map((mark) => this.#diagnosticOf(mark, text))
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics))
  }

  /** Selects a place and shows it. */
  reveal({ line, column, endLine, endColumn }: Pick<Mark, 'line' | 'column' | 'endLine' | 'endColumn'>): void {
    const from = this.#offsetOf(line, column)
    const to = endLine === null || endColumn === null ? from : Math.max(from, this.#offsetOf(endLine, endColumn))
    this.#view.dispatch({ selection: { anchor: to, head: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
  }

  focus(): void {
    this.#view.focus()
  }

  #diagnosticOf({ line, column, endLine, endColumn, severity, source, message, edits }: Mark, text: string): Diagnostic {
    const from = this.#offsetOf(line, column)
    const to = endLine === null || endColumn === null ? this.#view.state.doc.lineAt(from).to : this.#offsetOf(endLine, endColumn)
    const actions = edits === undefined ? {} : { actions: [{ name: 'Apply the fix', apply: () => void this.apply(edits, text) }] }
    return { from, to: Math.max(from, to), severity, source, message, ...actions }
  }

  /** The text may have changed since the place was found. */
  #offsetOf(line: number, column: number): number {
    const { doc } = this.#view.state
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines))
    return Math.min(from + Math.max(column, 1) - 1, to)
  }
}

/** The offsets of findings do not count a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
