/** The kubelet's last view of the runtime: kubecontainer.PodStatus, pkg/kubelet/container/runtime.go. A copy, so it can be out of date. */
import type { Runtime, RuntimeContainer, Sandbox } from './runtime.ts'

/** The pod's sandboxes and containers at one moment. */
export interface Snapshot {
  /** Newest first. */
  readonly sandboxes: readonly Readonly<Sandbox>[]
  /** Of all sandboxes, newest first (ContainerStatuses). */
  readonly containers: readonly Readonly<RuntimeContainer>[]
  /** The containers by name. */
  readonly byName: ReadonlyMap<string, readonly Readonly<RuntimeContainer>[]>
}

/** The view of a kubelet that has not looked yet. */
export const emptySnapshot: Snapshot = Object.freeze({ sandboxes: Object.freeze([]), containers: Object.freeze([]), byName: new Map() })

/** The current state of the runtime. */
export function takeSnapshot(runtime: Runtime): Snapshot {
  const containers = runtime.containers.map((item) => ({ ...item }))
  return {
    sandboxes: runtime.sandboxes.map((sandbox) => ({ ...sandbox })),
    containers,
    byName: Map.groupBy(containers, ({ name }) => name),
  }
}

/** FindContainerStatusByName: the newest container with a name. */
export function newest(snapshot: Snapshot, name: string): Readonly<RuntimeContainer> | undefined {
  return executionsOf(snapshot, name)[0]
}

/** All containers with a name, newest first. */
export function executionsOf(snapshot: Snapshot, name: string): readonly Readonly<RuntimeContainer>[] {
  return snapshot.byName.get(name) ?? []
}

/** Containers of the newest sandbox if it is ready (ActiveContainerStatuses). */
export function activeContainers(snapshot: Snapshot): readonly Readonly<RuntimeContainer>[] {
  const [sandbox] = snapshot.sandboxes
  return sandbox?.ready ? snapshot.containers.filter((container) => container.sandbox === sandbox.id) : []
}

/** PodSandboxChanged, pkg/kubelet/kuberuntime/util/util.go: whether a sandbox must be created, its attempt, and the existing one. */
export function sandboxChange(snapshot: Snapshot): { readonly needed: boolean; readonly attempt: number; readonly sandbox: number | null } {
  const [sandbox] = snapshot.sandboxes
  if (sandbox === undefined) return { needed: true, attempt: 0, sandbox: null }
  if (!sandbox.ready) return { needed: true, attempt: sandbox.attempt + 1, sandbox: sandbox.id }
  return { needed: false, attempt: sandbox.attempt, sandbox: sandbox.id }
}
