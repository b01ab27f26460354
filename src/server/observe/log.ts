import { type DestinationStream, type Logger, pino } from 'pino'
import type { AdmissionRecord, Endpoint, PolicyReviewRecord } from '../../admission/index.ts'

export type { Logger } from 'pino'

/** The levels of --log-level, from the quietest. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Names in Kubernetes have at most 253 characters (DNS subdomains); a caller that is not the API server may send megabytes. */
const maxNameLength = 253

/** Lines are written together: one write each would cost half as much as judging the review. */
const bufferBytes = 4096
/** How long a line waits for others at most, ms. */
const flushInterval = 250

/**
 * JSON lines on stderr, written without waiting. What is buffered is written at the end of the process and before a fatal line.
 * @param stream where else to write to
 */
export function createLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return pino(options, stream ?? pino.destination({ dest: 2, sync: false, minLength: bufferBytes, periodicFlush: flushInterval }))
}

/**
 * One line per review. Holds names and verdicts only: no environment, arguments, annotations or objects, which may carry secrets.
 * @param milliseconds from the request's arrival to its reply
 */
export function logReview(log: Logger, endpoint: Endpoint, record: AdmissionRecord, milliseconds: number): void {
  for (const { rule, error } of record.faults)
    log.error({ err: error, rule, uid: brief(record.uid) }, 'a rule failed; the request is let in')
  log.info(
    {
      endpoint,
      uid: brief(record.uid),
      operation: brief(record.operation),
      kind: record.kind,
      namespace: brief(record.namespace),
      name: brief(record.name),
      dryRun: record.dryRun,
      verdict: record.verdict,
      rules: record.rules.map(ruleAndAction),
      skipped: record.skipped,
      ...(record.complete ? {} : { complete: false }),
      ms: Math.round(milliseconds * 100) / 100,
    },
    'review',
  )
}

/** One line per judged change of the policy's ConfigMap; nothing for other objects. */
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
