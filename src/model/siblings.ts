/** Objects that stand beside a workload in the same input and say more about it. At admission nothing of the kind is visible. */

/** What rules ask of a Service. */
export interface ServiceFacts {
  readonly name: string
  /** Labels of the pods that it leads to; empty where somebody else keeps its endpoints. */
  readonly selector: ReadonlyMap<string, string>
  /** Whether pods count before they are ready (`publishNotReadyAddresses`). */
  readonly publishesNotReady: boolean
}

export interface Siblings {
  /** The texts of a ConfigMap by their keys, undefined where it does not stand in the input. */
  configMap(namespace: string, name: string): ReadonlyMap<string, string> | undefined
  services(namespace: string): readonly ServiceFacts[]
}

/** Nothing stands beside the workload. */
export const noSiblings: Siblings = Object.freeze({ configMap: () => undefined, services: () => [] })
