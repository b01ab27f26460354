/** What an init container runs, as a shell script: `command` and `args` in all their forms. */
import type { Container } from '../../model/containers.ts'
import { asArray, asString, at, type JsonPointer, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource } from '../../model/workload-kinds.ts'
import { maxText } from '../limits.ts'
import { type Programs, programAt } from '../shape/program.ts'
import { noOptions, type ShellOptions } from '../syntax/dialect.ts'
import { interpreterOf, readShellArguments, shells } from '../syntax/shell-arguments.ts'
import { canonical } from '../value/paths.ts'
import { literal, unknown, type Value } from '../value/value.ts'
import { type Absence, asScript, asWord, type Environment, expandReferences, type Reference, unsetNames } from './environment.ts'
import { entrypointOf, type Flavor, flavorsOf } from './image-shells.ts'
import { knownEntrypointOf, knownProgramOf } from './known-images.ts'
import { fileFault, optionFault, plainFault, programFault, type StartFault, shellFault } from './start-faults.ts'
import { isPlainFile, type Mount } from './storage.ts'

export interface ContainerScript {
  readonly text: string
  /**
   * `inline`: the text is in `command` or `args`, so its lines are lines there. `command`: a program with its arguments, as a script of one
   * line. `configMap`: the text is in a ConfigMap of the same input.
   */
  readonly origin: 'inline' | 'command' | 'configMap'
  /** Where the text is in the workload; for a script in a ConfigMap, the argument that runs it. */
  readonly pointer: JsonPointer
  readonly environment: Environment
  readonly positional: readonly Value[]
  readonly options: Readonly<ShellOptions>
  readonly flavors: readonly Flavor[]
  /** Variables in `$(NAME)` that are certain to have no value there, so that Kubernetes leaves the text; omitted if there are none. */
  readonly unset?: readonly string[]
}

/** Why it is not known what runs. */
export interface NoScript {
  readonly why: string
  /** Why nothing can run; undefined if something may. */
  readonly fault?: StartFault
  readonly pointer: JsonPointer
}

/** A container as it is written. */
export type Written = Pick<Container, 'raw' | 'pointer'>

/** One word of the command, and its location. */
interface Argument {
  readonly pieces: readonly Reference[]
  readonly pointer: JsonPointer
}

/** Maximum number of words of `command` or `args` that are read. */
const maxArguments = 2000

const cannotRun = 'its command cannot run'

const entrypointDecides = "the image's entrypoint decides what runs"

/**
 * The script of a container, or why it is not known.
 * @param texts mounted files whose text is known, by path
 * @param programs the records of programs by name
 * @param isAbsent see `absenceIn`
 */
export function scriptOf(
  container: Written,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
  programs: Programs,
  mounts: readonly Mount[] = [],
  isAbsent?: Absence,
): ContainerScript | NoScript {
  const image = asString(member(container.raw, 'image')) ?? ''
  const words = wordsOf(container, environment, image, isAbsent)
  if ('why' in words) return words
  const found = scriptOfWords(words, container, { texts, environment, image }, programs, mounts)
  if ('why' in found || isAbsent === undefined) return found
  const written = ['command', 'args'].flatMap((key) => asArray(member(container.raw, key)).map((item) => asString(item) ?? ''))
  const unset = unsetNames(
    written.slice(0, 2 * maxArguments),
    words.flatMap(({ pieces }) => pieces),
  )
  return unset.size === 0 ? found : { ...found, unset: [...unset].sort() }
}

