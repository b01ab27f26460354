import { type DestinationStream, type Logger, pino } from 'pino'
import type { AdmissionRecord, Endpoint, PolicyReviewRecord } from '../../admission/index.ts'
import { maskSecrets } from '../../lint/mask.ts'
import { LogWriter } from './log-writer.ts'
import { Timestamps } from './timestamps.ts'

export type { Logger } from 'pino'

/** The levels of --log-level, the quietest first. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Which reviews get a line in the log. `findings`: those that were not simply allowed after a complete check. */
export type ReviewSelection = 'all' | 'findings' | 'none'

/** Names in Kubernetes have at most 253 characters (DNS subdomains), but a client that is not the API server may send megabytes. */
const maxNameLength = 253

/**
 * See LogWriterOptions. Batch: some hundred lines, about those of a tenth of a second under full load, because each write wakes a thread of the
 * pool; half of what a pipe holds (pipe(7), 64 KiB). Pending: about 4,000 lines, which the server writes in some seconds under full load.
 */
const writerOptions = { batch: 32 * 1024, interval: 250, pending: 1024 * 1024 }

/**
 * Logs JSON lines to standard error, asynchronously. What waits is written when the process exits and after a fatal line.
 * @param stream replaces standard error
 */
export function createLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutSecrets },
  }
  return pino(options, stream ?? standardError())
}

/** One for all loggers of the process: two would write into each other's lines. */
let writer: LogWriter | undefined

function standardError(): DestinationStream {
  if (writer === undefined) {
    const created = new LogWriter(2, writerOptions)
    process.once('exit', () => created.flushSync())
    writer = created
  }
  return writer
}

/** An error without the secrets that its message may quote; the stack repeats the message. */
function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? maskSecrets(error) : error
  const { message, stack, ...others } = pino.stdSerializers.err(error)
  const lines = stack.split('\n').map((line) => maskSecrets(line))
  return { ...others, message: maskSecrets(message), stack: lines.join('\n') }
}

/**
 * Logs one line per selected review, and one per failed rule in any case. It contains only names and verdicts: environment, arguments and
 * annotations may contain secrets.
 * @param milliseconds from the request's arrival to its reply
 */
export function logReview(
  { log, logReviews }: { readonly log: Logger; readonly logReviews: ReviewSelection },
  endpoint: Endpoint,
  record: AdmissionRecord,
  milliseconds: number,
): void {
  for (const { rule, error } of record.faults)
    log.error({ err: error, rule, uid: brief(record.uid) }, 'a rule failed; the request is allowed')
  if (logReviews === 'none' || (logReviews === 'findings' && isUneventful(record))) return
  if (log.isLevelEnabled('info')) streamOf(log).write(lineOf(endpoint, record, milliseconds))
}

/** Where a logger writes its lines. */
function streamOf(log: Logger): DestinationStream {
  return (log as unknown as Record<symbol, DestinationStream>)[pino.symbols.streamSym] as DestinationStream
}

const timestamps = new Timestamps()

/** The line as pino writes it, which would look at each value of a tree first: there is one for each review. */
function lineOf(endpoint: Endpoint, record: AdmissionRecord, milliseconds: number): string {
  const { operation, kind, namespace, name, dryRun, verdict, rules, spared, skipped, complete, waiting } = record
  const names = `"uid":${quoted(record.uid)},"operation":${quoted(operation)},"kind":${quoted(kind)},"namespace":${quoted(namespace)},"name":${quoted(name)}`
  let line = `{"level":"info","time":"${timestamps.at(Date.now())}","endpoint":"${endpoint}",${names},"dryRun":${dryRun},"verdict":"${verdict}"`
  line += `,"rules":${list(rules.map(ruleAndAction))}`
  if (spared.length > 0) line += `,"spared":${list(spared)}`
  if (skipped !== undefined) line += `,"skipped":"${skipped}"`
  if (!complete) line += ',"complete":false'
  if (waiting > 0) line += `,"notAnalyzed":${waiting}`
  return `${line},"ms":${Math.round(milliseconds * 100) / 100},"msg":"review"}\n`
}

/** Text in which JSON escapes nothing. */
const plain = /^[\w./:@-]*$/

function quoted(text: string): string {
  const short = brief(text)
  return plain.test(short) ? `"${short}"` : JSON.stringify(short)
}

/** @param words ids of rules and actions */
function list(words: readonly string[]): string {
  return words.length === 0 ? '[]' : `["${words.join('","')}"]`
}

/** Whether a complete check had no visible result. Findings with the action `audit` are only counted. */
function isUneventful({ verdict, complete, waiting, spared }: AdmissionRecord): boolean {
  return verdict === 'allowed' && complete && waiting === 0 && spared.length === 0
}

/** Logs one line per checked change of the policy ConfigMap, and nothing for other objects. */
export function logPolicyReview(log: Logger, { ours, uid, operation, namespace, name, dryRun, verdict }: PolicyReviewRecord): void {
  if (!ours) return
  const place = { uid: brief(uid), operation: brief(operation), namespace: brief(namespace), name: brief(name) }
  log.info({ endpoint: 'validate-policy', ...place, dryRun, verdict }, 'review of the policy')
}

function ruleAndAction({ rule, action }: { readonly rule: string; readonly action: string }): string {
  return `${rule}=${action}`
}

function brief(text: string): string {
  return text.length > maxNameLength ? `${text.slice(0, maxNameLength)}…` : text
}
