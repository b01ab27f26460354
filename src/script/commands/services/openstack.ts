/** openstack (python-openstackclient): OBJECT VERB NAME, where an object has one or more words. */
import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { applyRule, type ServiceEffect } from '../kit/service.ts'

/** docs.openstack.org/python-openstackclient: global options, formatters, and the values of the identity commands. */
const openstackOptions: OptionTable = {
  values: [
    ...['-f', '--format', '-c', '--column', '--max-width', '--quote', '--sort-column', '--prefix', '--log-file', '--timeout'],
    ...[
      '--domain',
      '--project',
      '--user',
      '--group',
      '--password',
      '--description',
      '--email',
      '--region',
      '--name',
      '--role',
      '--service',
    ],
    ...['--project-domain', '--user-domain', '--group-domain', '--role-domain', '--interface', '--property', '--parent'],
    ...['--os-cloud', '--os-auth-url', '--os-username', '--os-password', '--os-project-name', '--os-region-name', '--os-interface'],
    ...['--os-user-domain-name', '--os-project-domain-name', '--os-identity-api-version', '--os-cacert', '--os-auth-type', '--os-token'],
  ],
  flags: [
    ...['--or-show', '--long', '--noindent', '--print-empty', '--fit-width', '--enable', '--disable', '--insecure', '--verify', '-v', '-q'],
    ...['--verbose', '--quiet', '--debug', '--names', '--effective', '--inherited', '--all', '--all-projects', '--my-projects'],
  ],
}

/** Objects of the Identity service whose names are unique: a second one is a conflict (HTTP 409). */
const unique: ReadonlySet<string> = new Set(['user', 'project', 'role', 'domain', 'group'])

const verbs: ReadonlyMap<string, ServiceEffect> = new Map<string, ServiceEffect>([
  ['list', 'reads'],
  ['issue', 'reads'],
  ['show', 'asks'],
  ['create', 'creates'],
  ['delete', 'deletes'],
  ['set', 'updates'],
])

function openstack(call: Call, options: Options): number {
  const { operands } = options
  const texts = operands.map(textOf)
  const index = texts.findIndex((text) => text !== undefined && verbs.has(text))
  const verb = texts[index]
  const effect = verb === undefined ? undefined : verbs.get(verb)
  const kind = texts.slice(0, index).join(' ')
  call.fallible()
  const isChange = effect !== undefined && effect !== 'reads' && effect !== 'asks'
  if (effect === undefined || index === 0 || (isChange && !unique.has(kind))) return call.notFollowed('what this openstack command does')
  const facts = new ServiceFacts(call.machine, 'openstack')
  if (effect === 'reads') {
    const query = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), empty)
    call.machine.print(concat(facts.output(query), literal('\n')))
    return 0
  }
  const name = operands[index + 1]
  if (name === undefined) return 2
  // A domain is often left out where a name is only looked up.
  return applyRule(call, facts, factName(kind, keyOf(name)), { effect, kind }, options.has('--or-show'))
}

export const openstackCommands: readonly CommandModel[] = [
  command(
    'clusters',
    ['openstack'],
    { run: reading(openstackOptions, openstack), hasSubcommands: true },
    { form: 'openstack OBJECT list, show', again: 'no change', safeWhen: '' },
    { form: 'openstack user, project, role, domain, group create NAME', again: 'fails: Conflict', safeWhen: '--or-show; show NAME ||' },
  ),
]
