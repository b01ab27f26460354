/** What kubelets of different minor versions do differently, as data: docs/kubernetes-versions.md has the sources. */

/** A version, and its behavior where versions differ. */
export interface KubernetesVersion {
  readonly minor: string
  /**
   * When a pod counts as initialized, so that its app containers may start without looking at its init containers and sidecars: while one of
   * its app containers runs, or as soon as one was created in the current sandbox (computeInitContainerActions,
   * pkg/kubelet/kuberuntime/kuberuntime_container.go).
   */
  readonly initializedBy: 'running-app' | 'created-app'
}

/** In ascending order. Other versions behave like the last one before them, older ones like the first. */
const versions: readonly [KubernetesVersion, ...KubernetesVersion[]] = [
  { minor: '1.36', initializedBy: 'running-app' },
  { minor: '1.37', initializedBy: 'created-app' },
]

/** The version that the model follows unless a scenario names another one; its node is part of the tests (test/node). */
const defaultMinor = '1.36'

/** The versions with rows of their own. */
export const knownMinors: readonly string[] = versions.map(({ minor }) => minor)

const numberOf = (minor: string): number => Number(/^v?1\.(\d{1,4})/.exec(minor)?.[1] ?? Number.NaN)

/** The behavior of a minor version. @param minor `1.37`, or a whole version; another text means the default */
export function versionOf(minor: string = defaultMinor): KubernetesVersion {
  const wanted = Number.isNaN(numberOf(minor)) ? numberOf(defaultMinor) : numberOf(minor)
  return versions.findLast((version) => numberOf(version.minor) <= wanted) ?? versions[0]
}