function scriptOfWords(
  words: readonly Argument[],
  container: Written,
  setting: Setting,
  programs: Programs,
  mounts: readonly Mount[],
): ContainerScript | NoScript {
  const { texts, environment, image } = setting
  const started = withoutStarters(words, programs)
  const [program, ...rest] = started
  if (program === undefined) return { why: entrypointDecides, pointer: container.pointer }
  const path = textOf(program)
  if (path === undefined) return { why: 'the program comes from a variable with an unknown value', pointer: program.pointer }
  const fault = isPlainFile(path, mounts, texts.has(canonical(path))) ? plainFault(path) : programFault(path)
  if (fault !== undefined) return { why: cannotRun, pointer: program.pointer, fault }
  const shell = path.slice(path.lastIndexOf('/') + 1)
  if (shells.has(shell)) return ofShell(shell, program, rest, setting)
  const mounted = textAt(path, setting)
  if (mounted !== undefined) return ofMountedProgram(mounted, program, rest, setting)
  const pointer = `${container.pointer}/${asArray(member(container.raw, 'command')).length > 0 ? 'command' : 'args'}`
  const text = started.map(({ pieces }) => asWord(pieces)).join(' ')
  return { text, origin: 'command', pointer, environment, positional: [], options: noOptions, flavors: flavorsOf(image, '') }
}

interface Setting {
  readonly texts: ReadonlyMap<string, string>
  readonly environment: Environment
  readonly image: string
}

function textAt(path: string, { texts }: Setting): string | undefined {
  return texts.size === 0 || !path.startsWith('/') ? undefined : texts.get(canonical(path))
}

/**
 * Known characters of `command` and `args` together, in UTF-16 units: references to variables can repeat a long value thousands of times, and
 * no script of that length is analyzed.
 */
const maxWords = 4 * maxText

/** ENTRYPOINT or `command`, then `args`. */
function wordsOf({ raw, pointer }: Written, environment: Environment, image: string, isAbsent?: Absence): readonly Argument[] | NoScript {
  let left = maxWords
  const list = (key: 'command' | 'args'): Argument[] => {
    const words: Argument[] = []
    for (const [index, item] of asArray(member(raw, key)).slice(0, maxArguments).entries()) {
      if (left < 0) break
      const pieces = expandReferences(asString(item) ?? '', environment, isAbsent)
      for (const piece of pieces) left -= typeof piece === 'string' ? piece.length : piece.variable.length
      words.push({ pieces, pointer: `${pointer}/${key}/${index}` })
    }
    return words
  }
  const [command, args] = [list('command'), list('args')]
  if (left < 0) return { why: 'its command and arguments are longer than 256 KiB', pointer }
  if (command.length > 0) return [...withKnownProgram(command, image), ...args]
  const entrypoint = knownEntrypointOf(image) ?? (args.length === 0 ? undefined : entrypointOf(image))
  if (entrypoint === undefined) return { why: entrypointDecides, pointer }
  return [...entrypoint.map((text) => ({ pieces: [text], pointer: `${pointer}/args` })), ...args]
}

/** The words of a command; a program that only this image has gets its name in the catalogue. */
function withKnownProgram([program, ...rest]: readonly Argument[], image: string): readonly Argument[] {
  if (program === undefined) return rest
  const known = knownProgramOf(image, textOf(program) ?? '')
  return [...(known?.map((text) => ({ pieces: [text], pointer: program.pointer })) ?? [program]), ...rest]
}

function textOf({ pieces }: Argument): string | undefined {
  if (pieces.length === 0) return ''
  const [piece] = pieces
  return pieces.length === 1 && typeof piece === 'string' ? piece : undefined
}

function argumentValue({ pieces }: Argument): Value {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? literal(piece) : unknown(`$${piece.variable}`)))
}

/**
 * Removes programs that only start another, if no option but `--` comes before it: `tini -- sh -c …` and `/usr/bin/env bash -c …` run the
 * shell.
 */
