/** Objects with init scripts for tests of rules. */
import type { ServiceFacts, Siblings } from '../../model/siblings.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { pod, workload } from './objects.ts'

interface Extra {
  readonly container?: object
  readonly podSpec?: object
  readonly metadata?: object
  readonly kind?: WorkloadKind
  readonly spec?: object
}

/** The volumes `data` at /data, a PersistentVolumeClaim, and `work` at /work, an emptyDir. The app mounts both. */
export const volumeMounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'work', mountPath: '/work' },
]
const volumes = [
  { name: 'data', persistentVolumeClaim: { claimName: 'c' } },
  { name: 'work', emptyDir: {} },
]
const app = { name: 'app', image: 'app:1', volumeMounts }

/** The pointer to the text of `scripted` in a Pod. */
export const scriptPointer = '/spec/initContainers/0/command/2'
/** The pointer to the command of `commanded` in a Pod. */
export const commandPointer = '/spec/initContainers/0/command'

/** A workload whose init container `init` runs the command. */
export function commanded(command: readonly string[], { container, podSpec, metadata, kind = 'Pod', spec }: Extra = {}): object {
  const init = { name: 'init', image: 'debian:12', command, volumeMounts, ...container }
  const extra = { ...(metadata === undefined ? {} : { metadata }), ...(spec === undefined ? {} : { spec }) }
  return workload(kind, { initContainers: [init], containers: [app], volumes, ...podSpec }, extra)
}

/** A workload whose init container `init` runs the text with `bash -c`. */
export function scripted(text: string, extra: Extra = {}): object {
  return commanded(['bash', '-c', text], extra)
}

/** A Pod with the given init containers, in order, and the usual app. */
export function sequence(initContainers: readonly object[], podSpec: object = {}): object {
  return pod({ initContainers, containers: [app], volumes, ...podSpec })
}

/** The other objects of the same input. @param configMaps by name, in the namespace `default` */
export function siblingsOf(
  configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>,
  services: readonly ServiceFacts[] = [],
): Siblings {
  return {
    configMap: (namespace, name) =>
      namespace === 'default' && Object.hasOwn(configMaps, name) ? new Map(Object.entries(configMaps[name] ?? {})) : undefined,
    services: (namespace) => (namespace === 'default' ? services : []),
  }
}
