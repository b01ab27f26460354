/** Interpreters of other languages: the tools that they start are followed, their own code is not. */
import { ownBin, pythonEnvironments } from '../../shape/places.ts'
import { empty, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, Program } from '../command.ts'

/** Python modules that the catalogue knows as commands. */
const modules = new Set(['alembic', 'flask', 'django', 'pip', 'airflow', 'superset', 'venv'])

/** `python manage.py …`, `python -m alembic …`; other Python code is not analyzed. */
function python(call: Call): number {
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const first = words.findIndex((word) => !/^-[uBEsSIO]+$/.test(word))
  const rest = call.arguments.slice(first + 1)
  const word = words[first] ?? ''
  if (word === '-m' && modules.has(words[first + 1] ?? '')) return call.run(rest)
  if (word === 'manage.py' || word.endsWith('/manage.py')) return call.run([literal('manage.py'), ...rest])
  if (word === '--version' || word === '-V') return 0
  return call.notFollowed(`what the ${call.name} program does`, pathsIn(call))
}

function php(call: Call): number {
  const [script, ...rest] = call.arguments.filter((word) => !/^-d/.test(textOf(word) ?? ''))
  const name = (textOf(script ?? empty) ?? '').split('/').at(-1)
  if (name === 'artisan' || name === 'console') return call.run([literal(name), ...rest])
  return call.notFollowed(`what the ${call.name} program does`, pathsIn(call))
}

/** Code in another language may touch every path that it gets as an argument. */
function pathsIn({ arguments: words, machine }: Call): string[] {
  const isPath = (word: Value) => typeof word[0] === 'string' && word[0].startsWith('/') && word[0] !== '/'
  return words.filter(isPath).map((word) => machine.resolve(machine.path(word)))
}

function otherLanguage(call: Call): number {
  return call.notFollowed(`what the ${call.name} program does`, pathsIn(call))
}

function interpreter(names: readonly string[], run: (call: Call) => number, traits: Omit<Program, 'run'> = {}): CommandModel {
  return { ...traits, names, section: 'processes', forms: [{ form: `${names.join(', ')} SCRIPT`, again: 'unknown', safeWhen: '' }], run }
}

export const interpreterCommands: readonly CommandModel[] = [
  interpreter(['python', 'python3', 'python2'], python, {
    places: pythonEnvironments,
    startsTools: true,
    runsForever: (args) => args[0] === '-m' && args[1] === 'http.server',
  }),
  interpreter(['php'], php, { startsTools: true }),
  interpreter(['node', 'perl', 'ruby', 'java', 'deno', 'bun', 'lua', 'Rscript', 'dotnet'], otherLanguage, {
    startsTools: true,
    places: ownBin,
  }),
]
