/** Comments in manifests that state what the policy does about them, for `policy test`. */
import type { Registry } from '../lint/registry.ts'
import type { Action } from '../lint/rule.ts'
import { safeText, shorten } from '../lint/text.ts'
import { suggestion } from '../model/nearest.ts'
import { ruleSuggestion } from '../policy/suggestion.ts'
import type { Place } from './output.ts'

/** What can be expected of a finding: its action, or that it is exempted. */
export type ExpectedAction = Exclude<Action, 'off'> | 'exempt'

/** `# initlint-expect: deny image-latest web` */
export interface Expectation {
  readonly action: ExpectedAction
  readonly rule: string
  /** Null if any container, or the pod, is meant. */
  readonly container: string | null
}

/** The comments about one YAML document. */
export interface DocumentExpectations {
  readonly lastLine: number
  /** Undefined if no comment states what to expect; empty for `none`. */
  readonly expected: readonly (Expectation & Place)[] | undefined
  /** The place of the first of them. */
  readonly place: Place | undefined
  /** The requester, from `# initlint-user: NAME`. */
  readonly user: string | null
}

export interface ReadExpectations {
  /** In the order of the documents. The comments of a document that has nothing else belong to the next one. */
  readonly documents: readonly DocumentExpectations[]
  /** Lines that would test nothing. */
  readonly errors: readonly (Place & { readonly message: string })[]
}

const actions: ReadonlySet<string> = new Set(['audit', 'warn', 'fix', 'deny', 'exempt'] satisfies ExpectedAction[])
const none = 'none'
const directive = /^(\s*)#\s*initlint-([a-z]+)\s*:(.*)$/
const separator = /^---(?:\s|$)/

/** Reads the comments of a file. */
export function readExpectations(text: string, registry: Registry): ReadExpectations {
  const documents: DocumentExpectations[] = []
  const errors: (Place & { message: string })[] = []
  let open = new OpenDocument()
  const lines = text.split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (separator.test(line) && open.hasContent) {
      documents.push(open.closed(index))
      open = new OpenDocument()
    }
    const [, indent = '', key = '', value = ''] = directive.exec(line) ?? []
    const place = { line: index + 1, column: indent.length + 1 }
    if (key !== '') {
      const problem = open.take(key, value.trim(), place, registry)
      if (problem !== undefined) errors.push({ ...place, message: problem })
    } else if (!separator.test(line) && !/^\s*(?:#|$)/.test(line)) open.hasContent = true
  }
  documents.push(open.closed(lines.length))
  return { documents, errors }
}

/** A document while its lines are read. */
class OpenDocument {
  hasContent = false
  readonly #expected: (Expectation & Place)[] = []
  #place: Place | undefined
  #isNone = false
  #user: string | null = null

  /** @returns what is wrong with the comment */
  take(key: string, value: string, place: Place, registry: Registry): string | undefined {
    if (key === 'user') {
      if (value === '') return 'initlint-user needs the name of a user'
      this.#user = value
      return undefined
    }
    if (key !== 'expect') return `there is no comment initlint-${shorten(key, 40)}${suggestion(key, ['expect', 'user'])}`
    this.#place ??= place
    if (value === none) this.#isNone = true
    else {
      const read = readExpectation(value, registry)
      if (typeof read === 'string') return read
      this.#expected.push({ ...read, ...place })
    }
    const isShown = this.#expected.some(({ action }) => action !== 'audit' && action !== 'exempt')
    return this.#isNone && isShown ? 'the document is expected to have no warning, fix or denial, and to have one' : undefined
  }

  closed(lastLine: number): DocumentExpectations {
    return { lastLine, expected: this.#place && this.#expected, place: this.#place, user: this.#user }
  }
}

function readExpectation(value: string, registry: Registry): Expectation | string {
  const [action = '', rule = '', container, ...more] = value.split(/\s+/)
  const shown = (word: string): string => shorten(safeText(word), 60)
  if (!actions.has(action)) {
    return `"${shown(action)}" is no action; write none, or one of ${[...actions].join(', ')} and a rule: warn image-latest`
  }
  if (rule === '') return `${action} needs a rule: ${action} image-latest`
  if (registry.get(rule) === undefined) return `there is no rule ${shown(rule)}${ruleSuggestion(rule, registry)}`
  if (more.length > 0) return `"${shown(more.join(' '))}" is one word too many; write ACTION RULE [CONTAINER]`
  return { action: action as ExpectedAction, rule, container: container ?? null }
}
