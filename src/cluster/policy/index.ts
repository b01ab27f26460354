import type { KeeperFactory, PolicyKeeper } from '../../server/keepers/contracts.ts'
import { ConfigMapPolicyKeeper, type ConfigMapPolicyOptions } from './keeper.ts'

export { type ConfigMapPolicyOptions, statusName } from './keeper.ts'
export { type PolicyStatus, readStatus } from './status.ts'

/** Keeps the policy of a ConfigMap and shares it with all replicas through the ConfigMap `NAME-status`. */
export function configMapPolicy(options: ConfigMapPolicyOptions): KeeperFactory<PolicyKeeper> {
  return async (ports) => {
    const keeper = new ConfigMapPolicyKeeper(options, ports)
    try {
      await keeper.load()
    } catch (error) {
      keeper.stop()
      throw error
    }
    return keeper
  }
}
