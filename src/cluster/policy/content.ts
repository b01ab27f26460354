import type { V1ConfigMap } from '@kubernetes/client-node'
import { configMapTexts, maxKeptBytes, noPolicyKey, type PolicyProblem } from '../../policy/index.ts'
import type { PolicyText } from '../../server/keepers/contracts.ts'
import { policyId } from '../../server/keepers/policy-files.ts'

/** The origin of a policy: one version of one ConfigMap. */
export interface Version {
  readonly uid: string
  readonly resourceVersion: string
}

/** The texts of a policy and the version of their ConfigMap. */
export interface PolicyContent {
  /** Named after their keys and sorted by name. */
  readonly texts: readonly PolicyText[]
  /** The same as for a mounted directory with these texts. */
  readonly id: string
  readonly version: Version
}

/** The policy of a ConfigMap, valid or not. */
export function contentOf(configMap: V1ConfigMap): PolicyContent {
  const texts = configMapTexts(configMap)
  const { uid = '', resourceVersion = '' } = configMap.metadata ?? {}
  return { texts, id: policyId(texts), version: { uid, resourceVersion } }
}

/** A problem that is found before the policy is parsed: it has no text, or it is too large for the status ConfigMap. */
export function contentProblem({ texts }: PolicyContent): PolicyProblem | undefined {
  const [first] = texts
  if (first === undefined) return noPolicyKey()
  const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  if (bytes <= maxKeptBytes) return undefined
  const message = `the policy is ${bytes} bytes long, but at most ${maxKeptBytes} bytes can be stored as the last good one; make it smaller`
  return { level: 'error', file: first.file, line: 1, column: 1, key: '', message }
}
