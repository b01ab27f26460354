/** Database migrations with tools that take no lock. */
import type { Command } from './commands.ts'
import type { Programs } from './program.ts'

/** Words that may come between a runner and the tool. */
const between: ReadonlySet<string> = new Set(['run', 'exec', '--', 'python', 'python3', '-m'])

/** Options that make a tool take a lock (Laravel) or change nothing. */
const harmless: ReadonlySet<string> = new Set(['--isolated', '--plan', '--check', '--sql', '--dry-run', '--pretend', '--help'])

/** The migration that a command runs with a tool that takes no lock; undefined for any other command. */
export function migrationOf({ name, args }: Command, programs: Programs): string | undefined {
  const words = [name, ...args]
  const isRunner = programs.get(name)?.startsTools === true
  const start = words.findIndex((text, index) => !between.has(text) && !(index === 0 && isRunner))
  const tool = words[start] ?? ''
  const base = tool.slice(tool.lastIndexOf('/') + 1)
  const verbs = programs.get(base)?.unlockedMigration
  const rest = words.slice(start + 1)
  if (verbs === undefined || rest.some((text) => harmless.has(text))) return undefined
  return verbs.every((verb) => rest.includes(verb)) ? [base, ...verbs].join(' ') : undefined
}
