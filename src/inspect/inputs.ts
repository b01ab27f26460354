/** Reads the workloads in the inputs, each with its place. */
import { type ManifestDocument, objectsOf, type ReadNotice, readManifest } from '../manifest/index.ts'
import { asObject, asString, at, isObject, type JsonObject, type JsonPointer, member, stringMap, valueAt } from '../model/json.ts'
import type { TemplatePaths } from '../model/pod-templates.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import { readWorkloads, type Workload } from '../model/workload.ts'
import { InitScripts, plainAnalyst } from '../script/index.ts'
import type { Input, InputError, ObjectName, Place } from './output.ts'
import { siblingsOf } from './siblings.ts'
import { type Sources, sourcesOf } from './sources.ts'

/** A workload and where it was found. */
export interface InspectedWorkload {
  readonly workload: Workload
  /** The index of the workload among the pod templates of its object. */
  readonly template: number
  /** Index of the input. */
  readonly input: number
  readonly file: string | null
  /** The requester, known only from an AdmissionReview. */
  readonly user: string | null
  /** Other objects in the input; none for an AdmissionReview, which has only one object. */
  readonly siblings: Siblings
  readonly scripts: InitScripts
  /** The place of the value at a pointer within the object; of the key of its nearest existing ancestor if there is no value. */
  locate(pointer: JsonPointer): Place | null
  /** The place of a line (from 1) within the string at a pointer; the place of the pointer if there is no such string. */
  locateLine(pointer: JsonPointer, line: number): Place | null
  /** Edits of the text at a pointer as edits of the input; undefined if its characters are not there one by one. */
  editsInText: ManifestDocument['editsInText']
}

/**
 * Reads the inputs one at a time, so that only one of them is in memory as a tree. Unreadable parts become errors; the rest is still
 * read.
 * @param namespace the default for objects without a namespace
 * @param errors receives what could not be read
 */
export function* workloadsOf(
  inputs: readonly Input[],
  namespace: string,
  errors: InputError[],
  options: WorkloadOptions = {},
): Generator<InspectedWorkload> {
  const { sources = sourcesOf(inputs) } = options
  for (const [input, each] of inputs.entries()) {
    const { file, text, unreadable } = each
    if (unreadable !== undefined) {
      errors.push({ file, line: null, column: null, message: unreadable })
      continue
    }
    const read = readManifest(text)
    if (sources.isTemplate(each, read.errors.length > 0)) continue
    for (const { line, column, message } of read.errors) errors.push({ file, line, column, message })
    for (const notice of read.notices) options.onNotice?.({ file, ...notice })
    if (sources.isPatch(file)) continue
    const siblings = siblingsOf(read.documents, namespace)
    for (const document of read.documents) {
      if (isReviewWithoutRequest(document.value)) errors.push({ file, ...placeOf(document, ''), message: noRequest })
      for (const found of workloadsIn(document, { file, namespace, siblings }, options)) yield { ...found, input }
    }
  }
  errors.push(...sources.problems())
}

/** What the objects of an input have in common. */
interface Surroundings {
  readonly file: string | null
  readonly namespace: string
  readonly siblings: Siblings
}

function* workloadsIn(
  document: ManifestDocument,
  surroundings: Surroundings,
  { templates, onObject, withoutPodSpec = false }: WorkloadOptions,
): Generator<Omit<InspectedWorkload, 'input'>> {
  for (const { object, pointer } of objectsOf(document)) {
    const found = inspect(object, reviewOf(document.value, pointer), surroundings, templates)
    const place = locators(document, pointer)
    onObject?.({ object, isJudged: found.length > 0, locate: place.locate }, surroundings.file)
    for (const [template, each] of found.entries()) {
      if (withoutPodSpec || each.workload.hasPodSpec) yield { ...each, template, file: surroundings.file, ...place }
    }
  }
}

/** How objects are read. */
export interface WorkloadOptions {
  /** Where custom resources have pod templates; the shipped list if omitted. */
  readonly templates?: TemplatePaths | undefined
  /** Whether custom resources that have only containers count: their images can be judged, but not how their pods start. */
  readonly withoutPodSpec?: boolean
  /** What is known about the files; read from the inputs if omitted. */
  readonly sources?: Sources
  /** Called for each part of a text that kubectl drops. */
  readonly onNotice?: (notice: ReadNotice & { readonly file: string | null }) => void
  /** Called for each object, before its workloads. */
  readonly onObject?: (seen: SeenObject, file: string | null) => void
}

