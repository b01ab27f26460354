/** Commands that cannot start, or whose shell cannot read them: mistakes in how `command` and `args` are split into words. */
import { parseImageReference } from '../../model/image-reference.ts'
import { shownWord } from '../shape/words.ts'
import type { Flavor } from './image-shells.ts'

/**
 * - `oneWord`: the program and its arguments are one word; `brackets`: the word contains the brackets of a list
 * - `quoted`: quotes that no shell removes are part of its name
 * - `unsetProgram`: its name contains `$(NAME)` of a variable that is not set
 * - `option`: the first word is an option, because the image has no entrypoint
 * - `noShell`: the image does not contain the shell; `notExecutable`: the file of a volume has no x bit
 * - `scriptAsFile`: the script follows the shell without `-c`; `gluedOption`: `-c` and the script are one word
 */
export type StartFaultKind =
  | 'oneWord'
  | 'brackets'
  | 'quoted'
  | 'unsetProgram'
  | 'option'
  | 'noShell'
  | 'notExecutable'
  | 'scriptAsFile'
  | 'gluedOption'

export interface StartFault {
  readonly kind: StartFaultKind
  /** The program, or the word that is wrong, as it is shown. */
  readonly what: string
  /** Exit status of the container. */
  readonly status: number
  /** Whether the container runtime can start the container, so that a shell reports the fault. */
  readonly isStarted: boolean
}

/** The exit code that containerd reports if a container cannot start (containerd internal/cri/server/container_start.go, errorStartExitCode). */
const notStarted = { status: 128, isStarted: false } as const

/** Programs that people write with their arguments in one word. Any other path may contain a blank. */
const startsCommand =
  /^(?:\S*\/)?(?:sh|bash|ash|dash|env|python3?|node|java|curl|wget|mkdir|chown|chmod|cp|mv|rm|ln|cat|echo|sleep|until|while|for|if|set|test|touch|git|export|nc|kubectl)\s/

/** Whether a name is a whole command, so that no program has it. */
export function isCommandLine(name: string): boolean {
  return startsCommand.test(name)
}

/** The fault of a program that is a file of a ConfigMap or a similar volume without an x bit. */
export function plainFault(path: string): StartFault {
  return { kind: 'notExecutable', what: shownWord(path), ...notStarted }
}

/** Why the first word of a command is not a program; undefined if it may be one. */
export function programFault(path: string): StartFault | undefined {
  if (/^\[./.test(path)) return { kind: 'brackets', what: shownWord(path), ...notStarted }
  if (/^(["']).+\1$/s.test(path)) return { kind: 'quoted', what: shownWord(path), ...notStarted }
  if (/\$\(\w*\)/.test(path)) return { kind: 'unsetProgram', what: shownWord(path), ...notStarted }
  if (/^-\w/.test(path)) return { kind: 'option', what: shownWord(path), ...notStarted }
  const hasBlank = /\s/.test(path.trim())
  const isText = path.includes('\n') || startsCommand.test(path) || (/\s-\w/.test(path) && !path.startsWith('/'))
  return hasBlank && isText ? { kind: 'oneWord', what: shownWord(path), ...notStarted } : undefined
}

/**
 * Images without bash: the official images of BusyBox and Alpine contain BusyBox sh only (github.com/docker-library/busybox,
 * github.com/alpinelinux/docker-alpine).
 */
const withoutBash: ReadonlySet<string> = new Set(['docker.io/library/busybox', 'docker.io/library/alpine'])

/**
 * Images without any shell: the images of github.com/GoogleContainerTools/distroless (README.md, "Debug Images"), except those whose tag
 * begins with `debug`; the pause image of Kubernetes (kubernetes build/pause/Dockerfile), and github.com/docker-library/hello-world.
 */
function hasNoShell(name: string, tag: string): boolean {
  if (name.startsWith('gcr.io/distroless/')) return !/(^|-)debug(-|$)/.test(tag)
  return name === 'registry.k8s.io/pause' || name === 'docker.io/library/hello-world'
}

/** Whether an image is known to lack a shell. @param shell its name, without a directory */
export function shellFault(image: string, shell: string): StartFault | undefined {
  const parsed = parseImageReference(image)
  // Whether the image of a digest has a debug tag is not known.
  if (!parsed.ok || (parsed.value.tag === null && parsed.value.digest !== null)) return undefined
  const { registry, repository } = parsed.value
  const tag = parsed.value.tag ?? ''
  const name = `${registry}/${repository}`
  const lacks = (withoutBash.has(name) && shell === 'bash') || hasNoShell(name, tag)
  return lacks ? { kind: 'noShell', what: shell, ...notStarted } : undefined
}

/** A script that was written where the shell expects the name of a file. */
export function fileFault(text: string, flavors: readonly Flavor[]): StartFault | undefined {
  const isScript =
    text.trim().includes('\n') ||
    /\s(?:-\w|&&|\|\||[|>;])|;\s|^(?:mkdir|cp|chown|chmod|echo|sleep|until|while|set|touch)\s/.test(text.trim())
  if (!isScript) return undefined
  // bash exits with 127 if it cannot open the script (bash(1), EXIT STATUS), dash and BusyBox sh with 2.
  return {
    kind: 'scriptAsFile',
    what: shownWord(text),
    status: flavors.some(({ dialect }) => dialect === 'bash') ? 127 : 2,
    isStarted: true,
  }
}

/** An option of a shell that contains the script: no shell has an option that is a blank. */
export function optionFault(words: readonly (string | undefined)[]): StartFault | undefined {
  for (const word of words) {
    if (word === undefined || !/^-./.test(word) || word.startsWith('--')) return undefined
    if (/^-\w*c\s/.test(word)) return { kind: 'gluedOption', what: shownWord(word), status: 2, isStarted: true }
    if (/c$/.test(word)) return undefined
  }
  return undefined
}
