import { Command, CommanderError } from 'commander'
import { type CommandContext, examples } from './command.ts'
import { loadWhole } from './compile-cache.ts'
import { exitCode, messageOf, UsageError } from './exit.ts'
import { withFixScope } from './fix-flags.ts'
import type { Io } from './io.ts'
import { packageVersion } from './package.ts'
import { asCalled, type Program } from './program.ts'

/**
 * Runs one command line. Never throws.
 * @param argv the arguments after the program name
 * @param program how the user calls it, for help texts and usage errors
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io, program: Program = 'initlint'): Promise<number> {
  let code: number = exitCode.ok
  const finish = (to: number): void => {
    code = to
  }
  try {
    const command = await createProgram(argv, { io, finish }, program)
    await command.parseAsync(withFixScope(argv), { from: 'user' })
    return code
  } catch (error) {
    return failure(error, io)
  }
}

type Add = (program: Command, context: CommandContext) => void

/**
 * The commands that the first argument may mean, in the order of `--help`. `lint` is loaded alone, because loading the others takes longer
 * than checking a file, and so is `serve`, which would keep their code in memory. Each such command splits the bundle into more files.
 */
async function addersFor(name: string | undefined): Promise<readonly Add[]> {
  if (name === 'lint') return [(await loadWhole(() => import('./commands/lint.ts'))).addLint]
  if (name === 'serve') return [(await import('./commands/serve.ts')).addServe]
  const { addLint } = await import('./commands/lint.ts')
  const { addCompletion, addDoctor, addExplain, addImages, addLsp, addPolicy, addRehearse, addRules, addScan, addServe, addWhy } =
    await import('./commands/others.ts')
  return [addLint, addImages, addRehearse, addExplain, addRules, addPolicy, addScan, addWhy, addServe, addDoctor, addLsp, addCompletion]
}

/** Width of `--help`; fixed, so that the output is the same on every terminal. */
const helpWidth = 110

/** The commands that the arguments may mean. The output goes to the streams of the context. @param name how users call it */
export async function createProgram(argv: readonly string[], context: CommandContext, name: Program): Promise<Command> {
  const { io } = context
  const program = new Command(name)
    .description('Shows how a Kubernetes pod will start, before it starts: image pulls and init containers.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout(asCalled(text, name)),
      writeErr: (text) => io.stderr(asCalled(text, name)),
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
  for (const add of await addersFor(argv[0])) add(program, context)
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
