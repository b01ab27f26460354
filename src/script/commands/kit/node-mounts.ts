/** Mounts that stay on the node, because the volume around them has the mount propagation Bidirectional. */
import { mountOf } from '../../container/storage.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { concat, empty, keyOf, type Value } from '../../value/value.ts'
import { factName, ServiceFacts } from './facts.ts'

/** Whether what is mounted at a path stays on the node. */
export function staysMounted(path: string, machine: CommandMachine): boolean {
  return mountOf(path, machine.files.mounts)?.propagates === true
}

function mounts(machine: CommandMachine): ServiceFacts {
  return new ServiceFacts(machine, 'mounts')
}

function nameOf(path: string): string {
  return factName('mount', path)
}

/** Whether something is mounted at a path of the node; assumed both ways at the start. */
export function isMounted(path: string, machine: CommandMachine): boolean {
  return mounts(machine).exists(nameOf(path))
}

/** Records a mount. @returns false if this script mounted something there before, so that there are two */
export function recordMount(path: string, line: Value, machine: CommandMachine): boolean {
  const facts = mounts(machine)
  if (facts.isMade(nameOf(path))) return false
  facts.put(nameOf(path), line)
  return true
}

/** The list of mounts, as `mount` and /proc/mounts show it: unknown lines of the start, then those of this script. */
export function mountList(machine: CommandMachine): Value {
  const facts = mounts(machine)
  const made = facts.names().map((name) => facts.look(name) ?? empty)
  return concat(
    [{ id: 'the mounts at the start', filled: true, lines: true }],
    ['\n'],
    ...made.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  )
}
