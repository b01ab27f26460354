/** Compares the facade with other parsers of shell scripts. */
import { parseScript } from '../../../../src/script/syntax/parse.ts'
import type { Feature, Span } from '../../../../src/script/syntax/syntax.ts'
import { readByMvdan } from './mvdan.ts'
import { type Command, commandsOf, unreadSpans } from './outline.ts'
import { isInstalled, readByShell } from './shells.ts'

export type Reader = 'mvdan' | 'bash' | 'busybox' | 'dash'

export interface Difference {
  readonly reader: Reader
  readonly text: string
  /** One line: which parser rejects the script, or the first command that differs. */
  readonly what: string
}

/** Features that a reader does not support: it may reject a script that uses them according to the facade. */
const lacks: Readonly<Record<Reader, readonly Feature[]>> = {
  mvdan: [],
  bash: [],
  busybox: ['bash-only'],
  dash: ['bash-only', 'not-posix'],
}

const shells = (['bash', 'busybox', 'dash'] as const).filter(isInstalled)

/** The readers that are installed on this machine. */
export const readers: readonly Reader[] = ['mvdan', ...shells]

/** The differences between the facade and all other readers. */
export function allDifferences(scripts: readonly string[]): readonly Difference[] {
  return [...differencesToMvdan(scripts), ...shells.flatMap((shell) => differencesToShell(shell, scripts))]
}

/** The scripts on which the facade and mvdan-sh differ, in whether they parse or in their simple commands. */
function differencesToMvdan(scripts: readonly string[]): readonly Difference[] {
  return scripts.flatMap((text) => {
    const what = differenceToMvdan(text)
    return what === undefined ? [] : [{ reader: 'mvdan', text, what }]
  })
}

/** The scripts on which the facade and a shell differ in whether they parse. */
function differencesToShell(reader: Exclude<Reader, 'mvdan'>, scripts: readonly string[]): readonly Difference[] {
  const verdicts = readByShell(reader === 'busybox' ? ['busybox', 'sh'] : [reader], scripts)
  return scripts.flatMap((text, index) => {
    const { fault, features } = parseScript(text)
    const reads = verdicts[index] === true
    if ((fault === null) === reads) return []
    if (!reads && lacks[reader].some((feature) => features.has(feature))) return []
    return [{ reader, text, what: fault ?? `${reader} refuses it` }]
  })
}

function differenceToMvdan(text: string): string | undefined {
  const script = parseScript(text)
  const theirs = readByMvdan(text)
  if (typeof theirs === 'string') return script.fault === null ? `mvdan refuses it: ${theirs}` : undefined
  if (script.fault !== null) return script.fault
  const spans = unreadSpans(script)
  const [mine, other] = [shown(commandsOf(script), spans), shown(theirs, spans)]
  const index = mine.findIndex((command, position) => !isSame(command, other[position]))
  if (index === -1 && mine.length === other.length) return undefined
  const at = index === -1 ? mine.length : index
  return `${inWords(mine[at])} is to mvdan ${inWords(other[at])}`
}

/** The commands outside of unread spans, in the order of the text. */
function shown(commands: readonly Command[], unread: readonly Span[]): readonly Command[] {
  return commands
    .filter(({ words, offset }) => words.length > 0 && !unread.some(({ start, end }) => start < offset && offset < end))
    .toSorted((a, b) => a.offset - b.offset)
}

function isSame(mine: Command, other: Command | undefined): boolean {
  if (other === undefined || mine.line !== other.line || mine.words.length !== other.words.length) return false
  return mine.words.every((word, index) => isSameWord(word, other.words[index] ?? null))
}

/** The facade reads braces and the home directories of other users as expansions, mvdan-sh reads them as text. */
function isSameWord(mine: string | null, other: string | null): boolean {
  return mine === other || (mine === null && other !== null && /^~|\{.*\}/s.test(other))
}

function inWords(command: Command | undefined): string {
  return command === undefined ? 'nothing' : `line ${command.line}: ${JSON.stringify(command.words)}`
}
