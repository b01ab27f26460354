/** What a repair has to work with: a hazard, its command as written, and the means to write a change in the script's own words. */
import { inSingleQuotes } from '../../model/shell-text.ts'
import type { Mount } from '../container/storage.ts'
import { nodeRoot } from '../machine/known-folders.ts'
import type { Place } from '../machine/place.ts'
import { programOf } from '../machine/programs.ts'
import type { CommandWord } from '../machine/steps.ts'
import type { Programs } from '../shape/program.ts'
import type { Span, Word } from '../syntax/syntax.ts'
import { canonical } from '../value/paths.ts'
import { isKeyOfUnknown, keyOf, literal, textOf, unknown, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import type { Edit } from './draft.ts'
import type { Hazard } from './hazard.ts'
import type { Site } from './site.ts'

/** A word that is written in the script itself. */
export interface WrittenWord extends CommandWord {
  readonly span: Span
}

/** A change that may repair a script. */
export interface Candidate {
  readonly edits: readonly Edit[]
  /** What to do in words, for a change that is clearer as a sentence than as a command. */
  readonly advice?: string
  /** The change in words, for a command that is too long for a message. */
  readonly short?: string
  /** Where the changed command is, if it is not that of the hazard. */
  readonly site?: Site
  /** A service that makes the same objects in another way: what is there cannot be compared. */
  readonly service?: string
  /** Whether the script also succeeds where the command failed before (`mkdir -p`, a user that exists): those cases cannot be compared. */
  readonly isTolerant?: boolean
}

/** The command that wrappers run: `timeout 5 git clone …` runs git. Wrappers with options are kept. */
function withoutWrappers(words: readonly CommandWord[], programs: Programs): readonly CommandWord[] {
  let rest = words
  for (;;) {
    const own = programs.get(programOf(rest[0]?.value ?? [], programs) ?? '')?.carries?.operands
    if (own === undefined || rest[own + 1] === undefined) return rest
    if (rest.slice(1, own + 2).some(({ value }) => /^-|=/.test(keyOf(value)))) return rest
    rest = rest.slice(own + 1)
  }
}

interface Sites {
  readonly site: Site | undefined
  readonly writers: readonly Site[]
}

export class Situation {
  readonly hazard: Hazard
  /** The text of the script. */
  readonly text: string
  /** Undefined if the command is in a substitution. */
  readonly site: Site | undefined
  /** The name of the program; '' if it is not known. */
  readonly program: string
  /** The name of the program as written; undefined for a command of a nested text. */
  readonly name: WrittenWord | undefined
  /** The words after the name. */
  readonly rest: readonly CommandWord[]
  /** The path of the hazard; undefined if it is not about a file. */
  readonly path: string | undefined
  readonly isMountPoint: boolean
  /** Where the commands are that write the path in the first run. */
  readonly writers: readonly Site[]

  constructor(hazard: Hazard, text: string, { site, writers }: Sites, mounts: readonly Mount[], programs: Programs) {
    this.hazard = hazard
    this.writers = writers
    this.text = text
    this.site = site
    const [name, ...rest] = withoutWrappers(hazard.words, programs)
    this.program = programOf(name?.value ?? [], programs) ?? ''
    this.name = name !== undefined && isWritten(name) ? name : undefined
    this.rest = rest
    this.path = hazard.place?.kind === 'file' ? hazard.place.path : undefined
    this.isMountPoint = isMountPoint(hazard.place, mounts)
  }

  /** A word as written. */
  raw({ span }: { readonly span: Span }): string {
    return this.text.slice(span.start, span.end)
  }

  /** The texts of the words after the name, as far as they are known. */
  get texts(): readonly (string | undefined)[] {
    return this.rest.map(({ value }) => textOf(value))
  }

  /** The words after the name that are written in the script. */
  get writtenRest(): readonly WrittenWord[] {
    return this.rest.filter(isWritten)
  }

  /** Those of them that are no options. */
  get operands(): readonly WrittenWord[] {
    return this.writtenRest.filter(({ value }) => !keyOf(value).startsWith('-'))
  }

  /** The words and redirections that name a path. */
  naming(path: string): readonly WrittenWord[] {
    return [...this.rest, ...this.hazard.targets].filter(isWritten).filter(({ value }) => this.#pathOf(keyOf(value)) === path)
  }

  #pathOf(key: string): string | undefined {
    const { folder } = this.hazard
    if (key === '' || (folder === undefined && !key.startsWith('/'))) return undefined
    try {
      return canonical(key.startsWith('/') ? key : `${folder}/${key}`)
    } catch (error) {
      if (error instanceof NotAnalyzed) return undefined
      throw error
    }
  }

  /**
   * How to write a path: as the script does if it names it, otherwise quoted as needed.
   * @param path a path key; the hazard's by default
   */
  written(path = this.path): string | undefined {
    if (path === undefined) return undefined
    const word = this.naming(path).find((candidate) => !/[`*?[]|\$\(/.test(this.raw(candidate)))
    return word === undefined ? quotedPath(path) : withoutSlash(this.raw(word))
  }

  /** Inserts options after the name of the program. */
  withOptions(options: string): readonly Edit[] {
    const { name } = this
    return name === undefined ? [] : [{ start: name.span.end, end: name.span.end, text: ` ${options}` }]
  }

  /** Writes something in front of the command, as `guard ||` or `cleanup &&`, in braces where the command is part of a statement. */
  before(text: string, after = '', site: Site | undefined = this.site): readonly Edit[] {
    if (site === undefined) return []
    const { start, end } = site.statement.span
    const [open, close] = site.isItem ? ['', ''] : ['{ ', '; }']
    return [{ start, end: start, text: `${open}${text}` }, ...(after + close === '' ? [] : [{ start: end, end, text: `${after}${close}` }])]
  }

  /** Writes a guard in front of the whole statement. */
  beforeWhole(guard: string): readonly Edit[] {
    const { site } = this
    if (site === undefined || site.whole === site.statement) return []
    const { start, end } = site.whole.span
    if (site.whole.kind === 'pipeline' && !site.whole.negated) return [{ start, end: start, text: guard }]
    return [
      { start, end: start, text: `${guard}{ ` },
      { start: end, end, text: '; }' },
    ]
  }
}

/** Whether a volume is mounted at a path, or at the directory of the clone that it belongs to: it can be emptied, but not removed. */
export function isMountPoint(place: Place | null, mounts: readonly Mount[]): boolean {
  if (place?.kind !== 'file') return false
  const { path } = place
  const repository = path.replace(/\/\.git(\/.*)?$/, '')
  return mounts.some((mount) => mount.path === path || mount.path === repository)
}

/** The value of a word as far as it is known without running the script. */
export function literally({ parts, span }: Word, text: string): Value {
  const known = parts.flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
  return known.length === parts.length ? literal(known.join('')) : unknown(text.slice(span.start, span.end))
}

export function isWritten<W extends CommandWord>(word: W): word is W & WrittenWord {
  return word.span !== null
}

/** Removes a word with the blank after it. */
export function removed({ span }: WrittenWord, text: string): Edit {
  return { start: span.start, end: span.end + (/[ \t]/.test(text.charAt(span.end)) ? 1 : 0), text: '' }
}

/** Replaces a word. */
export function replaced({ span }: WrittenWord, text: string): Edit {
  return { ...span, text }
}

/** A written path without a slash at its end, so that a suffix can be added. */
export function withoutSlash(raw: string): string {
  return raw.replace(/(?<=.)\/+$/, '')
}

/** A known path, quoted for a shell. Undefined if a part is not known, or it is no path of this container. */
function quotedPath(path: string): string | undefined {
  // Branches, tags and remotes are no files of their own in the model of git.
  if (path === '' || isKeyOfUnknown(path) || /\/\.git\/.* /.test(path) || path.startsWith(nodeRoot)) return undefined
  return /^[\w@%+=:,./-]+$/.test(path) ? path : inSingleQuotes(path)
}
