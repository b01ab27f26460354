/** The two ways in which plain scalars are read. */
import { CORE_SCHEMA, mergeTag, Schema } from 'js-yaml'
import { collectionTags, keyName } from './collections.ts'
import { readPlain, scalarTags } from './scalars.ts'

export interface Dialect {
  readonly schema: Schema
  /** Whether a text is read as kubectl's decoder reads it, where that differs from YAML. */
  readonly isKubectl: boolean
  /** The name of a plain key in the value. */
  nameOf(plainKey: string): string
}

/**
 * `kubernetes`: what kubectl would send. `core`: the core schema of YAML 1.2 with merge keys, for texts that only initlint reads and that
 * use words such as `on` and `off`.
 */
export const dialects = {
  kubernetes: { schema: new Schema([...scalarTags, ...collectionTags]), isKubectl: true, nameOf: (text) => keyName(readPlain(text)) },
  core: { schema: CORE_SCHEMA.withTags(mergeTag), isKubectl: false, nameOf: (text) => text },
} as const satisfies Readonly<Record<string, Dialect>>
