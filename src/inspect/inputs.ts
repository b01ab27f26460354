/** Reads the workloads in the inputs, each with its place. */
import {
  type ManifestComment,
  type ManifestDocument,
  objectsOf,
  type ReadNotice,
  type ReadResult,
  readManifest,
} from '../manifest/index.ts'
import { asObject, asString, at, isObject, type JsonObject, type JsonPointer, member, stringMap, valueAt } from '../model/json.ts'
import type { TemplatePaths } from '../model/pod-templates.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import { readWorkloads, type Workload } from '../model/workload.ts'
import { InitScripts, plainAnalyst } from '../script/index.ts'
import type { Input, InputError, ObjectName, Place, Region } from './output.ts'
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
  /** The region of the value at a pointer, or of what `locate` finds instead. */
  region(pointer: JsonPointer): Region | null
  /** The region of a line (from 1) within the string at a pointer; the region of the pointer if there is no such string. */
  regionOfLine(pointer: JsonPointer, line: number): Region | null
  /** The lines on which the value at a pointer and those that contain it begin; of a value in a mapping, the line of its key. */
  startLines(pointer: JsonPointer): readonly number[]
  /** Edits of the text at a pointer as edits of the input; undefined if its characters are not there one by one. */
  editsInText: ManifestDocument['editsInText']
  /** Edits of the input that set a field of the object next to another one, or why there are none. */
  editsToSet: ManifestDocument['editsToSet']
  /** Why a change of the text at a pointer would apply in other places, too. */
  sharing: ManifestDocument['sharing']
  /** Where the object is in the input. */
  readonly home: Home
}

/** Where an object is in an input. */
export interface Home {
  /** The index of its document among those that could be read. */
  readonly document: number
  /** Its pointer in the document. */
  readonly pointer: JsonPointer
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
  const { sources = sourcesOf(inputs), only, onSkipped } = options
  for (const [input, given] of inputs.entries()) {
    if (only?.has(input) === false) continue
    options.onInput?.(input)
    const each = onSkipped === undefined ? asError(given) : given
    const { file } = each
    const read = readInput(each, errors, sources, options)
    if (read === undefined) continue
    options.comments?.onInput(read.comments, each)
    const siblings = siblingsOf(read.documents, namespace)
    for (const [index, document] of read.documents.entries()) {
      if (isReviewWithoutRequest(document.value)) errors.push({ file, ...placeOf(document, ''), message: noRequest })
      for (const found of workloadsIn(document, { file, namespace, siblings, document: index }, options)) yield { ...found, input }
    }
  }
  errors.push(...sources.problems())
}

/** Reads an input and reports what cannot be read. @returns undefined if there is nothing to check in it */
function readInput(input: Input, errors: InputError[], sources: Sources, options: WorkloadOptions): ReadResult | undefined {
  const { file, text, unreadable, skipped, origin } = input
  const whole = (message: string): InputError => ({ file, line: null, column: null, message })
  if (unreadable !== undefined) {
    errors.push(whole(unreadable))
    return undefined
  }
  if (skipped !== undefined) {
    options.onSkipped?.(whole(skipped))
    return undefined
  }
  const read = readManifest(text, options.comments === undefined ? {} : { comments: options.comments.word })
  if (sources.isTemplate(input, read.errors.length > 0)) return undefined
  const isNoManifest = read.errors.length > 0 && origin === 'found' && !isMeantAsManifest(text)
  for (const { line, column, message } of read.errors) {
    const error = { file, line, column, message }
    if (isNoManifest) options.onSkipped?.(error)
    else errors.push(error)
  }
  for (const notice of read.notices) options.onNotice?.({ file, ...notice })
  if (sources.isPatch(file)) return undefined
  const isEmpty = read.errors.length === 0 && !sources.isSource(file) && !read.documents.some(holdsObject)
  if (origin === 'named' && isEmpty) errors.push(whole(noObject))
  return read
}

/** An input for commands that do not report what they skip: it makes no difference whether it was named or found. */
function asError({ file, text, unreadable, skipped }: Input): Input {
  const why = unreadable ?? (skipped === undefined ? undefined : `cannot read ${file}: ${skipped}`)
  return why === undefined ? { file, text } : { file, text, unreadable: why }
}

