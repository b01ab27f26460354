/** Turns schema violations into messages with a location. */
import { safeText, shorten } from '../lint/text.ts'
import { asArray, asObject, asString, isObject, member, pointerSteps, valueAt } from '../model/json.ts'
import { suggestion } from '../model/nearest.ts'
import type { SchemaError } from './document-validator.generated.js'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'
import type { LocatedDocument } from './sources.ts'

/** Maximum number of errors of one document that are explained: nothing is gained by a longer list. */
const maxExplained = 100

/** Pointers of mappings from rule ids to entries. */
const holdsRules = /^(\/overrides\/\d+)?\/rules$/

/** The problems behind the schema's errors. Entries for rules that only the registry knows are not problems. */
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
 * Keeps only the errors of the anyOf branch that was meant (schema.ts: branch 0 is a bare action, branch 1 the long form): branch 1 for a
 * mapping, otherwise branch 0.
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
  return `unknown key ${printed(key)}${hint !== '' || known.length === 0 ? hint : `; the keys allowed here are ${known.join(', ')}`}`
}

function explainValue({ keyword, params, instancePath, parentSchema }: SchemaError, value: unknown): string {
  const title = asString(member(parentSchema, 'title'))
  switch (keyword) {
    case 'enum':
      return explainEnum(asArray(params.allowedValues), value, instancePath)
    case 'minItems':
      return 'the list is empty; remove the key or add an entry'
    case 'maxItems':
      return `the list has more than ${String(params.limit)} entries`
    case 'type':
      return mustBe(value, title ?? typeWords.get(String(params.type)) ?? String(params.type))
    default:
      return title === undefined ? `the value is ${printed(value)}, but ${limitWords(params)}` : mustBe(value, title)
  }
}

function mustBe(value: unknown, expected: string): string {
  return `the value is ${printed(value)}, but it must be ${expected}`
}

const typeWords = new Map([
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['integer', 'an integer'],
  ['boolean', 'true or false'],
])

const comparisonWords = new Map([
  ['>=', 'at least'],
  ['<=', 'at most'],
  ['>', 'greater than'],
  ['<', 'less than'],
])

/** The violated limit of a number or pattern of a string, for keywords that only options of rules use. */
function limitWords(params: SchemaError['params']): string {
  if (params.comparison !== undefined) {
    const comparison = String(params.comparison)
    return `it must be ${comparisonWords.get(comparison) ?? comparison} ${String(params.limit)}`
  }
  return params.pattern === undefined ? 'this value is not allowed here' : `it must match the pattern ${String(params.pattern)}`
}

function explainEnum(allowed: readonly unknown[], value: unknown, instancePath: string): string {
  const words = allowed.filter((word) => typeof word === 'string')
  if (value === 'fix' && words.includes('deny')) {
    const steps = pointerSteps(instancePath)
    const rule = steps[steps.lastIndexOf('rules') + 1] ?? ''
    return `${rule} has no safe fix, so its action cannot be fix; use one of ${words.join(', ')}`
  }
  const hint = typeof value === 'string' ? suggestion(value, words) : ''
  const forms = words.includes('deny') ? ', or a mapping with action' : ''
  const expected = `${words.length === 1 ? '' : 'one of '}${words.join(', ')}${instancePath.endsWith('/action') ? '' : forms}`
  return `${mustBe(value, expected)}${hint}`
}

/** A value as messages show it: shortened and without control characters. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'a mapping'
  return shorten(safeText(typeof value === 'string' ? `"${value}"` : String(value)), 60)
}
