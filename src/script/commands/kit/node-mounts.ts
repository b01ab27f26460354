/**
 * Mounts that a container makes in the mount namespace of the node (`nsenter -t 1 -m`), or within a volume with
 * `mountPropagation: Bidirectional`. They stay on the node when the container ends (kubernetes.io/docs/concepts/storage/volumes, "Mount
 * propagation"); all others end with the container.
 */
import { mountOf } from '../../container/storage.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { nodeRoot } from '../../machine/known-folders.ts'
import { concat, type Value } from '../../value/value.ts'
import { factName, ServiceFacts } from './facts.ts'

const factsOf = (machine: CommandMachine): ServiceFacts => new ServiceFacts(machine, 'mount')

function staysOnNode(path: string, machine: CommandMachine): boolean {
  return path.startsWith(`${nodeRoot}/`) || mountOf(path, machine.files.mounts)?.propagates === true
}

/**
 * Mounts something.
 * @param line the entry in the list of mounts
 * @returns false if an earlier run has mounted something at that place of the node: the second mount hides it
 */
export function mountAt(path: string, line: Value, machine: CommandMachine): boolean {
  return !staysOnNode(path, machine) || factsOf(machine).create(factName('mount', path), line)
}

/** Whether something is mounted there on the node, as tested by a guard. */
export function isNodeMount(path: string, machine: CommandMachine): boolean {
  return staysOnNode(path, machine) && factsOf(machine).exists(factName('mount', path))
}

/** What `mount` prints without arguments, after the mounts that existed before the first run. */
export function listedMounts(machine: CommandMachine): Value {
  const facts = factsOf(machine)
  return concat([{ id: 'the mounts at the start' }], ...facts.names().map((name) => concat(['\n'], facts.look(name) ?? [], ['\n'])))
}
