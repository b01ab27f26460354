import type { Registry } from '../lint/registry.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { type PolicyDocument, type Preset, policyApiVersion, policyKind } from './document.ts'

/** A policy that consists of a preset only. */
export function builtInPolicy(preset: Preset, registry: Registry): CompiledPolicy {
  const document: Partial<PolicyDocument> = { apiVersion: policyApiVersion, kind: policyKind, preset }
  return compilePolicy({ document, replaced: [], origin: () => undefined }, registry, `built-in-${preset}`)
}
