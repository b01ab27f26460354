/** Builtins of shells. The interpreter runs them itself; their records say what their command lines show. */
import { type CommandModel, command } from '../command.ts'

export const builtinCommands: readonly CommandModel[] = [
  command(
    'shell',
    [
      ...[':', '[', 'break', 'cd', 'continue', 'echo', 'exit', 'export', 'false', 'local', 'printf', 'pwd', 'readonly', 'return', 'set'],
      ...['shift', 'test', 'true', 'umask', 'unset'],
    ],
    { onlyTouchesFiles: true },
  ),
  command('shell', ['exec'], { carries: { operands: 0, values: ['-a'] } }),
  command('shell', ['command'], { carries: { operands: 0, values: [], unless: ['-v', '-V'] } }),
]
