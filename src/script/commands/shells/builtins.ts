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
]
