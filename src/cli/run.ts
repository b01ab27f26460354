import { Command, CommanderError } from 'commander'
import { type CommandContext, examples } from './command.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addImages } from './commands/images.ts'
import { addLint } from './commands/lint.ts'
import { addPolicy } from './commands/policy.ts'
import { addRehearse } from './commands/rehearse.ts'
import { addRules } from './commands/rules.ts'
import { addServe } from './commands/serve.ts'
import { exitCode, messageOf, UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { packageVersion } from './package.ts'

/**
 * Runs one command line. Never throws.
 * @param argv the arguments after the program name
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = exitCode.ok
  const finish = (to: number): void => {
    code = to
  }
  try {
    await createProgram({ io, finish }).parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return failure(error, io)
  }
}

/** Width of `--help`; fixed, so that the output is the same on every terminal. */
const helpWidth = 110

function createProgram(context: CommandContext): Command {
  const { io } = context
  const program = new Command('initlint')
    .description('Shows how a Kubernetes pod will start, before it starts: image pulls and init containers.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText(
      'after',
      `${examples(
        ['initlint lint web.yaml', 'check a manifest'],
        ['initlint images k8s/', 'list images, registries and pull policies'],
        ['initlint rehearse web.yaml', 'check whether init scripts are safe to run again'],
        ['initlint explain web.yaml', 'show what kubectl will print as the pod starts'],
        ['initlint rules image-latest', 'explain a rule'],
        ['initlint serve', 'run the admission webhook on https://localhost:8443'],
      )}\n\nUse "initlint <command> --help" for more information about a command.`,
    )
  for (const add of [addLint, addImages, addRehearse, addExplain, addRules, addPolicy, addServe, addDoctor]) add(program, context)
  return program
}

function failure(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof UsageError) {
    io.stderr(`${error.message}\n`)
    return exitCode.usage
  }
  const stack = error instanceof Error && io.env.INITLINT_DEBUG ? `${error.stack ?? ''}\n` : ''
  io.stderr(`initlint: internal error: ${messageOf(error)}; set INITLINT_DEBUG=1 for a stack trace and report it.\n${stack}`)
  return exitCode.fault
}
