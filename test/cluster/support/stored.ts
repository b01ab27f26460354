/** What the API server stores. */
import { asArray, member } from '../../../src/model/json.ts'
import type { ControlPlane } from './control-plane.ts'

/** What `kubectl get` returns. @param args a resource and its name, with flags such as `-n` */
export async function stored({ mustKubectl }: ControlPlane, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await mustKubectl(['get', ...args, '-o', 'json']))
}

/** The objects that `kubectl get` lists. @param args a resource without a name, with flags such as `-n` */
export async function listed(controlPlane: ControlPlane, ...args: readonly string[]): Promise<readonly unknown[]> {
  return asArray(member(await stored(controlPlane, ...args), 'items'))
}
