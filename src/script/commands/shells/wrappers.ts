/** Commands that run another command: env, timeout, sudo, su, flock, busybox, bundle exec, xargs and similar. */

import type { Machine } from '../../machine/machine.ts'
import { exportForOne, readAssignment } from '../../machine/shell-state.ts'
import { concat, derived, empty, folderOfLines, keyOf, linesUnder, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable, type Program, type Run } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/**
 * Runs the command that follows a wrapper's own options and operands.
 * @param skipped number of operands before the command
 */
function wrapper(table: OptionTable, skipped = 0): Program & { readonly run: Run } {
  const run = reading(endingAtOperand(table), (call, { operands }) => {
    const command = operands.slice(skipped)
    return command.length === 0 ? 0 : call.run(command)
  })
  return { run, carries: { operands: skipped, values: table.values ?? [] } }
}

function endingAtOperand(table: OptionTable): OptionTable {
  return { ...table, operandsEndOptions: true }
}

/** The entrypoint of Airflow's image prepares the rest only if one of these is set. */
const airflowTasks = ['_AIRFLOW_DB_UPGRADE', '_AIRFLOW_DB_MIGRATE', '_AIRFLOW_WWW_USER_CREATE']

/**
 * `/entrypoint ARGUMENTS`: waits for the database, then runs bash or python if they are named, else airflow (apache/airflow,
 * scripts/docker/entrypoint_prod.sh).
 */
function airflowEntrypoint(rest: readonly Value[], call: Call): number {
  if (airflowTasks.some((name) => call.machine.variable(name) !== undefined)) return call.notFollowed('what /entrypoint prepares')
  const isNamed = ['airflow', 'bash', 'python'].includes(textOf(rest[0] ?? empty) ?? '')
  return call.run(isNamed ? rest : [literal('airflow'), ...rest])
}

const dumbInitOptions: OptionTable = endingAtOperand({ flags: ['-c', '--single-child', '-v', '--verbose'], values: ['-r', '--rewrite'] })

/** `dumb-init -- COMMAND`. The image of Airflow starts `dumb-init -- /entrypoint`, and manifests repeat it. */
const dumbInit: Program = {
  run: reading(dumbInitOptions, (call, { operands: [command = empty, ...rest] }) => {
    if (command.length === 0) return 0
    return textOf(command) === '/entrypoint' ? airflowEntrypoint(rest, call) : call.run([command, ...rest])
  }),
  carries: { operands: 0, values: dumbInitOptions.values ?? [] },
}

const isAssignment = /^[A-Za-z_]\w*=/

const envOptions: OptionTable = endingAtOperand({ flags: ['-i', '-0', '--ignore-environment', '--null'], values: ['-u', '-C', '--unset'] })

/** `env [-i] [NAME=VALUE]… COMMAND`. */
function env(call: Call<Machine>, { operands }: Options): number {
  const { machine } = call
  const count = operands.findIndex((operand) => !isAssignment.test(keyOf(operand)))
  const command = count === -1 ? [] : operands.slice(count)
  if (command.length === 0) {
    machine.print([{ id: 'the environment' }])
    return 0
  }
  const assignments = operands.slice(0, count).flatMap((operand) => readAssignment(operand) ?? [])
  const restore = exportForOne(
    assignments.map(({ name }) => name),
    machine.shell,
  )
  for (const { name, value } of assignments) machine.shell.variables.set(name, value)
  try {
    return call.run(command)
  } finally {
    restore()
  }
}

const timeoutOptions: OptionTable = endingAtOperand({
  flags: ['--preserve-status', '--foreground', '-v', '--verbose'],
  values: ['-k', '-s', '-t', '--kill-after', '--signal'],
})

/** `timeout DURATION COMMAND`: it can time out, so the command can fail. Old BusyBox versions need `-t DURATION`. */
function timeout(call: Call, options: Options): number {
  call.fallible()
  const command = options.operands.slice(options.has('-t') ? 0 : 1)
  return command.length === 0 ? 0 : call.run(command)
}

