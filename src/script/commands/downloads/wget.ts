/** wget: GNU and BusyBox differ if the file exists. */

import { first, one, type Repairs } from '../../change/kit.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { web } from '../../shape/server-probes.ts'
import { concat, identity, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, isDevice, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'
import { wgetElsewhere } from './download-repairs.ts'
import { nameOfUrl, nextName, printDownload, save, served, unclear, words } from './downloads.ts'

const wgetFlags = words(`
  -q -c -N -nc -nv -S -4 -6 -r -m -np -nH -nd -b -E -k -p -v -d -x --quiet --continue --timestamping --no-clobber
  --no-verbose --no-check-certificate --spider --recursive --mirror --no-parent --no-host-directories --server-response
  --content-disposition --https-only --show-progress --no-cache --retry-connrefused --no-proxy --no-hsts --inet4-only
  --no-directories --trust-server-names --auth-no-challenge --no-iri
`)
const wgetValues = words(`
  -O -P -T -t -U -e -A -R -i -l -o -a -w -Y -D -I -X --output-document --directory-prefix --timeout --tries --user-agent
  --header --user --password --post-data --post-file --ca-certificate --certificate --private-key --wait --waitretry
  --progress --method --body-data --cut-dirs --input-file --connect-timeout --read-timeout --dns-timeout --accept --reject
  --limit-rate --http-user --http-password --referer --level --output-file --max-redirect --secure-protocol --load-cookies
  --save-cookies --body-file --execute --retry-on-http-error
`)

const wgetOptions: OptionTable = { flags: wgetFlags, values: wgetValues }

function wget(call: Call, options: Options): number {
  const { machine } = call
  // Clustered letters are distinguished from the two-letter options of GNU wget.
  call.fallible()
  if (options.has('-i', '--input-file')) return unclear(call)
  if (options.operands.length === 0) return 1
  if (options.has('--post-data', '--post-file', '--body-data', '--body-file'))
    call.unknown('the effect of a request that changes a service')
  if (options.has('--spider')) return 0
  const folder = options.value('-P', '--directory-prefix')
  if (options.has('-r', '--recursive', '-m', '--mirror')) return wgetTree(folder ?? literal('.'), call)
  const document = options.value('-O', '--output-document')
  if (document !== undefined) return wgetDocument(document, options, call)
  let status = 0
  for (const url of options.operands) {
    const name = nameOfUrl(url)
    if (folder !== undefined && !isBusyBox(machine)) makeFolder(writtenPath(folder, machine), machine, true)
    const path = writtenPath(concat(folder ?? literal('.'), literal(`/${name === '' ? 'index.html' : name}`)), machine)
    if (!wgetFile(path, served(url), options, call)) status = isBusyBox(machine) ? 1 : 3
  }
  return status
}

/** The exit status if the connection breaks (GNU Wget manual, Exit Status). */
function broken(machine: CommandMachine): number {
  return isBusyBox(machine) ? 1 : 4
}

function wgetTree(folder: Value, call: Call): number {
  const { machine } = call
  const path = writtenPath(folder, machine)
  if (!makeFolder(path, machine, true)) return 1
  fillFolder(path, identity(`wget ${argumentText(call.arguments)}`), call, { failing: broken(machine) })
  return 0
}

function wgetDocument(document: Value, options: Options, call: Call): number {
  const { machine } = call
  const content = concat(...options.operands.map(served))
  if (textOf(document) === '-') printDownload(content, call, broken(machine))
  else if (!isDevice(document)) {
    const path = writtenPath(document, machine)
    const refuses = options.has('-nc', '--no-clobber') && machine.node(path, 'absent').kind !== 'absent'
    // GNU wget opens the file before it connects (wget src/main.c), so even an HTTP error leaves an empty one. BusyBox waits for the answer
    // (networking/wget.c).
    const isKept = options.has('-c', '--continue') && machine.files.look(path)?.kind === 'file'
    const opensFirst = !isKept && !isBusyBox(machine)
    if (refuses || !save(path, content, call, { status: broken(machine), opensFirst })) return 1
  }
  return 0
}

/** Without -O, BusyBox fails if the file exists, and GNU picks another name. */
function wgetFile(path: string, content: Value, options: Options, call: Call): boolean {
  const { machine } = call
  const existing = machine.suppose(path, { kind: 'absent' })
  const continues = options.has('-c', '--continue')
  // A server that supports ranges answers 416 if nothing is left to download, which is an error for BusyBox.
  if (continues && existing.kind === 'file' && isBusyBox(machine) && machine.world.decide('whether a server supports ranges') === 1)
    return false
  if (existing.kind === 'absent' || continues || options.has('-N', '--timestamping'))
    return save(path, content, call, { status: broken(machine) })
  if (options.has('-nc', '--no-clobber')) return true
  return isBusyBox(machine) ? false : save(nextName(path, machine), content, call, { status: broken(machine) })
}

/** Names the file, because wget gives the next download another name. */
const named: Repairs = (situation) => {
  const path = situation.written(situation.path?.replace(/\.\d+$/, ''))
  const isNamed = situation.texts.some((text) => text === undefined || /^-\w*[OP]|^-nc$|^--(output|directory|no-clobber)/.test(text))
  return path === undefined || isNamed ? [] : one(situation.withOptions(`-O ${path}`))
}

export const wgetCommands: readonly CommandModel[] = [
  {
    names: ['wget'],
    repairs: { failing: named, differing: first(named, wgetElsewhere), interrupted: first(named, wgetElsewhere) },
    probe: web,
    section: 'downloads',
    forms: [
      { form: 'wget URL', again: 'GNU: creates another file, NAME.1; BusyBox: fails', safeWhen: '-O FILE' },
      { form: 'wget -O FILE URL', again: 'no change', safeWhen: '' },
      { form: 'wget -nc URL', again: 'no change; keeps a file truncated by a kill', safeWhen: '-O FILE' },
      { form: 'wget -nc -O FILE URL', again: 'fails: FILE already exists', safeWhen: 'omit -nc' },
    ],
    run: reading(wgetOptions, wget),
  },
]
