/** Modules of the node's kernel. All containers of the node share them, and they stay loaded when a container ends. */
import type { CommandMachine } from '../../machine/command-machine.ts'
import { concat, keyOf, literal, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { query } from '../kit/query.ts'

const factsOf = (machine: CommandMachine): ServiceFacts => new ServiceFacts(machine, 'kernel')

/** The kernel does not tell a dash in a name from an underscore (modprobe(8)). */
function moduleOf(word: Value): string {
  const name = keyOf(word).replace(/^.*\//, '')
  return factName('module', name.replace(/\.ko(\.(gz|xz|zst))?$/, '').replaceAll('-', '_'))
}

/** The operands that name modules. Those after the first one of insmod and modprobe are parameters of the module. */
function namesOf(call: Call, operands: readonly Value[], isEach: boolean): readonly string[] {
  call.fallible()
  return (isEach ? operands : operands.slice(0, 1)).map(moduleOf)
}

/** `insmod FILE`: fails if the module is loaded. */
function insmod(call: Call, { operands }: Options): number {
  const facts = factsOf(call.machine)
  return namesOf(call, operands, false).some((name) => !facts.create(name)) ? 1 : 0
}

/** `modprobe NAME` and `modprobe -r NAME` succeed, whether the module is loaded or not. */
function modprobe(call: Call, options: Options): number {
  if (options.has('-n', '--dry-run', '--show', '-c', '--showconfig', '-D', '--show-depends', '-l')) return query(call)
  const facts = factsOf(call.machine)
  const isRemoval = options.has('-r', '--remove')
  for (const name of namesOf(call, options.operands, isRemoval || options.has('-a', '--all'))) {
    if (isRemoval) facts.remove(name)
    else facts.put(name)
  }
  return 0
}

/** `rmmod NAME…`: fails if one of the modules is not loaded. */
function rmmod(call: Call, { operands }: Options): number {
  const facts = factsOf(call.machine)
  return namesOf(call, operands, true).filter((name) => !facts.destroy(name)).length > 0 ? 1 : 0
}

/** `lsmod`: the modules at the start, then those that the script loaded. */
function lsmod({ machine }: Call): number {
  const facts = factsOf(machine)
  const loaded = facts.names().map((name) => name.slice(name.indexOf('/') + 1))
  const lines = loaded.map((name) => concat(literal(`${name} `), [{ id: `the use of the module ${name}` }], literal('\n')))
  machine.print(concat([{ id: 'the modules at the start' }], literal('\n'), ...lines))
  return 0
}

/** kmod(8): options of insmod, modprobe, rmmod and lsmod. */
const flags = [
  ...['-a', '--all', '-b', '--use-blacklist', '-f', '--force', '--force-modversion', '--force-vermagic', '-i', '--ignore-install', '-n'],
  ...['--dry-run', '--show', '-c', '--showconfig', '-D', '--show-depends', '-l', '-q', '--quiet', '-r', '--remove', '-s', '--syslog'],
  ...['-v', '--verbose', '-w', '--wait', '--first-time', '--remove-dependencies', '-R', '--resolve-alias'],
]
const values = ['-d', '--dirname', '-C', '--config', '-S', '--set-version']

export const moduleCommands: readonly CommandModel[] = [
  command('processes', ['insmod'], reading({ flags, values }, insmod), {
    form: 'insmod FILE',
    again: 'exits 1: already loaded',
    safeWhen: 'modprobe, lsmod | grep -q ||, || true',
  }),
  command('processes', ['rmmod'], reading({ flags, values }, rmmod), {
    form: 'rmmod NAME',
    again: 'exits 1: no longer loaded',
    safeWhen: 'modprobe -r, || true',
  }),
  command('processes', ['modprobe'], reading({ flags, values, lenient: 'Its other options concern messages.' }, modprobe)),
  command('processes', ['lsmod'], reading({ lenient: 'It has no options that matter.' }, lsmod)),
]
