/** Splits a script for the shell of MongoDB into statements. */

import type { Value } from '../../value/value.ts'

/** Branches and functions: what runs is not known. */
const branches = /\b(if|else|try|catch|for|while|function|forEach|map)\b|=>|\?|&&|\|\|/

/** Strings, comments, brackets, the ends of statements, and everything else. */
const token =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[([{]|[)\]}]|[;\n]|["'`]|[^"'`/()[\]{};\n]+|\//g

/**
 * The statements of a script without branches, without comments; undefined if it has some, or does not end. An unknown piece within a
 * statement is one word, `$_…`: a value is assumed not to end the string or the call that it is in.
 */
export function mongoStatements(script: Value): readonly string[] | undefined {
  const text = script.map((piece) => (typeof piece === 'string' ? piece : `$_${piece.id.replace(/\W/g, '_')}`)).join('')
  const statements: string[] = []
  let current = ''
  let depth = 0
  for (const [part] of text.matchAll(token)) {
    const isQuote = /^["'`]/.test(part)
    if (isQuote && part.length === 1) return undefined
    if (!isQuote && branches.test(part)) return undefined
    if (/^\/[/*]/.test(part)) continue
    if (/^[([{]$/.test(part)) depth++
    else if (/^[)\]}]$/.test(part)) depth--
    if (depth === 0 && /^[;\n]$/.test(part)) {
      statements.push(current.trim())
      current = ''
    } else current += isQuote ? part : part.replaceAll(/\s+/g, ' ')
  }
  return depth === 0 ? [...statements, current.trim()].filter((statement) => statement !== '') : undefined
}
