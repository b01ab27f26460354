/** The types of the Kubernetes API that the nine kinds consist of, and their fields. */
import { typeTable } from './types.generated.ts'

/**
 * A type in the notation of the table: `string`, `bool`, `int32`, `int64`, `intOrString`, `quantity`, `any`, the name of a struct,
 * `[]` and a type for a list, `map:` and a type for a map.
 */
export type ApiType = string

/** The fields of a struct, in the order of their names. */
export type Fields = ReadonlyMap<string, ApiType>

const structs: ReadonlyMap<string, Fields> = new Map(
  typeTable
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ')
      const entries = fields.map((field): [string, ApiType] => {
        const end = field.indexOf('=')
        return [field.slice(0, end), field.slice(end + 1)]
      })
      return [name, new Map(entries)] as const
    }),
)

/** The fields of a struct; undefined for any other type. */
export function fieldsOf(type: ApiType): Fields | undefined {
  return structs.get(type)
}

/** The type of the items of a list; undefined for any other type. */
export function itemType(type: ApiType): ApiType | undefined {
  return type.startsWith('[]') ? type.slice(2) : undefined
}

/** The type of the values of a map; undefined for any other type. */
export function valueType(type: ApiType): ApiType | undefined {
  return type.startsWith('map:') ? type.slice(4) : undefined
}

/** The type as Go prints it. Named strings are printed as plain strings: the OpenAPI does not tell them apart. */
export function goType(type: ApiType): string {
  const item = itemType(type)
  if (item !== undefined) return `[]${goType(item)}`
  const value = valueType(type)
  if (value !== undefined) return `map[string]${goType(value)}`
  return structs.has(type) ? `v1.${type}` : type
}
