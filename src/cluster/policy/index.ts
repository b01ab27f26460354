import type { KeeperFactory, PolicyKeeper } from '../../server/keepers/contracts.ts'
import { loadKeeper } from '../load-keeper.ts'
import { ConfigMapPolicyKeeper, type ConfigMapPolicyOptions } from './keeper.ts'

export { type ConfigMapPolicyOptions, statusName } from './keeper.ts'
export { type PolicyStatus, readStatus } from './status.ts'

/** Keeps the policy of a ConfigMap, shared with all replicas by the ConfigMap `NAME-status`. */
export function configMapPolicy(options: ConfigMapPolicyOptions): KeeperFactory<PolicyKeeper> {
  return (ports) => loadKeeper(new ConfigMapPolicyKeeper(options, ports))
}
