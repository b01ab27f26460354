import { at, type JsonObject } from './json.ts'

/**
 * A setting of the user that holds for a container: its own securityContext goes before the pod's (core/v1 SecurityContext).
 * @param container raw @param podSpec raw
 */
export function securitySetting(container: JsonObject, podSpec: JsonObject, key: 'runAsUser' | 'runAsNonRoot'): unknown {
  return at(container, 'securityContext', key) ?? at(podSpec, 'securityContext', key)
}
