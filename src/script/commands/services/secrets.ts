/** Secret and configuration stores: Vault, Consul, Keycloak. */
import { ownBin } from '../../shape/places.ts'
import { runsAs } from '../../shape/servers.ts'
import { empty, textOf } from '../../value/value.ts'
import type { CommandModel } from '../command.ts'
import { withTables } from '../kit/options.ts'
import { serviceModel } from '../kit/service.ts'
import { consulTls } from './consul-tls.ts'

const consul = serviceModel({
  names: ['consul'],
  section: 'keys',
  service: 'consul',
  traits: { runsForever: runsAs('agent'), takesLock: true, hasSubcommands: true },
  forms: [
    { form: 'consul kv put', again: 'no change', safeWhen: '' },
    { form: 'consul acl bootstrap', again: 'fails: already done', safeWhen: '|| true' },
  ],
  style: 'words',
  values: [
    ...['-http-addr', '-token', '-datacenter', '-token-file', '-ca-file', '-namespace', '-ca-path', '-client-cert', '-client-key'],
    ...['-tls-server-name', '-partition', '-flags', '-separator', '-format'],
  ],
  flags: [...['-recurse', '-keys', '-detailed', '-stale', '-base64']],
  rules: [
    { words: ['kv', 'put'], effect: 'puts', kind: 'key' },
    { words: ['kv', 'get'], effect: 'asks', kind: 'key' },
    { words: ['kv', 'delete'], effect: 'clears', kind: 'key' },
    { words: ['acl', 'bootstrap'], effect: 'creates', name: 0 },
    { words: ['members'], effect: 'reads' },
    { words: ['info'], effect: 'reads' },
    { words: ['catalog'], effect: 'reads' },
  ],
})

export const secretCommands: readonly CommandModel[] = [
  serviceModel({
    names: ['vault', 'bao'],
    section: 'keys',
    service: 'vault',
    traits: { runsForever: runsAs('server'), hasSubcommands: true },
    forms: [
      {
        form: 'vault secrets enable, auth enable',
        again: 'exits 2: the path is already in use',
        safeWhen: 'vault secrets list | grep -q PATH/ ||',
      },
      { form: 'vault operator init', again: 'exits 2: already initialized', safeWhen: 'vault status ||' },
      { form: 'vault kv put, policy write, write', again: 'writes a new version with the same content', safeWhen: '' },
    ],
    style: 'words',
    values: [
      ...['-address', '-namespace', '-path', '-format', '-field', '-key-shares', '-key-threshold', '-mount', '-ca-cert'],
      ...[
        '-version',
        '-ca-path',
        '-client-cert',
        '-client-key',
        '-tls-server-name',
        '-header',
        '-wrap-ttl',
        '-agent-address',
        '-description',
      ],
      ...['-default-lease-ttl', '-max-lease-ttl', '-plugin-name', '-listing-visibility', '-options', '-method', '-role', '-policy', '-ttl'],
      ...[
        '-period',
        '-custom-metadata',
        '-recovery-shares',
        '-recovery-threshold',
        '-pgp-keys',
        '-root-token-pgp-key',
        '-recovery-pgp-keys',
        '-display-name',
        '-id',
      ],
      ...['-type', '-config', '-log-level', '-log-format'],
    ],
    flags: [
      '-exit-after-auth',
      ...['-tls-skip-verify', '-non-interactive', '-no-print', '-force', '-f', '-local', '-seal-wrap', '-token-only', '-no-store'],
      ...['-detailed', '-orphan', '-external-entropy-access'],
    ],
    scope: ['-namespace'],
    rules: [
      { words: ['secrets', 'enable'], effect: 'creates', name: ['-path'], failure: 2 },
      { words: ['auth', 'enable'], effect: 'creates', name: ['-path'], failure: 2 },
      { words: ['audit', 'enable'], effect: 'creates', name: ['-path'], failure: 2 },
      { words: ['operator', 'init'], effect: 'creates', name: 0, failure: 2 },
      { words: ['secrets', 'list'], effect: 'reads' },
      { words: ['auth', 'list'], effect: 'reads' },
      { words: ['operator', 'unseal'], effect: 'puts', name: 0 },
      { words: ['policy', 'write'], effect: 'puts', kind: 'policy' },
      { words: ['policy', 'read'], effect: 'asks', kind: 'policy' },
      { words: ['kv', 'put'], effect: 'puts', kind: 'secret' },
      { words: ['kv', 'get'], effect: 'asks', kind: 'secret' },
      { words: ['kv', 'list'], effect: 'reads' },
      { words: ['write'], effect: 'puts', kind: 'path' },
      { words: ['read'], effect: 'reads' },
      { words: ['login'], effect: 'reads' },
      { words: ['status'], effect: 'reads' },
      { words: ['token', 'lookup'], effect: 'reads' },
      // Renders its templates anew, and keeps nothing between runs.
      { words: ['agent'], effect: 'reads' },
    ],
  }),
  {
    ...consul,
    run: withTables(
      [...(consul.run.options ?? []), ...(consulTls.options ?? []).map(({ table }) => ({ table, after: 'consul tls' }))],
      (call) => (textOf(call.arguments[0] ?? empty) === 'tls' ? consulTls(call) : consul.run(call)),
    ),
  },
  serviceModel({
    names: ['kcadm', 'kcadm.sh'],
    section: 'keys',
    service: 'keycloak',
    traits: { places: ownBin },
    forms: [
      { form: 'kcadm create realms, users, clients', again: 'fails: 409 Conflict', safeWhen: 'kcadm get … ||' },
      { form: 'kcadm update', again: 'no change', safeWhen: '' },
    ],
    style: 'words',
    values: [
      ...['-r', '--realm', '--server', '--user', '--password', '--config', '--target-realm', '--fields', '-q'],
      ...['--client', '--secret', '-f', '--file', '-b', '--body', '-s', '--set', '-d'],
      ...['--delete', '--new-password', '-p', '--username', '--userid', '--uusername', '--uid', '--gname', '--gid'],
      ...['--gpath', '--rname', '--rid', '--rolename', '--roleid', '--cclientid', '--cid', '--truststore', '--trustpass'],
      ...['--keystore', '--storepass', '--keypass', '--alias', '--query', '--header', '-h', '--limit', '-l'],
      ...['--format', '-F'],
    ],
    flags: [
      ...['-o', '--output', '-i', '--id', '-c', '--compressed', '--no-config', '--merge', '-m'],
      ...['-n', '--no-merge', '-t', '--temporary', '-x', '-a', '--all', '--noquotes'],
    ],
    scope: ['-r', '--target-realm'],
    rules: [
      { words: ['config', 'credentials'], effect: 'reads' },
      ...['realms', 'users', 'clients', 'roles', 'groups', 'client-scopes'].map((kind) => ({
        words: ['create', kind],
        effect: 'creates' as const,
        name: 'all' as const,
      })),
      { words: ['get'], effect: 'reads' },
      { words: ['update'], effect: 'puts' },
      { words: ['set-password'], effect: 'puts', name: 0 },
      { words: ['add-roles'], effect: 'puts', name: 0 },
    ],
  }),
]