const noObject = 'there is no Kubernetes object in it, which has apiVersion and kind; to skip such files, pass the directory instead'

function holdsObject(document: ManifestDocument): boolean {
  if (member(document.value, 'kind') === 'AdmissionReview') return true
  for (const { object } of objectsOf(document)) {
    if (asString(member(object, 'apiVersion')) !== undefined && asString(member(object, 'kind')) !== undefined) return true
  }
  return false
}

/** Keys on the line of a broken file, also in JSON. */
const objectKeys = ['apiVersion', 'kind'].map((key) => new RegExp(`(?:^|[{,])[ \\t-]*["']?${key}["']?[ \\t]*:`, 'm'))

/** Whether a text is probably a manifest, also if it cannot be read. */
export function isMeantAsManifest(text: string): boolean {
  return objectKeys.every((key) => key.test(text))
}

/** What the objects of an input have in common. */
interface Surroundings {
  readonly file: string | null
  readonly namespace: string
  readonly siblings: Siblings
  readonly document: number
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
      const home = { document: surroundings.document, pointer }
      if (withoutPodSpec || each.workload.hasPodSpec) yield { ...each, template, file: surroundings.file, home, ...place }
    }
  }
}

/** How objects are read. */
export interface WorkloadOptions {
  /** Where custom resources have pod templates; the shipped list if omitted. */
  readonly templates?: TemplatePaths | undefined
  /** Whether custom resources that have only containers count: their images can be judged, but not how their pods start. */
  readonly withoutPodSpec?: boolean
  /** The indexes of the inputs to read; all of them if omitted. */
  readonly only?: ReadonlySet<number>
  /** What is known about the files; read from the inputs if omitted. */
  readonly sources?: Sources
  /** Called for each part of a text that kubectl drops. */
  readonly onNotice?: (notice: ReadNotice & { readonly file: string | null }) => void
  /** Called before each input is read, with its index. */
  readonly onInput?: ((input: number) => void) | undefined
  /** Called for each found file, or part of one, that cannot be read and is no manifest; if omitted, these are errors. */
  readonly onSkipped?: (skipped: InputError) => void
  /** Calls `onInput` with the comments that contain the word, before the workloads of an input. */
  readonly comments?: { readonly word: string; readonly onInput: (comments: readonly ManifestComment[], input: Input) => void }
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

type Located = Pick<InspectedWorkload, 'locate' | 'region' | 'regionOfLine' | 'startLines' | 'editsInText' | 'editsToSet' | 'sharing'>

function locators(document: ManifestDocument, base: JsonPointer): Located {
  /** The value at a pointer, or else the key of its nearest existing ancestor. */
  const nearest = <Found>(pointer: JsonPointer, value: (path: JsonPointer) => Found, key: (path: JsonPointer) => Found): Found => {
    const exact = value(`${base}${pointer}`)
    if (exact !== undefined) return exact
    for (let path = parentOf(`${base}${pointer}`); path !== ''; path = parentOf(path)) {
      const found = key(path)
      if (found !== undefined) return found
    }
    return value('')
  }
  const region = (pointer: JsonPointer) => nearest(pointer, document.region, document.keyRegion) ?? null
  return {
    locate: (pointer) => nearest(pointer, document.locate, document.locateKey) ?? null,
    region,
    regionOfLine: (pointer, line) => document.regionInText(`${base}${pointer}`, line) ?? region(pointer),
    startLines: (pointer) => {
      const lines = new Set<number>()
      for (let path = `${base}${pointer}`; path !== ''; path = parentOf(path)) lines.add(document.locateKey(path)?.line ?? 0)
      return [...lines.add(document.locate('')?.line ?? 0)]
    },
    editsInText: (pointer, text, edits) => document.editsInText(`${base}${pointer}`, text, edits),
    editsToSet: (pointer, value, sibling) => document.editsToSet(`${base}${pointer}`, value, `${base}${sibling}`),
    sharing: (pointer) => document.sharing(`${base}${pointer}`),
  }
}

function parentOf(pointer: JsonPointer): JsonPointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

function placeOf(document: ManifestDocument, pointer: JsonPointer): { line: number | null; column: number | null } {
  return document.locate(pointer) ?? { line: null, column: null }
}
