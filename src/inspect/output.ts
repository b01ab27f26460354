/** The JSON of `lint` and `images` (docs/cli.md), shared by the command line and the HTTP routes. */
import { type Diagnostic, subjectContainer } from '../lint/diagnostic.ts'
import type { Action, Severity } from '../lint/rule.ts'
import type { ContainerRole } from '../model/containers.ts'
import type { JsonPointer } from '../model/json.ts'
import type { Origin } from '../model/origin.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { PlannedChange } from './edits.ts'
import type { SourceNote } from './sources.ts'

/** The default base URL of initlint's documentation; rule pages are at `/docs/rules/<id>.md`. */
export const defaultDocsBase = 'https://initlint.dev'

/** One text to inspect. */
export interface Input {
  /** Its path as given by the user, `-` for standard input, null if there is no file (a request body). */
  readonly file: string | null
  readonly text: string
  /** Why it could not be read, as a sentence; `text` is then ignored. */
  readonly unreadable?: string
  /**
   * Whether the user has named it, so that it should be a manifest, or it was found in a directory or by a pattern, so that it fails the run
   * only if it is meant to be one. Omitted for texts that are no files.
   */
  readonly origin?: 'named' | 'found'
  /** Why a found file was not read; `text` is then ignored. */
  readonly skipped?: string
}

/** The name of an object. */
export interface ObjectName {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A place in the text of an input; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A part of the text of an input; the end is the place after its last character. */
export interface Region extends Place {
  readonly endLine: number
  readonly endColumn: number
}

/**
 * Key of what the text output needs in addition to the JSON. A symbol, so that JSON.stringify omits it: in the JSON, line and column are
 * null if there is no file, but the text answer to a posted manifest still shows the line.
 */
export const forPeople: unique symbol = Symbol('for people')

/** What the text output needs in addition to the JSON. */
export interface ForPeople {
  /** The index of the input. */
  readonly input: number
  readonly place: Region | null
  /** `containers "web": `, or empty for the pod. */
  readonly prefix: string
  readonly remediation: string
  /** What the edits change in the decoded input; undefined if they are not to be applied to it. */
  readonly change: PlannedChange | undefined
}

/** A diagnostic with its place in the inputs. */
export interface DiagnosticEntry
  extends Pick<Diagnostic, 'rule' | 'severity' | 'action' | 'message' | 'messageId' | 'data' | 'pointer' | 'exempted' | 'absorbed'> {
  readonly container: string | null
  readonly object: ObjectName
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  /** The place after the last character; null if there is no line. */
  readonly endLine: number | null
  readonly endColumn: number | null
  readonly docs: string
  /** What to do, in one sentence. */
  readonly hint: string
  /** What the finding is about, as a hash that stays the same if the object moves (docs/cli.md). Unique within a run. */
  readonly fingerprint: string
  /**
   * A fix of a pull policy, or a tried change of a script: replacements in UTF-16 offsets of the file, or of the script if `file` is null because the file does not contain its
   * characters one by one. Left out if there is none.
   */
  readonly edits?: readonly EditEntry[]
  /** Whether the baseline contains it: it does not fail the run and is not counted. */
  readonly baselined?: true
  /** Why the file is not edited although there is a fix, as a clause. */
  readonly notEdited?: string
  readonly [forPeople]: ForPeople
}

/** What a finding in JSON has wherever it was found, in this order. */
export function findingFields({ rule, severity, action, message, messageId, data, pointer, subject }: Diagnostic, object: ObjectName) {
  return { rule, severity, action, message, messageId, data, pointer, container: subjectContainer(subject), object }
}

/** Whether an exemption, an annotation, a comment or the baseline silences a finding. */
export function isSilenced({ exempted, baselined }: Pick<DiagnosticEntry, 'exempted' | 'baselined'>): boolean {
  return exempted !== undefined || baselined === true
}

/** A finding in a baseline. Only the fingerprint identifies it; the rest is for readers. */
export interface BaselineEntry {
  /** Relative to the directory of the baseline, `-` for standard input. */
  readonly file: string | null
  /** `Deployment shop/web` */
  readonly object: string
  readonly container: string | null
  readonly rule: string
  readonly fingerprint: string
}

export interface EditEntry {
  readonly file: string | null
  readonly start: number
  readonly end: number
  readonly text: string
}

/** An input, or a part of one, that could not be read. */
export interface InputError {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

/**
 * Something that the user should know and that no rule reports: an annotation that names no rule, an exemption that expires soon, a part of
 * a file that kubectl drops.
 */
export interface NoticeEntry {
  readonly file: string | null
  /** The line and column are null if the notice is about an object. */
  readonly line: number | null
  readonly column: number | null
  /** Null if the notice is about a part of a file. */
  readonly object: ObjectName | null
  readonly message: string
}

/** A rule that threw: a bug in initlint, not a problem of the object. */
export interface FaultEntry {
  readonly rule: string
  readonly file: string | null
  readonly object: ObjectName
  readonly message: string
}

export interface LintSummary {
  readonly files: number
  /** The number of checked workloads. */
  readonly objects: number
  /** Diagnostics without exempted ones and those of the baseline, by action. */
  readonly byAction: Readonly<Record<Exclude<Action, 'off'>, number>>
  readonly bySeverity: Readonly<Record<Severity, number>>
  /** Inputs, or parts of them, that could not be read. */
  readonly errors: number
  /** Objects that hold containers, but no known pod template, by kind. */
  readonly notJudged: Readonly<Record<string, number>>
}

export interface LintOutput {
  readonly diagnostics: readonly DiagnosticEntry[]
  readonly summary: LintSummary
  readonly errors: readonly InputError[]
  readonly notices: readonly NoticeEntry[]
  readonly faults: readonly FaultEntry[]
  /** Found files, or parts of them, that are not manifests. */
  readonly skipped: readonly InputError[]
  /** The kustomizations and charts whose sources were left out of the findings. */
  readonly sources: readonly SourceNote[]
  /** What the baseline did; omitted if there is none. */
  readonly baseline?: {
    /** The number of findings that it contains. */
    readonly baselined: number
    /** Its entries that no longer occur. */
    readonly stale: readonly BaselineEntry[]
  }
  readonly [forPeople]: { readonly workloadsPerInput: readonly number[] }
}

export interface ImageEntry {
  /** The pointer of the reference within the object: `/spec/containers/0/image`. */
  readonly pointer: JsonPointer
  /** Null for a container without an image. */
  readonly image: string | null
  readonly registry: string | null
  readonly repository: string | null
  readonly tag: string | null
  readonly digest: string | null
  readonly pullPolicy: PullPolicy
  readonly origin: Origin['kind']
  readonly container: string | null
  readonly volume: string | null
  /** `mentioned`: only named by an argument, a variable or a custom resource. */
  readonly role: ContainerRole | 'image-volume' | 'mentioned'
  readonly object: ObjectName
  readonly file: string | null
  readonly line: number | null
  /** Why the reference is invalid. */
  readonly error?: string
}

export interface ImagesOutput {
  readonly images: readonly ImageEntry[]
  readonly errors: readonly InputError[]
}
