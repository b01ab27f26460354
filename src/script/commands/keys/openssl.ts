import { concat, derived, empty, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { contentOf } from './content.ts'

/** What an openssl subcommand writes: something new each time, something derived from its input, or nothing. */
type Product = 'new' | 'derived' | 'nothing'

const products: ReadonlyMap<string, Product> = new Map<string, Product>([
  ...['genrsa', 'genpkey', 'gendsa', 'dhparam', 'rand'].map((name) => [name, 'new'] as const),
  ...['pkcs12', 'rsa', 'pkey', 'ec', 'dsa', 'pkcs8', 'pkcs7', 'crl', 'crl2pkcs7', 'base64', 'dgst', 'enc'].map(
    (name) => [name, 'derived'] as const,
  ),
  ...['md5', 'sha1', 'sha256', 'sha512', 'rsautl', 'asn1parse', 'passwd', 'x509'].map((name) => [name, 'derived'] as const),
  ...['version', 's_client', 'verify', 'ciphers', 'speed', 'list', 'errstr'].map((name) => [name, 'nothing'] as const),
])

/** openssl(1) and the pages of the subcommands above. */
const opensslOptions: OptionTable = {
  style: 'words',
  values: [
    ...['-in', '-out', '-key', '-keyout', '-subj', '-days', '-config', '-extensions', '-extfile', '-CA', '-CAkey', '-CAserial', '-inkey'],
    ...['-certfile', '-name', '-passin', '-passout', '-pass', '-password', '-newkey', '-set_serial', '-addext', '-reqexts', '-algorithm'],
    ...['-pkeyopt', '-paramfile', '-inform', '-outform', '-keyform', '-rand', '-k', '-K', '-iv', '-md', '-checkend', '-caname', '-sigopt'],
    ...[
      '-nameopt',
      '-CAfile',
      '-CApath',
      '-signkey',
      '-section',
      '-copy_extensions',
      '-connect',
      '-servername',
      '-kfile',
      '-iter',
      '-host',
    ],
    ...['-param_enc', '-conv_form', '-v2', '-v1', '-v2prf', '-keypbe', '-certpbe', '-macalg', '-LMK', '-CSP', '-hmac', '-mac', '-macopt'],
    ...['-signature', '-sign', '-prverify', '-starttls', '-alpn', '-port', '-cert', '-CRLfile', '-untrusted', '-purpose', '-verify_depth'],
    ...[
      '-verify_hostname',
      '-verify_ip',
      '-trusted',
      '-proxy',
      '-ext',
      '-certopt',
      '-force_pubkey',
      '-not_before',
      '-not_after',
      '-provider',
    ],
    ...['-provider-path', '-propquery', '-engine', '-cipher', '-ciphersuites', '-length', '-offset', '-strparse', '-xofflen', '-bufsize'],
  ],
  flags: [
    ...[
      '-x509',
      '-new',
      '-nodes',
      '-noenc',
      '-noout',
      '-text',
      '-batch',
      '-utf8',
      '-multivalue-rdn',
      '-newhdr',
      '-verbose',
      '-verify',
      '-x509_strict',
    ],
    ...[
      '-export',
      '-nokeys',
      '-nocerts',
      '-clcerts',
      '-cacerts',
      '-chain',
      '-legacy',
      '-nomac',
      '-nomaciter',
      '-noiter',
      '-maciter',
      '-info',
    ],
    ...[
      '-pubout',
      '-pubin',
      '-traditional',
      '-topk8',
      '-nocrypt',
      '-check',
      '-modulus',
      '-text_pub',
      '-RSAPublicKey_in',
      '-RSAPublicKey_out',
    ],
    ...['-hex', '-base64', '-d', '-e', '-a', '-A', '-pbkdf2', '-salt', '-nosalt', '-nopad', '-p', '-P', '-binary', '-r', '-c', '-quiet'],
    ...[
      '-req',
      '-CAcreateserial',
      '-genkey',
      '-genparam',
      '-fingerprint',
      '-subject',
      '-issuer',
      '-dates',
      '-enddate',
      '-startdate',
      '-serial',
    ],
    ...[
      '-hash',
      '-subject_hash',
      '-issuer_hash',
      '-subject_hash_old',
      '-pubkey',
      '-ocsp_uri',
      '-email',
      '-clrext',
      '-print_certs',
      '-print',
    ],
    ...[
      '-sha1',
      '-sha224',
      '-sha256',
      '-sha384',
      '-sha512',
      '-md5',
      '-des',
      '-des3',
      '-aes128',
      '-aes192',
      '-aes256',
      '-aes-256-cbc',
      '-aes-128-cbc',
    ],
    ...['-aes-256-gcm', '-aes-256-ctr', '-aria256', '-camellia256', '-2', '-3', '-5', '-6', '-1', '-apr1', '-stdin', '-noverify', '-crypt'],
    ...[
      '-showcerts',
      '-brief',
      '-ign_eof',
      '-no_ign_eof',
      '-verify_return_error',
      '-verify_quiet',
      '-tls1_2',
      '-tls1_3',
      '-crlf',
      '-prexit',
    ],
    ...[
      '-issuer_checks',
      '-crl_check',
      '-partial_chain',
      '-no-CApath',
      '-no-CAfile',
      '-nameopts',
      '-encrypt',
      '-decrypt',
      '-pkcs',
      '-oaep',
    ],
    ...['-list_curves', '-no_public', '-F4', '-f4', '-dsaparam', '-noservername', '-strict', '-trusted_first', '-sha3-256', '-sha3-512'],
  ],
}

/** openssl takes the options of a subcommand after its name. */
function openssl(call: Call, options: Options): number {
  const [first] = options.operands
  const name = textOf(first ?? empty) ?? ''
  const product = productOf(name, options)
  if (product === undefined) return call.notFollowed(`what openssl ${name} does`)
  if (product === 'nothing') {
    call.fallible()
    call.machine.print([{ id: `openssl ${name}` }])
    return 0
  }
  if (options.has('-checkend')) return call.notFollowed('whether a certificate expires soon')
  return makeKeys(name, product, options, call)
}

function productOf(name: string, { has }: Options): Product | undefined {
  if (name === 'req') return has('-x509', '-newkey', '-new') ? 'new' : 'derived'
  if (name === 'ecparam') return has('-genkey') ? 'new' : 'derived'
  // A certificate gets a random serial number; that alone is not worth reporting if the keys are the same.
  return products.get(name)
}

function makeKeys(name: string, product: Product, { value, has }: Options, call: Call): number {
  const { machine } = call
  const inputs = ['-in', '-key', '-inkey', '-CA', '-CAkey', '-certfile', '-signkey'].flatMap((option) => {
    const path = value(option)
    return path === undefined ? [] : [contentOf(path, machine)]
  })
  const hasKey = has('-key', '-in')
  const from = inputs.length === 0 && machine.input !== undefined ? [machine.input] : inputs
  // A request or certificate created from an existing key means the same each time.
  const isNew = product === 'new' && !(name === 'req' && hasKey)
  const how = concat(literal(`openssl ${name}`), ...call.arguments.map((word) => concat(literal(' '), word)))
  const made = isNew ? machine.volatile(`openssl ${name}`) : derived('openssl', how, ...from)
  const out = value('-out')
  // The header of a PEM file: `[ -s FILE ]` succeeds from here on.
  const content = name === 'rand' || out === undefined ? made : concat(literal('-----BEGIN '), made)
  const keyFile = name === 'req' && !has('-key') ? value('-keyout') : undefined
  const [firstPath, secondPath] = [keyFile, out].filter((path) => path !== undefined).map((path) => writtenPath(path, machine))
  if (firstPath === undefined) {
    machine.print(concat(content, literal('\n')))
    return 0
  }
  const write = (path: string, value: Value) => machine.write(path, { kind: 'file', content: value })
  call.partials(() => write(firstPath, empty), ...(secondPath === undefined ? [] : [() => write(firstPath, content)]))
  write(firstPath, content)
  if (secondPath !== undefined) write(secondPath, concat(literal('-----BEGIN '), derived('certificate of', content)))
  return 0
}

export const opensslCommand: CommandModel = {
  names: ['openssl'],
  section: 'keys',
  forms: [
    { form: 'openssl genrsa, req -newkey, rand -out FILE', again: 'replaces the key with a new one', safeWhen: '[ -s LAST_FILE ] ||' },
    { form: 'openssl req -key, x509, pkcs12, rsa -out FILE', again: 'no change except salts and serial numbers', safeWhen: '' },
  ],
  run: reading(opensslOptions, openssl),
}
