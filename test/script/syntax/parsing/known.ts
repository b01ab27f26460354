// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Where the facade and another reader differ, and why that is right or does no harm: each by what the script holds. */
import type { Difference, Reader } from './compare.ts'

export interface Known {
  readonly readers: readonly Reader[]
  /** Matches the difference in words. */
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
    reason: 'a here-document may end with the script: the shells warn at most',
  },
  { readers: ['mvdan'], what: /is to mvdan/, holds: /\r$/m, reason: 'it drops carriage returns, which every shell keeps in the word' },
  { readers: ['mvdan'], what: /cannot (?:form|negate)/, holds: /!/, reason: '`!` without a command, or twice, is known to bash alone' },
  {
    readers: ['mvdan'],
    what: /refuses/,
    holds: /\$\(\(/,
    reason: 'the shells read arithmetic when they get there, and `$((` may begin a substitution',
  },
  { readers: ['mvdan'], what: /requires a literal/, holds: /\$\{\}/, reason: 'the shells complain of `${}` when they get there' },
  {
    readers: ['mvdan'],
    what: /is to mvdan/,
    holds: /"`[^`]*\\"/,
    reason: 'it keeps the escapes of quotes between backticks within quotes',
  },
  { readers: ['mvdan'], what: /"let"/, holds: /\blet\b/, reason: 'it reads what let evaluates' },
  {
    readers: ['mvdan', 'busybox', 'dash'],
    what: /refuses|array subscript/,
    holds: /^\w*\[/m,
    reason: 'what looks like the index of an array is a name to the shells',
  },
  { readers: ['mvdan'], what: /unexpected token '(?:in|esac)'/, holds: /\b(?:in|esac)\b/, reason: 'it takes these words for commands' },
  { readers: ['mvdan'], what: /expected (?:command|'then'|'do')/, holds: anything, reason: 'it lets lists of commands be empty' },
  {
    readers: ['mvdan', 'busybox', 'dash'],
    what: /as function body/,
    holds: /\(\)/,
    reason: 'the body of a function may be one command to all but bash',
  },
  {
    readers: ['busybox', 'dash'],
    what: /does not parse/,
    holds: /\[\[|\]\]/,
    reason: '[[ and ]] are names of commands there: what is wrong between them shows when they run',
  },
  { readers: shells, what: /does not parse/, holds: /`[\s\S]*`/, reason: 'what stands between backticks is read when they get there' },
  { readers: ['bash'], what: /unterminated/, holds: /<</, reason: 'what stands in a here-document is read when bash gets there' },
  {
    readers: ['mvdan', ...shells],
    what: anything,
    holds: /\$\{[\s|]/,
    reason: 'bash 5.3 has `${ command; }`: the facade does not look into it, the others read it in as many ways',
  },
  {
    readers: ['mvdan', ...shells],
    what: /does not parse/,
    holds: />\s*case\b/,
    reason: 'a file called case, within $( ), is taken for the word',
  },
  { readers: ['bash'], what: /bash refuses/, holds: /[?*+@!]\(/, reason: 'an extended pattern, which `shopt -s extglob` would allow' },
]

/** Differences that nothing explains. @param used gets what did explain something */
export function unexplained(differences: readonly Difference[], used: Set<Known>): readonly Difference[] {
  return differences.filter(({ reader, text, what }) => {
    const known = knownDifferences.find(
      ({ readers, what: words, holds }) => readers.includes(reader) && words.test(what) && holds.test(text),
    )
    if (known !== undefined) used.add(known)
    return known === undefined
  })
}
