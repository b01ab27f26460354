/** What the schema found wrong, in sentences with a place. */
import { safeText, shorten } from '../lint/text.ts'
import { asArray, asObject, asString, isObject, member } from '../model/json.ts'
import type { SchemaError } from './document-validator.generated.js'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, pointerSteps, problem, valueAt } from './problem.ts'
import type { LocatedDocument } from './sources.ts'
import { suggestion } from './suggestion.ts'

/** Most errors of one document that are explained: nobody reads more at once. */
const maxExplained = 100

/** Pointers of mappings from rule ids to entries. */
const holdsRules = /^(\/overrides\/\d+)?\/rules$/

/** The problems that the schema's errors stand for. Entries of rules that only the registry knows are no problem. */
export function explain(document: LocatedDocument, errors: readonly SchemaError[]): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  const seen = new Set<string>()
  for (const error of withoutOtherBranches(document, errors).slice(0, maxExplained)) {
    const explained = explainOne(document, error)
    if (explained === undefined) continue
    const identity = `${explained.key}\n${explained.message}`
    if (!seen.has(identity)) problems.push(explained)
    seen.add(identity)
  }
  return problems
}

/**
 * Of an anyOf (schema.ts: branch 0 an action alone, branch 1 the long form), what is wrong with the form that was meant: the errors of
 * branch 1 for a mapping, else the one of branch 0.
 */
function withoutOtherBranches(document: LocatedDocument, errors: readonly SchemaError[]): readonly SchemaError[] {
  const dropped: string[] = []
  for (const { keyword, schemaPath, instancePath } of errors) {
    if (keyword === 'anyOf') dropped.push(`${schemaPath}/${isObject(valueAt(document.tree, instancePath)) ? 0 : 1}/`)
  }
  const isDropped = new Set(dropped)
  return errors.filter(({ keyword, schemaPath }) => keyword !== 'anyOf' && !isDropped.has(branchOf(schemaPath)))
}

function branchOf(schemaPath: string): string {
  const anyOf = schemaPath.indexOf('/anyOf/')
  return anyOf === -1 ? '' : schemaPath.slice(0, anyOf + '/anyOf/0/'.length)
}

function explainOne(document: LocatedDocument, error: SchemaError): PolicyProblem | undefined {
  const { instancePath, keyword, params } = error
  const at = (pointer: string, part: 'value' | 'key', message: string): PolicyProblem =>
    problem('error', document.file, document.locate(pointer, part), keyPath(document.tree, pointer), message)
  if (keyword === 'additionalProperties') {
    const key = String(params.additionalProperty)
    // Rule ids are checked against the registry, not against the schema.
    if (holdsRules.test(instancePath)) return undefined
    return at(childPointer(instancePath, key), 'key', unknownKey(key, error.parentSchema))
  }
  if (keyword === 'required') {
    const key = String(params.missingProperty)
    return { ...at(instancePath, 'key', `the key ${key} is missing`), key: keyPath(document.tree, childPointer(instancePath, key)) }
  }
  return at(instancePath, 'value', explainValue(error, valueAt(document.tree, instancePath)))
}

function unknownKey(key: string, parent: unknown): string {
  const known = Object.keys(asObject(member(parent, 'properties')))
  const hint = suggestion(key, known)
  return `there is no key ${printed(key)} here${hint !== '' || known.length === 0 ? hint : `; the keys are ${known.join(', ')}`}`
}

function explainValue({ keyword, params, instancePath, parentSchema }: SchemaError, value: unknown): string {
  const title = asString(member(parentSchema, 'title'))
  switch (keyword) {
    case 'enum':
      return explainEnum(asArray(params.allowedValues), value, instancePath)
    case 'minItems':
      return 'the list is empty: leave the key out, or name something'
    case 'maxItems':
      return `the list has more than ${String(params.limit)} entries`
    case 'type':
      return `it is ${printed(value)}; it must be ${title ?? typeWords.get(String(params.type)) ?? String(params.type)}`
    default:
      return title === undefined ? `it is ${printed(value)}; ${limitWords(params)}` : `it is ${printed(value)}; it must be ${title}`
  }
}

const typeWords = new Map([
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
])

/** For keywords of rule options: numbers say their limit, texts their pattern. */
function limitWords(params: SchemaError['params']): string {
  if (params.comparison !== undefined) return `it must be ${String(params.comparison)} ${String(params.limit)}`
  return params.pattern === undefined ? 'that is not possible here' : `it must look like ${String(params.pattern)}`
}

function explainEnum(allowed: readonly unknown[], value: unknown, instancePath: string): string {
  const words = allowed.filter((word) => typeof word === 'string')
  if (value === 'fix' && words.includes('deny')) {
    const steps = pointerSteps(instancePath)
    const rule = steps[steps.lastIndexOf('rules') + 1] ?? ''
    return `${rule} has no safe fix, so fix is no action for it; use ${words.join(', ')}`
  }
  const hint = typeof value === 'string' ? suggestion(value, words) : ''
  const forms = words.includes('deny') ? ', or a mapping with action' : ''
  return `it is ${printed(value)}; it must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}${instancePath.endsWith('/action') ? '' : forms}${hint}`
}

/** A value as a message shows it: short and safe. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'a mapping'
  return shorten(safeText(typeof value === 'string' ? `"${value}"` : String(value)), 60)
}
