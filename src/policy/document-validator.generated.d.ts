/** The check of a policy by its schema, made by `npm run generate` (scripts/generate/policy-validator.ts). */
import type { PolicyDocument } from './document.ts'

/** One thing that the schema forbids (ajv's ErrorObject, as far as it is used). */
export interface SchemaError {
  /** RFC 6901 pointer within the document. */
  readonly instancePath: string
  /** Pointer of the keyword within the part of the schema that was applied, starting with `#`. */
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema that holds the keyword. */
  readonly parentSchema: unknown
}

/** Whether a value is a policy document; if not, `errors` holds all that is wrong until the next call. */
export declare const validate: {
  (value: unknown): value is PolicyDocument
  errors?: readonly SchemaError[] | null
}
