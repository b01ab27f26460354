/** `consul tls`: certificates in the working directory. */

import { parentFolder } from '../../machine/command-machine.ts'
import { concat, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/** developer.hashicorp.com/consul/commands/tls/ca and tls/cert. */
const tlsOptions: OptionTable = {
  style: 'words',
  values: [
    ...['-ca', '-key', '-days', '-domain', '-dc', '-node', '-additional-dnsname', '-additional-ipaddress', '-common-name', '-cluster-id'],
    '-additional-name-constraint',
  ],
  flags: ['-server', '-client', '-cli', '-name-constraint'],
}

/** More certificates of a kind than a script creates. */
const maxCertificates = 32

/** `consul tls ca create` fails over its files; `consul tls cert create` takes the next free number (command/tls in github.com/hashicorp/consul). */
function tls(call: Call, options: Options): number {
  const [, kind, verb] = options.operands.map((word) => textOf(word))
  if (verb !== 'create') return call.notFollowed('what this consul command does')
  const domain = options.value('-domain') ?? literal('consul')
  if (kind === 'ca') return create(concat(domain, literal('-agent-ca')), call) ? 0 : 1
  if (kind !== 'cert') return call.notFollowed('what this consul command does')
  const role = ['-server', '-client', '-cli'].find((name) => options.has(name))
  if (role === undefined) return 1
  const prefix = concat(options.value('-dc') ?? literal('dc1'), literal(`${role}-`), domain)
  for (let number = 0; number < maxCertificates; number++) if (create(concat(prefix, literal(`-${number}`)), call)) return 0
  return 1
}

/** Creates a certificate and its key. @returns false if they exist */
function create(name: Value, { machine }: Call): boolean {
  const [certificate, key] = ['.pem', '-key.pem'].map((end) => writtenPath(concat(name, literal(end)), machine))
  if (certificate === undefined || key === undefined || !parentFolder(certificate, machine)) return false
  if (machine.suppose(certificate, { kind: 'absent' }).kind !== 'absent') return false
  machine.write(key, { kind: 'file', content: machine.volatile('a key') })
  machine.write(certificate, { kind: 'file', content: machine.volatile('a certificate') })
  return true
}

export const consulTls = reading(tlsOptions, tls)
