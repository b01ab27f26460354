/** curl. */

import { web } from '../../shape/server-probes.ts'
import { concat, empty, identity, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, isDevice, writtenPath } from '../kit/reading.ts'
import { curlElsewhere } from './download-repairs.ts'
import { nameOfUrl, nextName, printDownload, save, served, unclear, words } from './downloads.ts'

const curlFlags = words(`
  -f -s -S -L -k -v -i -I -g -# -O -R -J -N -4 -6 -0 -q -n -l -G -Z -j -a -p --fail --silent --show-error --location
  --insecure --verbose --include --head --remote-name --remote-time --compressed --create-dirs --retry-connrefused
  --retry-all-errors --progress-bar --http1.1 --http2 --fail-with-body --no-progress-meter --no-clobber
  --remote-header-name --no-buffer --ipv4 --ipv6 --globoff --netrc --get --remote-name-all --location-trusted --tlsv1.2
  --tlsv1.3 --anyauth --basic --negotiate --ssl-reqd --proxy-insecure --remove-on-error --tcp-nodelay --http1.0
`)
const curlValues = words(`
  -o -H -u -d -X -m -A -e -b -c -E -T -F -w -x -C -K -r -y -Y -z -U -D -P -Q --output --header --user --data --data-raw
  --data-binary --data-urlencode --data-ascii --request --max-time --json --connect-timeout --retry --retry-delay
  --retry-max-time --user-agent --referer --cookie --cookie-jar --cacert --cert --key --upload-file --form --write-out
  --proxy --continue-at --config --output-dir --resolve --capath --range --speed-limit --speed-time --time-cond
  --max-redirs --limit-rate --unix-socket --noproxy --oauth2-bearer --pass --url --cert-type --key-type --interface
  --dns-servers --ciphers --dump-header --proxy-user --netrc-file --aws-sigv4 --form-string
`)

/** The exit status if the connection breaks: CURLE_PARTIAL_FILE (curl.se/libcurl/c/libcurl-errors.html). */
const broken = 18

const curlOptions: OptionTable = { flags: curlFlags, values: curlValues }

function curl(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const urls = [...options.operands, ...options.all('--url')]
  if (urls.length === 0) return options.has('-K', '--config') ? unclear(call) : 2
  const hasBody = changesService(options)
  const changes = hasBody && !urls.every(isSignIn)
  if (changes) call.unknown('the effect of a request that changes a service')
  const outputs = options.all('-o', '--output')
  const isRemoteName = options.has('-O', '--remote-name', '--remote-name-all')
  const isHead = options.has('-I', '--head')
  let status = 0
  for (const [index, url] of urls.entries()) {
    const method = hasBody || isHead ? `${keyOf(options.value('-X', '--request') ?? empty)} ${argumentText(call.arguments)}` : ''
    const content = method === '' ? served(url) : served(concat(literal(`${method} `), url))
    const output = outputs[index] ?? (isRemoteName ? literal(nameOfUrl(url)) : undefined)
    if (output === undefined || textOf(output) === '-') printDownload(content, call, broken)
    else if (!isDevice(output) && !saveAs(output, content, options, call)) status = 23
  }
  if (options.has('-w', '--write-out')) machine.print([{ id: identity(`what curl ${argumentText(call.arguments)} reports`), filled: true }])
  return status
}

/** Whether the request has a body, or a method other than GET, HEAD and OPTIONS. */
function changesService(options: Options): boolean {
  const method = textOf(options.value('-X', '--request') ?? literal('GET'))?.toUpperCase()
  const bodies = [
    '-d',
    '--data',
    '--data-raw',
    '--data-binary',
    '--data-urlencode',
    '--data-ascii',
    '--json',
    '-F',
    '--form',
    '--form-string',
    '-T',
    '--upload-file',
  ]
  if (options.has('-G', '--get')) return false
  return !['GET', 'HEAD', 'OPTIONS'].includes(method ?? '') || options.has(...bodies)
}

/**
 * Requests that only ask for a token: the token endpoint of OAuth 2.0 (RFC 6749, 3.2), the logins of Vault
 * (developer.hashicorp.com/vault/api-docs/auth/kubernetes), and the metadata service of EC2 (PUT /latest/api/token).
 */
const signIn = /\/(?:token|login)\/?(?:\?.*)?$/

/** Whether a URL ends so; what comes before may be unknown. */
function isSignIn(url: Value): boolean {
  const end = url.at(-1)
  return typeof end === 'string' && signIn.test(end)
}

function saveAs(output: Value, content: Value, options: Options, call: Call): boolean {
  const { machine } = call
  const folder = options.value('--output-dir')
  const name = folder === undefined ? output : concat(folder, literal('/'), output)
  const path = writtenPath(name, machine)
  if (options.has('--create-dirs')) makeFolder(path.slice(0, path.lastIndexOf('/')), machine, true)
  // curl 7.83 and later: --no-clobber picks another name if the file exists.
  const isOther = options.has('--no-clobber') && machine.node(path, 'absent').kind !== 'absent'
  // A file is created when its first byte arrives (curl src/tool_cb_wrt.c): never if the connection fails, or with -f on an HTTP error.
  return save(isOther ? nextName(path, machine) : path, content, call, { status: broken, isClean: options.has('--remove-on-error') })
}

export const curlCommands: readonly CommandModel[] = [
  {
    names: ['curl'],
    repairs: { differing: curlElsewhere, interrupted: curlElsewhere },
    probe: web,
    section: 'downloads',
    forms: [
      { form: 'curl -fo FILE URL', again: 'no change', safeWhen: '' },
      { form: 'curl --no-clobber -o FILE URL', again: 'creates another file, FILE.1', safeWhen: 'omit --no-clobber' },
      { form: 'curl -X POST URL', again: 'unknown: the service decides', safeWhen: '' },
    ],
    run: reading(curlOptions, curl),
  },
]