const suOptions: OptionTable = {
  flags: ['-l', '--login', '-m', '-p', '--preserve-environment', '-f', '-P'],
  values: ['-c', '--command', '-s', '--shell', '-g', '-G', '-u', '--user', '-w'],
}

/** `su [-] [USER] [-s SHELL] [-c TEXT]`, `runuser -u USER -- COMMAND`. */
function su(call: Call, options: Options): number {
  const text = options.value('-c', '--command')
  const operands = options.operands.filter((operand) => textOf(operand) !== '-')
  if (text !== undefined) return call.runShell(text, operands.slice(1))
  if (options.has('-u', '--user') && operands.length > 0) return call.run(operands)
  return call.notFollowed('what a shell of another user does')
}

const flockOptions: OptionTable = endingAtOperand({
  flags: ['-n', '--nonblock', '-x', '-e', '--exclusive', '-s', '--shared', '-u', '--unlock', '-o', '-F', '-v'],
  values: ['-w', '--wait', '--timeout', '-E', '--conflict-exit-code'],
})

/** `flock [-n] FILE COMMAND`, `flock FILE -c TEXT`, `flock 9`: the lock is released when its owner dies, so a rerun gets it. */
function flock(call: Call, { operands }: Options): number {
  const { machine } = call
  const [file, ...command] = operands
  if (file === undefined) return 1
  if (command.length === 0 && /^\d+$/.test(textOf(file) ?? '')) return 0
  const path = writtenPath(file, machine)
  if (machine.node(path, 'absent').kind === 'absent') machine.write(path, { kind: 'file', content: empty })
  const isText = ['-c', '--command'].includes(textOf(command[0] ?? empty) ?? '')
  return isText && command[1] !== undefined ? call.runShell(command[1]) : call.run(command)
}

const xargsOptions: OptionTable = endingAtOperand({
  flags: ['-0', '--null', '-r', '--no-run-if-empty', '-t', '-p', '-x', '--verbose'],
  values: ['-n', '-I', '-P', '-L', '-d', '-s', '--max-args', '--max-procs', '--replace', '-a'],
})

