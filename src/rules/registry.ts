import { createRegistry, type Registry } from '../lint/registry.ts'
import * as rules from './index.ts'

/** The rules of this version, in the order of index.ts. Created at import: an invalid rule stops the start. */
export const registry: Registry = createRegistry(Object.values(rules))

/** The rules of this version; the same registry for each caller. */
export function defaultRegistry(): Registry {
  return registry
}
