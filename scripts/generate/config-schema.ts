import { configJsonSchema } from '../../src/cli/adopt/config-schema.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import type { Output } from './output.ts'

/** The JSON Schema of .initlint.yaml, for editors. */
export const configSchema: Output = {
  path: 'docs/initlint.schema.json',
  text: () => `${JSON.stringify(configJsonSchema(defaultRegistry()), null, 2)}\n`,
}
