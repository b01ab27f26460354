/** Why a condition does not fit a workload. */
import { comparedHost } from '../../model/registry-host.ts'
import type { Workload } from '../../model/workload.ts'
import type { Condition } from './conditions.ts'
import { imagesLike, registriesOf } from './named-images.ts'

/** A sentence that says why the condition does not fit; undefined if it fits. */
export function problemOf(condition: Condition, workload: Workload): string | undefined {
  const uses = workload.imageUses()
  switch (condition.kind) {
    case 'registry-down':
    case 'unauthorized': {
      const known = registriesOf(uses)
      if (known.includes(comparedHost(condition.registry))) return undefined
      return `no image comes from ${condition.registry}; the registries are ${known.join(', ') || 'unknown'}`
    }
    case 'image-missing':
    case 'image-cached':
    case 'repushed':
    case 'fixed':
      if (imagesLike(condition.image, uses).length > 0) return undefined
      return `no container uses the image ${condition.image}; the images are ${[...new Set(uses.map(({ image }) => image))].join(', ')}`
    case 'init-fails':
      return problemOfName(condition.container, 'init container', ['init', 'sidecar'], workload)
    case 'killed-in':
      return problemOfName(condition.container, 'init container', ['init'], workload)
    case 'container-dies':
      return problemOfName(condition.container, 'container', ['app', 'sidecar'], workload)
    case 'node-reboots':
      return undefined
  }
}

function problemOfName(name: string, what: string, roles: readonly string[], workload: Workload): string | undefined {
  const names = workload.containers().flatMap((container) => (roles.includes(container.role) ? [container.name] : []))
  if (names.includes(name)) return undefined
  return names.length === 0 ? `the pod has no ${what}` : `there is no ${what} ${name}; the ${what}s are ${names.join(', ')}`
}
