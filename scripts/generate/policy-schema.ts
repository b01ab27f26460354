import { policyJsonSchema } from '../../src/policy/schema.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import type { Output } from './output.ts'

/** The JSON Schema of a policy, for editors and for programs that generate policies. */
export const policySchema: Output = {
  path: 'docs/policy.schema.json',
  text: () => `${JSON.stringify(policyJsonSchema(defaultRegistry()), null, 2)}\n`,
}