/** An object of an input, of any kind. */
export interface SeenObject extends Pick<InspectedWorkload, 'locate'> {
  readonly object: JsonObject
  /** Whether it has a pod template. */
  readonly isJudged: boolean
}

/** Matches a text that declares a Namespace; also matches other kinds with this prefix, which is harmless. */
const namespaceKind = /\bkind["']?\s*:\s*["']?Namespace/

/** The labels of the namespaces that any of the inputs declare. */
export function namespacesOf(inputs: readonly Input[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const namespaces = new Map<string, ReadonlyMap<string, string>>()
  for (const { text } of inputs) {
    if (!namespaceKind.test(text)) continue
    for (const document of readManifest(text).documents) for (const { object } of objectsOf(document)) noteNamespace(object, namespaces)
  }
  return namespaces
}

/** The name of an object, for the JSON and for sentences. */
export function objectName({ apiVersion, kindName, namespace, name }: Workload): ObjectName {
  return { apiVersion, kind: kindName, namespace, name }
}

const noRequest = 'the AdmissionReview has no request, so there is no object to check'

function isReviewWithoutRequest(value: unknown): boolean {
  return member(value, 'kind') === 'AdmissionReview' && !isObject(member(value, 'request'))
}

const reviewedObject = '/request/object'

/** The request of the AdmissionReview that contains an object, undefined for other objects. */
function reviewOf(document: unknown, pointer: JsonPointer): JsonObject | undefined {
  if (!pointer.endsWith(reviewedObject)) return undefined
  const review = valueAt(document, pointer.slice(0, -reviewedObject.length))
  return member(review, 'kind') === 'AdmissionReview' ? asObject(member(review, 'request')) : undefined
}

function inspect(
  object: JsonObject,
  request: JsonObject | undefined,
  { namespace, siblings }: Surroundings,
  templates: TemplatePaths | undefined,
) {
  const custom = templates === undefined ? {} : { templates }
  if (request === undefined) {
    return readWorkloads(object, { namespace, source: 'manifest', ...custom }).map((workload) => {
      return { workload, user: null, siblings, scripts: new InitScripts(workload, siblings, plainAnalyst) }
    })
  }
  const context = { namespace: asString(member(request, 'namespace')) || namespace, source: 'review', ...custom } as const
  const oldObject = member(request, 'oldObject')
  const user = asString(at(request, 'userInfo', 'username')) ?? null
  return readWorkloads(object, context, isObject(oldObject) ? oldObject : undefined).map((workload) => {
    return { workload, user, siblings: noSiblings, scripts: new InitScripts(workload, noSiblings, plainAnalyst) }
  })
}

/** The label that the API server sets on every namespace (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Namespace). */
const nameLabel = 'kubernetes.io/metadata.name'

function noteNamespace(object: JsonObject, namespaces: Map<string, ReadonlyMap<string, string>>): void {
  if (member(object, 'kind') !== 'Namespace' || member(object, 'apiVersion') !== 'v1') return
  const name = asString(at(object, 'metadata', 'name'))
  if (name === undefined) return
  namespaces.set(name, new Map([[nameLabel, name], ...stringMap(at(object, 'metadata', 'labels'))]))
}

function locators(document: ManifestDocument, base: JsonPointer): Pick<InspectedWorkload, 'locate' | 'locateLine' | 'editsInText'> {
  const locate = (pointer: JsonPointer): Place | null => {
    const exact = document.locate(`${base}${pointer}`)
    if (exact !== undefined) return exact
    for (let path = parentOf(`${base}${pointer}`); path !== ''; path = parentOf(path)) {
      const key = document.locateKey(path)
      if (key !== undefined) return key
    }
    return document.locate('') ?? null
  }
  return {
    locate,
    locateLine: (pointer, line) => document.locateInText(`${base}${pointer}`, line, 1) ?? locate(pointer),
    editsInText: (pointer, text, edits) => document.editsInText(`${base}${pointer}`, text, edits),
  }
}

function parentOf(pointer: JsonPointer): JsonPointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

function placeOf(document: ManifestDocument, pointer: JsonPointer): { line: number | null; column: number | null } {
  return document.locate(pointer) ?? { line: null, column: null }
}
