// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Known differences between the facade and other readers, and why each is right or harmless. The content of the script identifies them. */
import type { Difference, Reader } from './compare.ts'

export interface Known {
  readonly readers: readonly Reader[]
  /** Matches the description of the difference. */
  readonly what: RegExp
  /** Matches the script. */
  readonly holds: RegExp
  readonly reason: string
}

const shells: readonly Reader[] = ['bash', 'busybox', 'dash']
const anything = /(?:)/

export const knownDifferences: readonly Known[] = [
  {
    readers: ['mvdan'],
    what: /unclosed here-document/,
    holds: /<</,
    reason: 'a here-document may end with the script: the shells only warn',
  },
  {
    readers: ['mvdan'],
    what: /is to mvdan/,
    holds: /\r$/m,
    reason: 'it drops carriage returns, which every shell keeps as part of the word',
  },
  { readers: ['mvdan'], what: /cannot (?:form|negate)/, holds: /!/, reason: 'only bash accepts `!` without a command, or twice' },
  {
    readers: ['mvdan'],
    what: /refuses/,
    holds: /\$\(\(/,
    reason: 'the shells parse arithmetic when they evaluate it, and `$((` may begin a substitution',
  },
  { readers: ['mvdan'], what: /requires a literal/, holds: /\$\{\}/, reason: 'the shells report `${}` when they evaluate it' },
  {
    readers: ['mvdan'],
    what: /is to mvdan/,
    holds: /"`[^`]*\\"/,
    reason: 'it keeps the escapes of quotes within backticks within quotes',
  },
  { readers: ['mvdan'], what: /"let"/, holds: /\blet\b/, reason: 'it parses the arguments of let' },
  {
    readers: ['mvdan', 'busybox', 'dash'],
    what: /refuses|array subscript/,
    holds: /^\w*\[/m,
    reason: 'the shells read what looks like the index of an array as part of a name',
  },
  { readers: ['mvdan'], what: /unexpected token '(?:in|esac)'/, holds: /\b(?:in|esac)\b/, reason: 'it reads these words as commands' },
  { readers: ['mvdan'], what: /expected (?:command|'then'|'do')/, holds: anything, reason: 'it allows empty lists of commands' },
  {
    readers: ['mvdan', 'busybox', 'dash'],
    what: /as function body/,
    holds: /\(\)/,
    reason: 'all readers but bash allow a single command as the body of a function',
  },
  {
    readers: ['busybox', 'dash'],
    what: /does not parse/,
    holds: /\[\[|\]\]/,
    reason: '[[ and ]] are names of commands there, so errors between them are reported when they run',
  },
  { readers: shells, what: /does not parse/, holds: /`[\s\S]*`/, reason: 'they parse the text between backticks when they run it' },
  { readers: ['bash'], what: /unterminated/, holds: /<</, reason: 'bash parses expansions in a here-document when it evaluates them' },
  {
    readers: ['mvdan', ...shells],
    what: anything,
    holds: /\$\{[\s|]/,
    reason: 'bash 5.3 has `${ command; }`: the facade does not parse its contents, and the others all read it differently',
  },
  {
    readers: ['mvdan', ...shells],
    what: /does not parse/,
    holds: />\s*case\b/,
    reason: 'a file called case, within $( ), is read as the reserved word',
  },
  { readers: ['bash'], what: /bash refuses/, holds: /[?*+@!]\(/, reason: 'an extended pattern, which `shopt -s extglob` would allow' },
]

/** The differences that no known difference explains. @param used receives the known differences that do explain one */
export function unexplained(differences: readonly Difference[], used: Set<Known>): readonly Difference[] {
  return differences.filter(({ reader, text, what }) => {
    const known = knownDifferences.find(
      ({ readers, what: words, holds }) => readers.includes(reader) && words.test(what) && holds.test(text),
    )
    if (known !== undefined) used.add(known)
    return known === undefined
  })
}
