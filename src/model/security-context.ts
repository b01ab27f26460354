import { at, type JsonObject } from './json.ts'

/**
 * The effective user setting of a container: its own securityContext takes precedence over the pod's (core/v1 SecurityContext).
 * @param container raw @param podSpec raw
 */
export function securitySetting(container: JsonObject, podSpec: JsonObject, key: 'runAsUser' | 'runAsNonRoot'): unknown {
  return at(container, 'securityContext', key) ?? at(podSpec, 'securityContext', key)
}
