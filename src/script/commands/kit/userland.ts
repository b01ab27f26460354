/** Differences between the GNU and BusyBox tools. Checked only if the difference matters. */
import type { CommandMachine } from '../../machine/command-machine.ts'

/** Whether the tools are BusyBox's. If the image does not tell, both cases are tried, one by one. */
export function isBusyBox(machine: CommandMachine): boolean {
  if (machine.isUserland('unknown')) return machine.world.decide('whether the tools are GNU or BusyBox') === 1
  return machine.isUserland('busybox')
}
