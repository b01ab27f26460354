/** What the kubelet last heard from the runtime: kubecontainer.PodStatus, pkg/kubelet/container/runtime.go. A copy, so it can be out of date. */
import type { Runtime, RuntimeContainer, Sandbox } from './runtime.ts'

/** Sandboxes and containers of the pod at some moment. */
export interface Snapshot {
  /** Newest first. */
  readonly sandboxes: readonly Readonly<Sandbox>[]
  /** Newest first, of all sandboxes (ContainerStatuses). */
  readonly containers: readonly Readonly<RuntimeContainer>[]
  /** The same by their names. */
  readonly byName: ReadonlyMap<string, readonly Readonly<RuntimeContainer>[]>
}

/** What a kubelet knows that has not looked yet. */
export const emptySnapshot: Snapshot = Object.freeze({ sandboxes: Object.freeze([]), containers: Object.freeze([]), byName: new Map() })

/** What the runtime has now. */
export function takeSnapshot(runtime: Runtime): Snapshot {
  const containers = runtime.containers.map((item) => ({ ...item }))
  return {
    sandboxes: runtime.sandboxes.map((sandbox) => ({ ...sandbox })),
    containers,
    byName: Map.groupBy(containers, ({ name }) => name),
  }
}

/** FindContainerStatusByName: the newest container of a name. */
export function newest(snapshot: Snapshot, name: string): Readonly<RuntimeContainer> | undefined {
  return executionsOf(snapshot, name)[0]
}

/** All containers of a name, newest first. */
export function executionsOf(snapshot: Snapshot, name: string): readonly Readonly<RuntimeContainer>[] {
  return snapshot.byName.get(name) ?? []
}

/** Containers of the newest sandbox, if that is alive (ActiveContainerStatuses). */
export function activeContainers(snapshot: Snapshot): readonly Readonly<RuntimeContainer>[] {
  const [sandbox] = snapshot.sandboxes
  return sandbox?.ready ? snapshot.containers.filter((container) => container.sandbox === sandbox.id) : []
}

/** PodSandboxChanged, pkg/kubelet/kuberuntime/util/util.go: whether a sandbox must be made, its number, and the one that there is. */
export function sandboxChange(snapshot: Snapshot): { readonly needed: boolean; readonly attempt: number; readonly sandbox: number | null } {
  const [sandbox] = snapshot.sandboxes
  if (sandbox === undefined) return { needed: true, attempt: 0, sandbox: null }
  if (!sandbox.ready) return { needed: true, attempt: sandbox.attempt + 1, sandbox: sandbox.id }
  return { needed: false, attempt: sandbox.attempt, sandbox: sandbox.id }
}
