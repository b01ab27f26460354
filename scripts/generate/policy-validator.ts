import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { policyJsonSchema } from '../../src/policy/schema.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import type { Output } from './output.ts'

const header = '// Made by `npm run generate` from src/policy/schema.ts and the rules. Do not edit.\n'

/** The check of a policy by its schema, compiled ahead: at run time nothing is compiled, and ajv is not needed. */
export const policyValidator: Output = {
  path: 'src/policy/document-validator.generated.js',
  text: () => {
    const ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: true,
      strictRequired: false,
      messages: false,
      verbose: true,
      inlineRefs: false,
      code: { source: true, esm: true, lines: true },
    })
    const code = standalone.default(ajv, ajv.compile(policyJsonSchema(defaultRegistry())))
    if (/\b(require|import)\b\s*[("']/.test(code)) throw new Error('the schema uses a keyword that needs a run-time library')
    return `${header}${code}\n`
  },
}
