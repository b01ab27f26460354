/** What GNU's and BusyBox's tools do differently is asked only where it matters. */
import type { Machine } from '../../machine/machine.ts'

/** Whether the tools are BusyBox's. Where the image does not tell, both are supposed, one world after the other. */
export function isBusyBox(machine: Machine): boolean {
  const { userland, world } = machine.setting
  return userland === 'unknown' ? world.decide('whether the tools are GNU or BusyBox') === 1 : userland === 'busybox'
}
