import type { ParsedImageReference } from './image-reference.ts'

/** When the kubelet asks the registry. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** The value as a pull policy, or undefined for anything else. */
export function asPullPolicy(value: unknown): PullPolicy | undefined {
  return value === 'Always' || value === 'IfNotPresent' || value === 'Never' ? value : undefined
}

/**
 * What Kubernetes fills in where nobody wrote a pull policy: Always for the tag `latest`, written or implied, IfNotPresent for
 * everything else, a reference that does not parse included (the error is ignored and the tag is empty).
 * Source: kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Container and SetDefaults_Volume; pkg/util/parsers/parsers.go.
 */
export function defaultPullPolicy(reference: ParsedImageReference): PullPolicy {
  if (!reference.ok) return 'IfNotPresent'
  const { tag, digest } = reference.value
  return tag === 'latest' || (tag === null && digest === null) ? 'Always' : 'IfNotPresent'
}
