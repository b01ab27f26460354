/** Types of the schema validator, which `npm run generate` creates (scripts/generate/policy-validator.ts). */
import type { PolicyDocument } from './document.ts'

/** One violation of the schema (the parts of ajv's ErrorObject that are used). */
export interface SchemaError {
  /** RFC 6901 pointer within the document. */
  readonly instancePath: string
  /** Pointer to the keyword within the subschema that was applied, starting with `#`. */
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema that contains the keyword. */
  readonly parentSchema: unknown
}

/** Whether a value is a policy document; if not, `errors` lists all violations until the next call. */
export declare const validate: {
  (value: unknown): value is PolicyDocument
  errors?: readonly SchemaError[] | null
}
