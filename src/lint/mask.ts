/**
 * Hides literals that may be secrets in text that leaves initlint for others than its author: warnings, denials, Events and log lines.
 * Scripts contain passwords, and the rehearsal expands variables, so messages about them may quote both.
 */
import { type Span, secretSpans } from './secret-spans.ts'
import { isSecretName } from './secret-words.ts'

/** What a secret is replaced by. */
const mask = '***'

/** How much more text of a review may be scanned for secrets, in UTF-16 units. */
export interface ScanBudget {
  left: number
}

/** The budget of one review. */
export function scanBudget(): ScanBudget {
  return { left: maxScanned }
}

/** The literals of one container that may be secrets; all of its text is hidden if they are too many, or if its text is too long. */
export interface Secrets {
  readonly literals: readonly string[]
  readonly areTooMany: boolean
}

const noSecrets: Secrets = Object.freeze({ literals: Object.freeze([]), areTooMany: false })

/** Longest text that is shown, in UTF-16 units; values in messages are much shorter. */
const maxShown = 2000
/** Longest part of a secret that is looked for; what follows it is hidden too. */
const maxLiteral = 200
/** Maximum number of secrets: each one is looked for in every text. */
const maxSecrets = 100
/** Longest text of one review in which secrets are looked for: the length of the longest script that is analyzed. */
const maxScanned = 64 * 1024
/** Longest word of a command that is read together with the words around it; the others are scripts. */
const maxOperand = 500
/** Shorter literals are hidden only as entire words: `a` is in every path. */
const shortLength = 6

/**
 * The text with `***` in place of what may be a secret: values of options and variables with telling names, credentials in URLs and
 * headers, generated words, and the given literals. Variables such as `$TOKEN` stay.
 */
export function maskSecrets(text: string, secrets: Secrets = noSecrets): string {
  if (secrets.areTooMany) return mask
  const isCut = text.length > maxShown + maxLiteral
  let shown = isCut ? text.slice(0, maxShown + maxLiteral) : text
  for (const literal of secrets.literals) shown = withoutLiteral(shown, literal)
  shown = withoutSpans(shown, secretSpans(shown))
  // A secret that the cut splits is within the last characters.
  return isCut ? `${shown.slice(0, Math.max(0, shown.length - maxLiteral))}…` : shown
}

/**
 * Finds the literals that may be secrets in what a container runs.
 * @param words command and args
 * @param environment variables with literal values
 */
export function secretsOf(
  words: readonly string[],
  environment: readonly (readonly [name: string, value: string])[],
  budget: ScanBudget = scanBudget(),
): Secrets {
  const literals = new Set<string>()
  const scan = (text: string): void => {
    budget.left -= text.length
    if (literals.size > maxSecrets || budget.left < 0) return
    for (const { start, end } of secretSpans(text)) note(text.slice(start, end), literals)
  }
  // Variables come first: their values appear in commands by themselves.
  for (const [name, value] of environment) {
    if (isSecretName(name) && !/^\/[^/]*\//.test(value)) note(value, literals)
    else scan(value)
  }
  for (const word of words) scan(word)
  // An option and its value may be separate words.
  scan(words.map(quoted).join(' '))
  // The longest first, so that no part of one remains.
  return {
    literals: [...literals].sort((a, b) => b.length - a.length).slice(0, maxSecrets),
    areTooMany: literals.size > maxSecrets || budget.left < 0,
  }
}

/** A single character says nothing, and would hide everything. */
function note(literal: string, literals: Set<string>): void {
  for (const line of literal.split('\n')) if (line.trim().length > 1) literals.add(line.trim())
}

function quoted(word: string): string {
  if (word.length > maxOperand) return ''
  if (!/\s/.test(word)) return word
  return word.includes("'") ? (word.includes('"') ? '' : `"${word}"`) : `'${word}'`
}

function withoutLiteral(text: string, literal: string): string {
  const wanted = literal.slice(0, maxLiteral)
  if (!text.includes(wanted)) return text
  if (literal.length > maxLiteral) return `${text.slice(0, text.indexOf(wanted))}${mask}`
  if (literal.length >= shortLength || /[^A-Za-z]/.test(literal)) return text.replaceAll(wanted, mask)
  const letter = /[A-Za-z0-9]/
  return text
    .split(wanted)
    .reduce((left, right) => `${left}${letter.test(left.charAt(left.length - 1)) || letter.test(right.charAt(0)) ? wanted : mask}${right}`)
}

function withoutSpans(text: string, spans: readonly Span[]): string {
  let masked = ''
  let end = 0
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start >= end) masked += `${text.slice(end, span.start)}${mask}`
    end = Math.max(end, span.end)
  }
  return masked + text.slice(end)
}
