/**
 * The decoding of an object by the API server: values of a wrong type are errors, unknown fields are dropped. A model of
 * k8s.io/apimachinery pkg/runtime/serializer/json and sigs.k8s.io/json, which decodes into the Go types of the API.
 */
import { isObject, type JsonObject, type JsonPointer, pointerStep } from '../../model/json.ts'
import { oncePer } from '../../model/once-per.ts'
import { parseQuantity } from '../../model/quantity.ts'
import type { Workload } from '../../model/workload.ts'
import { workloadKind } from '../../model/workload-kinds.ts'
import { fieldPath } from './errors.ts'
import { isPlaceholder } from './placeholders.ts'
import { type ApiType, type Fields, fieldsOf, goType, itemType, valueType } from './types.ts'

/** A value that the API server cannot decode. */
export interface WrongType {
  readonly pointer: JsonPointer
  /** What is wrong, in the terms of a manifest: `a number instead of a string`. */
  readonly error: string
  /** The error of the decoder, with the field as Go prints it, without indexes: `spec.containers.image`. */
  readonly message: string
}

/** A field that the type does not have. */
export interface UnknownField {
  readonly pointer: JsonPointer
  readonly key: string
  /** The structs around the field, from the object to the one that does not have it. */
  readonly owners: readonly Owner[]
}

export interface Owner {
  readonly type: ApiType
  readonly pointer: JsonPointer
}

export interface Decoded {
  readonly wrongTypes: readonly WrongType[]
  /** At most `maximumUnknown`: the search for what was meant takes longer than everything else. */
  readonly unknownFields: readonly UnknownField[]
}

/** An object with more unknown fields is not a manifest with a few typing mistakes. */
const maximumUnknown = 200
const maximumWrong = 1000

/**
 * Decodes a workload as the API server would: the whole object, or only its PodSpec if the kind is not built in. Decodes each workload
 * once, because several rules ask.
 */
export const decode = oncePer((workload: Workload): Decoded => {
  const { object, kind, podSpec, podSpecPointer } = workload
  const decoder = new Decoder()
  const fields = isBuiltIn(workload) ? fieldsOf(kind) : undefined
  if (fields !== undefined) decoder.struct(object, fields, [{ type: kind, pointer: '' }], '')
  else decoder.struct(podSpec, fieldsOf('PodSpec') ?? new Map(), [{ type: 'PodSpec', pointer: podSpecPointer }], fieldPath(podSpecPointer))
  return decoder
})

/** Whether the API server knows the kind by itself. Other kinds are defined by a custom resource definition. */
export function isBuiltIn({ apiVersion, kind }: Workload): boolean {
  return workloadKind(apiVersion, kind) !== undefined
}

const quantityPattern = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

const ranges: ReadonlyMap<ApiType, number> = new Map([
  ['int32', 2 ** 31],
  ['int64', 2 ** 63],
])

class Decoder implements Decoded {
  readonly wrongTypes: WrongType[] = []
  readonly unknownFields: UnknownField[] = []

  /** In the order of the keys, because clients send them sorted, and the API server reports only the first error. */
  struct(object: JsonObject, fields: Fields, owners: readonly Owner[], path: string): void {
    const pointer = owners.at(-1)?.pointer ?? ''
    for (const key of Object.keys(object).sort()) {
      const type = fields.get(key)
      if (type !== undefined)
        this.#value(object[key], type, owners, { pointer: pointer + pointerStep(key), path: path === '' ? key : `${path}.${key}` })
      else if (this.unknownFields.length < maximumUnknown) this.unknownFields.push({ pointer: pointer + pointerStep(key), key, owners })
    }
  }

  /** Null stands for the zero value of every type. */
  #value(value: unknown, type: ApiType, owners: readonly Owner[], at: { readonly pointer: JsonPointer; readonly path: string }): void {
    if (value === null || type === 'any' || this.wrongTypes.length >= maximumWrong) return
    const { pointer, path } = at
    const [item, entry, fields] = [itemType(type), valueType(type), fieldsOf(type)]
    if (item !== undefined && Array.isArray(value)) {
      for (const [index, each] of value.entries()) this.#value(each, item, owners, { pointer: `${pointer}/${index}`, path })
    } else if (entry !== undefined && isObject(value)) {
      for (const key of Object.keys(value)) this.#value(value[key], entry, owners, { pointer: pointer + pointerStep(key), path })
    } else if (fields !== undefined && isObject(value)) {
      this.struct(value, fields, [...owners, { type, pointer }], path)
    } else {
      const wrong = isPlaceholder(value) ? undefined : problemOf(value, type, owners.at(-1)?.type ?? '', path)
      if (wrong !== undefined) this.wrongTypes.push({ pointer, ...wrong })
    }
  }
}

type Problem = Pick<WrongType, 'error' | 'message'>

/** What is wrong with a value that is no list, map or struct of the right type; undefined if it fits. */
function problemOf(value: unknown, type: ApiType, owner: string, path: string): Problem | undefined {
  // Quantity.UnmarshalJSON trims the text.
  if (type === 'quantity') {
    if (parseQuantity(typeof value === 'string' ? value.trim() : value) !== undefined) return undefined
    return { error: `${shown(value)} is not a quantity`, message: quantityPattern }
  }
  const fits =
    type === 'string'
      ? typeof value === 'string'
      : type === 'bool'
        ? typeof value === 'boolean'
        : type === 'intOrString'
          ? typeof value === 'string' || fitsInteger(value, 'int32')
          : fitsInteger(value, type)
  if (fits) return undefined
  const target = type === 'intOrString' ? 'Go value of type int32' : `Go struct field ${owner}.${path} of type ${goType(type)}`
  return {
    error:
      typeof value === 'number' && ranges.has(type)
        ? `${value} is not an integer of type ${type}`
        : `${nounOf(value)} instead of ${wanted(type)}`,
    message: `json: cannot unmarshal ${kindOf(value)}${typeof value === 'number' && ranges.has(type) ? ` ${value}` : ''} into ${target}`,
  }
}

function fitsInteger(value: unknown, type: ApiType): boolean {
  const limit = ranges.get(type)
  return limit !== undefined && Number.isInteger(value) && Number(value) < limit && Number(value) >= -limit
}

/** The kind of a value, as Go's decoder calls it. */
function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
}

const nouns: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'],
  ['bool', 'a boolean'],
  ['number', 'a number'],
  ['object', 'a mapping'],
  ['string', 'a string'],
])

function nounOf(value: unknown): string {
  return nouns.get(kindOf(value)) ?? 'a value'
}

function wanted(type: ApiType): string {
  if (itemType(type) !== undefined) return 'a list'
  if (type === 'string') return 'a string'
  if (type === 'bool') return 'a boolean'
  if (type === 'intOrString') return 'an integer or a string'
  return ranges.has(type) ? 'an integer' : 'a mapping'
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : nounOf(value)
}
