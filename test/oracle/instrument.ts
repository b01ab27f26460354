/** Adds a stop to a script after each command that can leave something behind. */
import { parseScript } from '../../src/script/syntax/parse.ts'
import type { Statement } from '../../src/script/syntax/syntax.ts'

/** Commands that do not change files: a kill after them is equivalent to a kill before them. */
const withoutEffect = new Set(
  (
    '[ test : true false exit return break continue set shift cd pwd trap export readonly local unset exec umask read wait command ' +
    'echo printf cat grep ls wc head tail tr cut basename dirname sleep seq date id uname env hostname stat readlink realpath'
  ).split(' '),
)

/** Those that print: within `{ …; } > file` they have an effect. */
const printing = new Set('echo printf cat ls head tail tr cut date'.split(' '))

/** Commands that an outside cause can make fail; the oracle makes them fail. */
const fallible = /^git (?:-C \S+ )?(?:clone|pull|fetch)\b/

type Simple = Extract<Statement, { kind: 'simple' }>

/** What happens at the stops; commands are counted from 1. */
export interface Disturbance {
  /** The entire process group is killed after this command. */
  readonly kill?: number
  /** The command that fails, counted among those that need a network. */
  readonly fail?: number
  /** The persistent storages are copied after every command. */
  readonly record?: boolean
}

/** Maximum number of stops whose state is recorded. */
export const maxStops = 40

/**
 * Puts `{ …; __stop; }` around every command with an effect, and lets commands that need a network fail on demand.
 * @param text a script that parses
 * @param root the sandbox: it contains the counters, the storages, and a folder `states/N` for each stop
 */
export function instrumented(text: string, root: string, disturbance: Disturbance): string {
  const insertions: { readonly at: number; readonly text: string }[] = []
  for (const { span } of effects(text)) {
    const isFallible = fallible.test(text.slice(span.start, span.end))
    insertions.push({ at: span.start, text: isFallible ? '{ __try && ' : '{ ' }, { at: span.end, text: '; __stop; }' })
  }
  let marked = text
  for (const { at, text: inserted } of insertions.sort((a, b) => b.at - a.at)) marked = marked.slice(0, at) + inserted + marked.slice(at)
  return `${prelude(root, disturbance)}\n${marked}\n`
}

/** Both functions preserve `$?`, and count in files so that subshells are included. */
function prelude(root: string, { kill = 0, fail = 0, record = false }: Disturbance): string {
  const count = (file: string) => `read -r __n < ${root}/${file}; __n=$((__n + 1)); echo $__n >| ${root}/${file}`
  const copy = record ? `if [ $__n -le ${maxStops} ]; then /bin/cp -a ${root}/data ${root}/work ${root}/states/$__n/; fi; ` : ''
  return (
    `__stop() { __s=$?; ${count('stops')}; ${copy}if [ $__n -eq ${kill} ]; then kill -9 0; fi; return $__s; }; ` +
    `__try() { ${count('tries')}; [ $__n -ne ${fail} ]; }`
  )
}

/** A simple command, and whether its output may go to a file of an enclosing command. */
interface Found {
  readonly statement: Simple
  readonly printsToFile: boolean
}

/** The simple commands with an effect, which get a stop. The parts of a pipeline run at the same time: only one of them can be stopped. */
function effects(text: string): readonly Simple[] {
  const found: Found[] = []
  const functions = new Set<string>()
  const visit = (node: unknown, printsToFile: boolean): void => {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) {
      for (const item of node) visit(item, printsToFile)
      return
    }
    const statement = node as Statement
    if (statement.kind === 'function') functions.add(statement.name)
    if (statement.kind === 'pipeline') {
      const active = statement.commands.filter((part) => effects(text.slice(part.span.start, part.span.end)).length > 0)
      visit(active.length === 1 ? active[0] : statement.commands.at(-1), printsToFile)
      return
    }
    if (statement.kind === 'simple') found.push({ statement, printsToFile })
    const isRedirected = (statement.kind === 'group' || statement.kind === 'subshell') && writesFile(statement, text)
    for (const value of Object.values(node)) visit(value, printsToFile || isRedirected || statement.kind === 'function')
  }
  visit(parseScript(text).body, false)
  return found.filter((item) => hasEffect(item, text, functions)).map(({ statement }) => statement)
}

function hasEffect({ statement, printsToFile }: Found, text: string, functions: ReadonlySet<string>): boolean {
  const [first] = statement.words
  const writes = writesFile(statement, text)
  if (first === undefined) return writes
  const name = text.slice(first.span.start, first.span.end)
  return writes || !(withoutEffect.has(name) || functions.has(name)) || (printsToFile && printing.has(name))
}

function writesFile({ redirections }: Pick<Simple, 'redirections'>, text: string): boolean {
  return redirections.some(
    (redirection) =>
      redirection.kind === 'file' &&
      redirection.operator.startsWith('>') &&
      text.slice(redirection.target.span.start, redirection.target.span.end) !== '/dev/null',
  )
}
