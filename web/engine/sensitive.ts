/** What a link to the texts would reveal: Secrets, and environment variables whose values are in the manifest. */

import { safeText, shorten } from '../../src/lint/text.ts'
import { objectsOf, readManifest } from '../../src/manifest/index.ts'
import { asString, at, isObject, member } from '../../src/model/json.ts'
import type { SensitiveAnswer, Texts } from './protocol.ts'

/** Values that are looked at; what is larger is not checked, so the answer says that. */
const maxVisited = 200_000
/** Phrases in the answer. */
const maxFound = 20

export function answerSensitive({ manifest, policy }: Texts): SensitiveAnswer {
  const found = new Set<string>()
  const budget = { left: maxVisited }
  for (const text of [manifest, policy]) {
    const { documents, errors } = readManifest(text)
    if (errors.length > 0) found.add('a text that cannot be read, so it was not checked')
    for (const document of documents) {
      for (const { object } of objectsOf(document)) {
        if (member(object, 'kind') === 'Secret') found.add(`the Secret ${quoted(asString(at(object, 'metadata', 'name')) ?? '')}`)
      }
      visit(document.value, 0, budget, found)
    }
  }
  if (budget.left <= 0) found.add('more values than were checked')
  return { found: [...found].slice(0, maxFound) }
}

/** Deeper values are no environment of a workload. */
const maxDepth = 64

function visit(value: unknown, depth: number, budget: { left: number }, found: Set<string>): void {
  if (budget.left-- <= 0 || depth > maxDepth) return
  if (typeof value === 'string') visitText(value, depth, budget, found)
  else if (Array.isArray(value)) for (const item of value) visit(item, depth + 1, budget, found)
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'env' && Array.isArray(item)) for (const variable of item) addVariable(variable, found)
      visit(item, depth + 1, budget, found)
    }
  }
}

function addVariable(variable: unknown, found: Set<string>): void {
  const value = member(variable, 'value')
  if (typeof value === 'string' && value !== '')
    found.add(`the value of the environment variable ${quoted(String(member(variable, 'name')))}`)
}

/** An object within a text, as in the annotation kubectl.kubernetes.io/last-applied-configuration. */
function visitText(text: string, depth: number, budget: { left: number }, found: Set<string>): void {
  if (!/^\s*\{/.test(text) || !/"(?:env|kind)"/.test(text)) return
  try {
    const value: unknown = JSON.parse(text)
    if (member(value, 'kind') === 'Secret') found.add(`a Secret within a text`)
    visit(value, depth + 1, budget, found)
  } catch {
    // A text that only looks like JSON.
  }
}

function quoted(name: string): string {
  return `"${shorten(safeText(name), 60)}"`
}
