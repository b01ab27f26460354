/** go: programs that it installs. What it builds and runs is not followed. */
import { concat, identity, keyOf, literal, partOf, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading, withTables } from '../kit/options.ts'
import { argumentText, within, writtenPath } from '../kit/reading.ts'

/** go help build: those that do not change where the program goes. */
const installOptions: OptionTable = {
  style: 'words',
  values: ['-ldflags', '-tags', '-mod', '-p', '-gcflags', '-asmflags', '-buildmode', '-modfile', '-pgo'],
  flags: ['-v', '-x', '-a', '-trimpath', '-race', '-buildvcs'],
}

/** The last part of a package path, without its major version and the version after `@`: `example.com/tool/v2@latest`. */
const programName = /^[\w.~/-]*?([\w~-][\w.~-]*?)(?:\/v\d+)?(?:@[\w.+-]+)?$/

function other(call: Call): number {
  call.fallible()
  return call.notFollowed(`what ${call.name} does`)
}

/**
 * `go install PACKAGE`: replaces the program in GOBIN, else in bin of GOPATH (go help install); the image golang sets GOPATH=/go. On another
 * file system than its work directory, it copies the program (cmd/go/internal/work/shell.go, moveOrCopyFile), so that a kill leaves part of it.
 */
function install(call: Call, { operands }: Options): number {
  const { machine } = call
  const [only] = operands
  const name = only === undefined || operands.length > 1 ? undefined : programName.exec(textOf(only) ?? '')?.[1]
  if (name === undefined) return other(call)
  call.fallible()
  const folder = machine.variable('GOBIN') ?? concat(machine.variable('GOPATH') ?? literal('/go'), literal('/bin'))
  const path = writtenPath(folder, machine)
  if (!makeFolder(path, machine, true)) return 1
  const content: Value = [{ id: identity(`go ${argumentText(call.arguments)}`), filled: true }]
  const write = (written = content) => machine.write(within(path, name), { kind: 'file', content: written })
  call.partials(() => write(partOf(content)))
  write()
  return 0
}

const goInstall = reading(installOptions, install)

const go = withTables([{ table: installOptions, after: 'go install' }], (call: Call) => {
  const [subcommand, ...rest] = call.arguments
  return keyOf(subcommand ?? []) === 'install' ? goInstall({ ...call, arguments: rest }) : other(call)
})

export const goCommands: readonly CommandModel[] = [
  command('processes', ['go'], { hasSubcommands: true, run: go }, { form: 'go install PACKAGE', again: 'no change', safeWhen: '' }),
]
