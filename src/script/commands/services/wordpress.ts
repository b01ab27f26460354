/** WP-CLI (developer.wordpress.org/cli/commands): WordPress files in a directory, and the content of its database. */

import { identity, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, within, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'

/** Commands that always leave the same state: "already installed" is a success. */
const idempotent = new Set([
  ...['core install', 'core update', 'core update-db', 'core multisite-install', 'plugin install', 'plugin activate', 'plugin deactivate'],
  ...['plugin update', 'theme install', 'theme activate', 'theme update', 'option update', 'rewrite structure', 'rewrite flush'],
  ...['cache flush', 'language core', 'language plugin', 'site switch-language', 'config set', 'user update', 'redis enable'],
])
const reads = new Set([
  ...['core version', 'db check', 'plugin list', 'theme list', 'option get', 'user get', 'user list'],
  ...['config get', 'config path', 'cli version'],
])
const asks = new Set(['core is-installed', 'plugin is-installed', 'plugin is-active', 'theme is-installed', 'option exists'])

/** developer.wordpress.org/cli/commands: WP-CLI takes every value after an equals sign. */
const wpOptions: OptionTable = {
  flags: [
    ...['--force', '--allow-root', '--quiet', '--skip-email', '--activate', '--activate-network', '--network', '--all', '--skip-content'],
    ...['--debug', '--no-color', '--hard', '--dry-run', '--minor', '--skip-check', '--skip-salts'],
    ...['--subdomains', '--raw', '--extra-php', '--insecure', '--yes', '--send-email', '--porcelain', '--prompt', '--add', '--no-add'],
  ],
  attached: [
    ...['--path', '--url', '--title', '--admin_user', '--admin_password', '--admin_email', '--locale', '--version', '--ssh', '--user'],
    ...['--dbname', '--dbuser', '--dbpass', '--dbhost', '--dbprefix', '--dbcharset', '--dbcollate', '--role', '--user_pass', '--format'],
    ...['--field', '--fields', '--first_name', '--last_name', '--display_name', '--skip-plugins', '--skip-themes', '--exec', '--require'],
    ...['--type', '--base', '--autoload', '--status', '--search', '--exclude', '--config-file', '--anchor', '--placement'],
  ],
}

function wp(call: Call, { value, has, operands }: Options): number {
  const { machine } = call
  call.fallible()
  const words = operands.map((word) => textOf(word) ?? '')
  const command = words.slice(0, 2).join(' ')
  const folder = value('--path')
  const path = writtenPath(folder ?? literal('.'), machine)
  const isForced = has('--force')
  const facts = new ServiceFacts(machine, 'wordpress', path)
  if (command === 'core download') return createOnce(call, path, 'wp-load.php', isForced)
  if (command === 'config create') return createOnce(call, path, 'wp-config.php', isForced)
  if (command === 'db create') return facts.create('database') ? 0 : 1
  if (command === 'user create') return facts.create(factName('user', words[2] ?? '')) ? 0 : 1
  if (asks.has(command)) return facts.exists(factName(command, words[2] ?? '')) ? 0 : 1
  if (reads.has(command)) {
    machine.print(facts.output(literal(words.join(' '))))
    return 0
  }
  if (!idempotent.has(command)) return call.notFollowed(`what wp ${command} does`)
  // From here on, `is-installed` and `is-active` succeed.
  if (command === 'core install') facts.put(factName('core is-installed', ''))
  if (command.endsWith(' install') || command.endsWith(' activate'))
    for (const state of ['is-installed', 'is-active']) facts.put(factName(`${words[0]} ${state}`, words[2] ?? ''))
  return 0
}

/** Creates a file that must not exist yet: "WordPress files seem to already be present here". */
function createOnce(call: Call, path: string, name: string, isForced: boolean): number {
  const { machine } = call
  if (!makeFolder(path, machine, true)) return 1
  const target = within(path, name)
  if (machine.suppose(target, { kind: 'absent' }).kind !== 'absent' && !isForced) return 1
  const content: Value = [{ id: identity(`${name} as created by wp ${argumentText(call.arguments)}`), filled: true }]
  if (name === 'wp-load.php') fillFolder(path, 'wp core download', call)
  machine.write(target, { kind: 'file', content })
  return 0
}

export const wordpressCommands: readonly CommandModel[] = [
  {
    names: ['wp', 'wp-cli'],
    section: 'migrations',
    forms: [
      { form: 'wp core download', again: 'fails: WordPress is already present', safeWhen: '--force, [ -f wp-load.php ] ||' },
      { form: 'wp config create', again: 'fails: wp-config.php already exists', safeWhen: '--force' },
      { form: 'wp db create, wp user create', again: 'fails: already exists', safeWhen: '|| true' },
      { form: 'wp core install, wp plugin install, wp option update', again: 'no change', safeWhen: '' },
    ],
    run: reading(wpOptions, wp),
  },
]