/** `xargs COMMAND`: analyzed if its input is known. */
function xargs(call: Call, options: Options): number {
  const input = textOf(call.machine.input ?? empty)
  const command = options.operands.length === 0 ? [literal('echo')] : options.operands
  const placeholder = textOf(options.value('-I', '--replace') ?? empty) || undefined
  if (options.has('-a')) return call.notFollowed('which names xargs reads')
  if (input === undefined || options.has('-0', '--null', '-L', '-d') || /['"\\]/.test(input)) {
    // The names are unknown: a command that tolerates any name (chown, chmod, ls) is analyzed, the others report themselves as not
    // analyzed.
    const names = call.machine.input ?? empty
    const name = linesUnder(folderOfLines(names), derived('a name out of', names))
    return call.run(placeholder === undefined ? [...command, name] : command.map((word) => replaced(word, placeholder, name)))
  }
  const words =
    placeholder === undefined ? input.split(/\s+/).filter((word) => word !== '') : input.split('\n').filter((line) => line.trim() !== '')
  if (words.length === 0 && (placeholder !== undefined || options.has('-r', '--no-run-if-empty'))) return 0
  const most = placeholder === undefined ? Number(textOf(options.value('-n', '--max-args') ?? empty) || words.length || 1) : 1
  if (!Number.isInteger(most) || most < 1) return 1
  let status = 0
  for (let index = 0; index === 0 || index < words.length; index += most) {
    call.machine.tick()
    const chunk = words.slice(index, index + most).map(literal)
    const fields =
      placeholder === undefined ? [...command, ...chunk] : command.map((word) => replaced(word, placeholder, literal(words[index] ?? '')))
    if (call.run(fields) !== 0) status = 123
  }
  return status
}

function replaced(word: Value, placeholder: string, name: Value): Value {
  return concat(...word.flatMap((piece) => (typeof piece === 'string' ? withName(piece.split(placeholder), name) : [[piece]])))
}

function withName(texts: readonly string[], name: Value): Value[] {
  return texts.flatMap((text, index) => (index === 0 ? [literal(text)] : [name, literal(text)]))
}

/** `bundle exec X`, `poetry run X`: a runner with a subcommand before the command. */
function runner(words: readonly string[]): (call: Call) => number {
  return (call) => {
    const [word, ...rest] = call.arguments
    if (word === undefined || !words.includes(textOf(word) ?? ''))
      return call.notFollowed(`what ${call.name} ${textOf(word ?? empty) ?? ''} does`)
    const command = textOf(rest[0] ?? empty) === '--' ? rest.slice(1) : rest
    return call.run(command)
  }
}

export const wrapperCommands: readonly CommandModel[] = [
  command(
    'processes',
    ['env'],
    { run: reading(envOptions, env), carries: { operands: 0, values: envOptions.values ?? [] } },
    {
      form: 'env, timeout, nice, sudo, su -c, gosu, flock, xargs, busybox, sh -c … COMMAND',
      again: 'same as COMMAND',
      safeWhen: 'as for COMMAND',
    },
  ),
  command('processes', ['timeout'], {
    run: reading(timeoutOptions, timeout),
    // The value of BusyBox's former option -t is in the place of the operand.
    carries: { operands: 1, values: (timeoutOptions.values ?? []).filter((name) => name !== '-t'), limits: true },
  }),
  command('processes', ['nohup', 'setsid', 'chronic', 'unbuffer', 'eatmydata'], wrapper({ flags: ['-w', '-c', '-f'] })),
  command('processes', ['nice'], wrapper({ flags: [], values: ['-n', '--adjustment'] })),
  command('processes', ['ionice'], wrapper({ flags: ['-t'], values: ['-c', '-n', '--class', '--classdata'] })),
  command('processes', ['stdbuf'], wrapper({ flags: [], values: ['-i', '-o', '-e', '--input', '--output', '--error'] })),
  command('processes', ['time'], wrapper({ flags: ['-p', '-v'], values: ['-f', '-o'] })),
  command(
    'processes',
    ['sudo', 'doas'],
    wrapper({ flags: ['-E', '-H', '-n', '-i', '-s', '-S', '-b'], values: ['-u', '-g', '--user', '--group'] }),
  ),
  command('processes', ['su-exec', 'gosu', 'setuidgid'], wrapper({ flags: [] }, 1)),
  command('processes', ['su', 'runuser'], reading(suOptions, su)),
  command('processes', ['tini', 'tini-static', 'catatonit'], wrapper({ flags: ['-g', '-s', '-v', '-w'], values: ['-e', '-p', '-r'] })),
  command('processes', ['dumb-init'], dumbInit),
  command(
    'processes',
    ['flock'],
    { run: reading(flockOptions, flock), takesLock: true },
    {
      form: 'flock FILE COMMAND',
      again: 'same as COMMAND: the lock is released when its owner ends',
      safeWhen: 'as for COMMAND',
    },
  ),
  command('processes', ['lockfile', 'setlock'], { takesLock: true }),
  command('processes', ['xargs'], { run: reading(xargsOptions, xargs), onlyTouchesFiles: true }),
  command('processes', ['busybox', 'toybox'], {
    run: (call) => (call.arguments.length === 0 ? 0 : call.run(call.arguments)),
    carries: { operands: 0, values: [] },
  }),
  command('processes', ['bundle', 'bundler'], { run: runner(['exec']), startsTools: true }),
  command('processes', ['poetry', 'pipenv', 'uv', 'pdm', 'hatch'], { run: runner(['run']), startsTools: true }),
  command('processes', ['npx', 'bunx'], {
    run: wrapper({ flags: ['-y', '--yes', '--no-install', '-q'], values: ['-p', '--package'] }).run,
    startsTools: true,
  }),
  command('processes', ['unshare', 'ssh'], (call) => call.notFollowed(`what ${call.name} does outside of the container`)),
]
