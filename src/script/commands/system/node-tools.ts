/** Tools of network plugins that prepare the node. Their init containers copy them to the node and run them there. */
import { anywhere } from '../../shape/places.ts'
import { type CommandModel, command } from '../command.ts'
import { reading } from '../kit/options.ts'
import { query } from '../kit/query.ts'

/** The directory of the node to which they are copied differs from node to node. */
const prepares = { run: reading({ lenient: 'They read no options: their only argument is a directory.' }, query), places: anywhere }

export const nodeToolCommands: readonly CommandModel[] = [
  command('processes', ['cilium-mount'], prepares, {
    form: 'cilium-mount DIR',
    again: 'no change: mounts the cgroup file system only if it is not mounted there',
    safeWhen: '',
  }),
  command('processes', ['cilium-sysctlfix'], prepares, {
    form: 'cilium-sysctlfix',
    again: 'no change: writes the same configuration of sysctl',
    safeWhen: '',
  }),
]
