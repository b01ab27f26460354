/** Commands that repair one thing of one installation and nothing else: applying manifests again could overwrite the policy of the site. */
import { inSingleQuotes } from '../../model/shell-text.ts'
import type { Installation } from './facts.ts'

/** One step of a JSON patch (RFC 6902). */
interface Step {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** The command that patches an object. @param object as kubectl names it: `service initlint -n initlint` */
export function patchCommand(object: string, steps: readonly Step[]): string {
  return `kubectl patch ${object} --type=json -p ${inSingleQuotes(JSON.stringify(steps))}`
}

/** How a missing object comes back, without a change of those that exist. */
export function restore({ origin }: Installation): string {
  switch (origin.tool) {
    case 'helm':
      return `Run helm get manifest ${origin.release} -n ${origin.namespace} | kubectl create -f -, which creates the missing objects of the release and changes no other.`
    case 'chart':
      return `Apply the objects that were rendered for the release ${origin.release} again, with the values of this cluster.`
    case 'argocd':
      return `Synchronize the Argo CD application ${origin.application}.`
    case 'flux':
      return `Run flux reconcile kustomization ${origin.name} -n ${origin.namespace}.`
    case 'kubectl':
      return 'Run kubectl apply with the same manifests or the same kustomization as at the installation; kubectl diff shows the changes first.'
    case 'unknown':
      return 'Apply the same manifests again from which initlint was installed.'
  }
}

/** The installation in words. */
export function describe({ name, namespace, origin }: Installation): string {
  const place = `${name} in the namespace ${namespace}`
  switch (origin.tool) {
    case 'helm':
      return `${place} (Helm release ${origin.release})`
    case 'chart':
      return `${place} (rendered from a Helm chart as ${origin.release})`
    case 'argocd':
      return `${place} (Argo CD application ${origin.application})`
    case 'flux':
      return `${place} (Flux Kustomization ${origin.namespace}/${origin.name})`
    case 'kubectl':
      return `${place} (kubectl apply)`
    case 'unknown':
      return place
  }
}

/** How an installation is removed. */
export function uninstall({ name, origin }: Installation): string {
  switch (origin.tool) {
    case 'helm':
      return `helm uninstall ${origin.release} -n ${origin.namespace}`
    case 'argocd':
      return `delete the Argo CD application ${origin.application}`
    case 'flux':
      return `delete the Flux Kustomization ${origin.namespace}/${origin.name}`
    default:
      return `kubectl delete validatingwebhookconfiguration ${name}, then delete its other objects`
  }
}
