import type { ParsedImageReference } from './image-reference.ts'

/** When the kubelet pulls an image. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** The value as a pull policy; undefined if it is something else. */
export function asPullPolicy(value: unknown): PullPolicy | undefined {
  return value === 'Always' || value === 'IfNotPresent' || value === 'Never' ? value : undefined
}

/**
 * The pull policy that Kubernetes fills in if none is set: Always for the tag `latest`, written or implied, and IfNotPresent for
 * everything else, including a reference that does not parse (the error is ignored and the tag is empty).
 * Source: kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Container and SetDefaults_Volume; pkg/util/parsers/parsers.go.
 */
export function defaultPullPolicy(reference: ParsedImageReference): PullPolicy {
  if (!reference.ok) return 'IfNotPresent'
  const { tag, digest } = reference.value
  return tag === 'latest' || (tag === null && digest === null) ? 'Always' : 'IfNotPresent'
}
