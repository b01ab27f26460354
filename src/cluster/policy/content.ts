import type { V1ConfigMap } from '@kubernetes/client-node'
import { configMapTexts, maxKeptBytes, noPolicyKey, type PolicyProblem } from '../../policy/index.ts'
import type { PolicyText } from '../../server/keepers/contracts.ts'
import { policyId } from '../../server/keepers/policy-files.ts'

/** Where a policy came from: one version of one ConfigMap. */
export interface Version {
  readonly uid: string
  readonly resourceVersion: string
}

/** The texts of a policy, and the version of the ConfigMap that they stood in. */
export interface PolicyContent {
  /** Named by their keys, in the order of the names. */
  readonly texts: readonly PolicyText[]
  /** The same as of a mounted folder with these texts. */
  readonly id: string
  readonly version: Version
}

/** The policy of a ConfigMap, whatever it holds. */
export function contentOf(configMap: V1ConfigMap): PolicyContent {
  const texts = configMapTexts(configMap)
  const { uid = '', resourceVersion = '' } = configMap.metadata ?? {}
  return { texts, id: policyId(texts), version: { uid, resourceVersion } }
}

/** What keeps a policy from being kept at all, before anybody reads it: no text, or more than the status can hold beside it. */
export function contentProblem({ texts }: PolicyContent): PolicyProblem | undefined {
  const [first] = texts
  if (first === undefined) return noPolicyKey()
  const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  if (bytes <= maxKeptBytes) return undefined
  const message = `the policy has ${bytes} bytes, more than the ${maxKeptBytes} that can be kept as the last good one: make it smaller`
  return { level: 'error', file: first.file, line: 1, column: 1, key: '', message }
}