function withoutStarters(words: readonly Argument[], programs: Programs): readonly Argument[] {
  let rest = words
  for (;;) {
    const [first, second] = rest
    const carrier = programs.get(programAt((first && textOf(first)) ?? '', programs) ?? '')?.carries
    if (second === undefined || carrier === undefined || carrier.operands > 0) return rest
    const after = textOf(second) === '--' ? rest.slice(2) : rest.slice(1)
    const next = after[0]
    if (next === undefined || /^-|=/.test(textOf(next) ?? '-')) return rest
    rest = after
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function ofShell(shell: string, program: Argument, rest: readonly Argument[], setting: Setting): ContainerScript | NoScript {
  const { environment, image } = setting
  const flavors = flavorsOf(image, shell)
  const fault = shellFault(image, shell) ?? optionFault(rest.map(textOf))
  if (fault !== undefined) return { why: cannotRun, pointer: program.pointer, fault }
  const found = readShellArguments(rest, textOf)
  if (found === undefined) return { why: 'a shell option comes from a variable with an unknown value', pointer: program.pointer }
  const { options, source } = found
  const common = { environment, options, positional: found.positional.map(argumentValue), flavors }
  const argument = rest[found.index]
  // The standard input of a container without `stdin: true` is empty.
  if (source === 'input' || argument === undefined) return { ...common, text: '', origin: 'inline', pointer: program.pointer }
  const { pointer } = argument
  if (source === 'text') {
    const text = asScript(argument.pieces)
    return mountedScript(text, argument, setting) ?? { ...common, text, origin: 'inline', pointer }
  }
  const path = textOf(argument)
  const mounted = path === undefined ? undefined : textAt(path, setting)
  const notFile = path === undefined || mounted !== undefined ? undefined : fileFault(path, flavors)
  if (notFile !== undefined) return { why: cannotRun, pointer, fault: notFile }
  if (mounted === undefined)
    return { why: path === undefined ? 'the script file is not known' : `the script ${path} is not in the input`, pointer }
  return { ...common, text: mounted, origin: 'configMap', pointer }
}

/** A script that only starts a file: `/scripts/init.sh`, `exec sh -e /scripts/init.sh one`. */
const onlyStarts = /^\s*(?:exec\s+)?([\w./+-]+(?:[ \t]+[\w./=+-]+)*)\s*$/

/** Longest such script that is recognized. */
const maxStart = 1000

/** The script of a ConfigMap that a text starts; undefined if it does something else, or if that script is not in the input. */
function mountedScript(text: string, argument: Argument, setting: Setting): ContainerScript | undefined {
  const words = text.length > maxStart ? undefined : onlyStarts.exec(text)?.[1]?.split(/[ \t]+/)
  if (words === undefined) return undefined
  const [program, ...rest] = words.map((word): Argument => ({ pieces: [word], pointer: argument.pointer }))
  const path = words[0] ?? ''
  if (program === undefined) return undefined
  const mounted = textAt(path, setting)
  if (mounted === undefined && !shells.has(baseName(path))) return undefined
  const found = mounted === undefined ? ofShell(baseName(path), program, rest, setting) : ofMountedProgram(mounted, program, rest, setting)
  return 'why' in found || found.origin !== 'configMap' ? undefined : found
}

/** A mounted script that is run as a program: its first line names the interpreter. */
function ofMountedProgram(
  text: string,
  program: Argument,
  rest: readonly Argument[],
  { environment, image }: Setting,
): ContainerScript | NoScript {
  const { pointer } = program
  const { shell, options } = interpreterOf(text)
  const fault = shellFault(image, shell)
  if (fault !== undefined) return { why: cannotRun, pointer, fault }
  if (!shells.has(shell)) return { why: `the script is for ${shell}, not for a shell`, pointer }
  return {
    text,
    origin: 'configMap',
    pointer,
    environment,
    options,
    positional: rest.map(argumentValue),
    flavors: flavorsOf(image, shell),
  }
}

/** The names of the volumeClaimTemplates of a StatefulSet, or of a custom resource that has the field of a StatefulSet. */
export function claimTemplatesOf({ object, kind }: Workload): ReadonlySet<string> {
  if (kind !== 'StatefulSet' && kind !== customResource) return noTemplates
  const templates = asArray(at(object, 'spec', 'volumeClaimTemplates'))
  return new Set(templates.map((template) => asString(at(template, 'metadata', 'name')) ?? ''))
}

const noTemplates: ReadonlySet<string> = new Set()
