/** Checks one document of an editor with the configuration of its directory, as `initlint lint` checks a file. */
import { basename, dirname } from 'node:path'
import { lintInputs } from '../../inspect/lint.ts'
import { defaultDocsBase, type Input, type LintOutput } from '../../inspect/output.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { configName } from '../adopt/config.ts'
import { settingsOf } from '../adopt/settings.ts'
import { messageOf, UsageError } from '../exit.ts'
import type { Selection } from '../files/walk.ts'
import type { Io } from '../io.ts'
import { loadPolicy } from '../policy-files.ts'

export interface LspFlags {
  /** Absolute paths. */
  readonly policy: readonly string[]
  readonly namespace: string
}

/** The text of a document at one moment. */
export interface EditedText {
  /** Null for a document that is no file. */
  readonly path: string | null
  readonly text: string
}

/** What is known about a document. */
export type Checked =
  | {
      readonly kind: 'checked'
      readonly input: Input
      readonly output: LintOutput
      /** Checks a changed text of the document in the same way. */
      lint(text: string): LintOutput
    }
  /** The configuration excludes it. */
  | { readonly kind: 'excluded' }
  /** It cannot be checked. */
  | { readonly kind: 'problem'; readonly message: string }

/** Manifests that people edit are smaller; a larger one would be checked at each pause in typing. */
export const maxUnits = 1024 * 1024

/** Checks a document. Never throws, whatever it contains. */
export async function checkText({ path, text }: EditedText, flags: LspFlags, io: Io): Promise<Checked> {
  if (text.length > maxUnits) {
    return { kind: 'problem', message: `larger than ${maxUnits / 1024 / 1024} MiB, so it is not checked here; run initlint lint` }
  }
  try {
    const lint = await linterOf(path, flags, io)
    if (lint === undefined) return { kind: 'excluded' }
    // Like a file in a directory: what is no manifest is not an error.
    const inputOf = (changed: string): Input => ({ file: path ?? untitled, text: changed, origin: 'found' })
    return { kind: 'checked', input: inputOf(text), output: lint(inputOf(text)), lint: (changed) => lint(inputOf(changed)) }
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'problem', message: `not checked: ${error.message}` }
    return { kind: 'problem', message: `internal error: ${messageOf(error)}; report it` }
  }
}

const untitled = 'untitled'

/** Undefined if the configuration excludes the file. @throws UsageError if the configuration, a policy or the baseline is invalid */
async function linterOf(path: string | null, flags: LspFlags, io: Io): Promise<((input: Input) => LintOutput) | undefined> {
  const allRules = defaultRegistry()
  const there: Io = { ...io, cwd: path === null ? io.cwd : dirname(path), stderr: () => undefined, isTerminal: noTerminal }
  const {
    selection,
    policy: files,
    registry,
    baseline,
  } = await settingsOf([], { ...flags, gitignore: true, config: true }, allRules, there)
  if (path !== null && isExcluded(path, selection)) return undefined
  const policy = await loadPolicy(files, allRules, there)
  const options = { policy, registry, allRules, namespace: flags.namespace, docsBase: defaultDocsBase }
  const lint = (input: Input): LintOutput => lintInputs([input], { ...options, now: io.now() })
  if (baseline === undefined) return lint
  const { applyBaseline, loadBaseline } = await import('../on-demand.ts')
  const entries = loadBaseline(baseline, there)
  const ran = (rule: string): boolean => registry.get(rule) !== undefined
  return (input) => applyBaseline(lint(input), entries, { path: baseline, inputs: [input], ran, io: there })
}

/** What is below an excluded directory is excluded as well; the directories above the configuration are not looked at. */
function isExcluded(path: string, { excludedBy = () => undefined, own = new Set() }: Selection): boolean {
  if (own.has(path)) return true
  const configured = [...own].find((file) => basename(file) === configName)
  const root = configured === undefined ? dirname(path) : dirname(configured)
  for (let current = path; current.startsWith(root) && current !== root; current = dirname(current)) {
    if (excludedBy(current) !== undefined) return true
  }
  return false
}

const noTerminal = { stdin: false, stdout: false }
