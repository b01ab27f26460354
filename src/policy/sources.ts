/** Reads policy documents from texts: bare documents, and ConfigMap manifests whose keys contain them. */
import { type ManifestDocument, type Position, type ReadError, readManifest } from '../manifest/index.ts'
import { asObject, isObject, type JsonObject, member } from '../model/json.ts'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'

/** One text of a policy and the file name shown in messages. */
export interface PolicySource {
  readonly file: string
  readonly text: string
}

/** One policy document, not validated yet. */
export interface LocatedDocument {
  readonly file: string
  /** Members that are null are omitted: `registries:` without a value sets nothing. */
  readonly tree: JsonObject
  /** The position in the file of the value (or key) at a pointer of the tree; the position of the enclosing value if there is none. */
  locate(pointer: string, part?: 'value' | 'key'): Position
}

export interface SourcesRead {
  readonly documents: readonly LocatedDocument[]
  readonly problems: readonly PolicyProblem[]
}

/** The maximum size of a ConfigMap (kubernetes pkg/apis/core/validation, MaxSecretSize), so no policy is larger. */
const maxBytes = 1024 * 1024

/**
 * The maximum size in bytes of a policy in a ConfigMap. It leaves room for metadata, because a second ConfigMap stores the last good policy
 * together with its hash, its version and the errors of a refused successor.
 */
export const maxKeptBytes = maxBytes - 16 * 1024

const start: Position = { line: 1, column: 1 }

type Place = (line: number, column: number) => Position

/** Reads all sources in order; within a ConfigMap, its *.yaml and *.yml keys sorted by name. */
export function readSources(sources: readonly PolicySource[]): SourcesRead {
  const documents: LocatedDocument[] = []
  const problems: PolicyProblem[] = []
  let bytes = 0
  for (const source of sources) {
    bytes += new TextEncoder().encode(source.text).length
    if (bytes > maxBytes) {
      problems.push(
        problem('error', source.file, start, '', 'the policy is larger than 1 MiB, the maximum size of a ConfigMap; make it smaller'),
      )
      break
    }
    readSource(source, documents, problems)
  }
  if (documents.length === 0 && problems.every(({ level }) => level === 'warning')) {
    problems.push(
      problem(
        'error',
        sources[0]?.file ?? '',
        start,
        '',
        'there is no policy document; add one with apiVersion: initlint.dev/v1alpha1 and kind: Policy',
      ),
    )
  }
  return { documents, problems }
}

function readSource(source: PolicySource, documents: LocatedDocument[], problems: PolicyProblem[]): void {
  const inFile: Place = (line, column) => ({ line, column })
  const document = readOne(source.file, source.text, '', inFile, problems)
  if (document === undefined) return
  if (member(document.value, 'kind') === 'ConfigMap') readConfigMap(source.file, document, documents, problems)
  else addDocument(source.file, document, inFile, documents, problems)
}

/** The only document of a text, or undefined, with the reason added to the problems. */
function readOne(file: string, text: string, key: string, place: Place, problems: PolicyProblem[]): ManifestDocument | undefined {
  // YAML 1.2, because `on` and `off` are words of a policy. Inside a ConfigMap it is a string to kubectl, so YAML 1.1 never applies.
  const { documents, errors } = readManifest(text, { maxAliases: 0, dialect: 'core' })
  for (const error of errors) problems.push(unreadable(file, error, key, place))
  const [first, second] = documents
  if (second !== undefined) {
    const { line, column } = second.locate('') ?? start
    problems.push(
      problem(
        'error',
        file,
        place(line, column),
        key,
        'a file or ConfigMap key can contain only one policy document; move the second one to a file or key of its own',
      ),
    )
    return undefined
  }
  if (first === undefined && errors.length === 0)
    problems.push(problem('warning', file, place(1, 1), key, 'the document is empty and has no effect'))
  return errors.length === 0 ? first : undefined
}

function unreadable(file: string, error: ReadError, key: string, place: Place): PolicyProblem {
  const position = error.line === null ? place(1, 1) : place(error.line, error.column ?? 1)
  return problem('error', file, position, error.repeatedKey ?? key, error.message)
}

const noKeyMessage = 'the ConfigMap has no key that ends in .yaml or .yml; store the policy under one, such as policy.yaml'

/** The keys of a ConfigMap's `data` that contain policy documents, in the order in which they are merged. */
function policyKeys(data: JsonObject): readonly string[] {
  return Object.keys(data)
    .filter((name) => name.endsWith('.yaml') || name.endsWith('.yml'))
    .sort()
}

/**
 * The policy texts of a ConfigMap from the API server. Each key is treated as a file, so line numbers are relative to the key.
 * @returns empty if no key ends in .yaml or .yml; values that are not strings are omitted, as the API server never stores them
 */
export function configMapTexts(configMap: unknown): readonly PolicySource[] {
  const data = asObject(member(configMap, 'data'))
  return policyKeys(data).flatMap((file) => {
    const text = data[file]
    return typeof text === 'string' ? [{ file, text }] : []
  })
}

/** The problem of a ConfigMap without a key for a policy. */
export function noPolicyKey(): PolicyProblem {
  return problem('error', 'data', start, '', noKeyMessage)
}

function readConfigMap(file: string, configMap: ManifestDocument, documents: LocatedDocument[], problems: PolicyProblem[]): void {
  const data = asObject(member(configMap.value, 'data'))
  const names = policyKeys(data)
  if (names.length === 0) {
    const position = configMap.locateKey('/data') ?? start
    problems.push(problem('error', file, position, 'data', noKeyMessage))
  }
  for (const name of names) {
    const pointer = childPointer('/data', name)
    const key = keyPath(asObject(configMap.value), pointer)
    const text = data[name]
    const place: Place = (line, column) => configMap.locateInText(pointer, line, column) ?? configMap.locateKey(pointer) ?? start
    if (typeof text !== 'string') {
      problems.push(problem('error', file, place(1, 1), key, 'the value must be a string; start it with "|" and indent the policy below'))
      continue
    }
    const document = readOne(file, text, key, place, problems)
    if (document !== undefined) addDocument(file, document, place, documents, problems)
  }
}

function addDocument(
  file: string,
  document: ManifestDocument,
  place: Place,
  documents: LocatedDocument[],
  problems: PolicyProblem[],
): void {
  if (!isObject(document.value)) {
    problems.push(problem('error', file, place(1, 1), '', 'a policy must be a mapping that starts with apiVersion and kind'))
    return
  }
  documents.push({
    file,
    tree: asObject(withoutNulls(document.value)),
    locate: (pointer, part = 'value') => {
      const { line, column } = nearestPosition(document, pointer, part)
      return place(line, column)
    },
  })
}

function nearestPosition(document: ManifestDocument, pointer: string, part: 'value' | 'key'): Position {
  const found = part === 'value' ? document.locate(pointer) : document.locateKey(pointer)
  for (let above = pointer; found === undefined && above !== ''; ) {
    above = above.slice(0, above.lastIndexOf('/'))
    const position = document.locate(above)
    if (position !== undefined) return position
  }
  return found ?? start
}

/** A copy without members that are null. The reader bounds the depth; a key named `__proto__` remains an own key. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(members.map(([key, inner]) => [key, withoutNulls(inner)]))
}
