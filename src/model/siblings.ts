/** Other objects of the same input that give information about a workload. At admission there are none. */

/** What rules need to know about a Service. */
export interface ServiceFacts {
  readonly name: string
  /** Labels of the pods that it selects; empty for a Service without a selector, whose endpoints are managed separately. */
  readonly selector: ReadonlyMap<string, string>
  /** Whether it publishes pods before they are ready (`publishNotReadyAddresses`). */
  readonly publishesNotReady: boolean
  /** Whether its name resolves to the addresses of its pods (`clusterIP: None`). */
  readonly isHeadless: boolean
}

export interface Siblings {
  /** The texts of a ConfigMap by their keys; undefined if the ConfigMap is not in the input. */
  configMap(namespace: string, name: string): ReadonlyMap<string, string> | undefined
  services(namespace: string): readonly ServiceFacts[]
}

/** An input with no other objects. */
export const noSiblings: Siblings = Object.freeze({ configMap: () => undefined, services: () => [] })
