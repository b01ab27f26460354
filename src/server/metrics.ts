import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry as MetricsRegistry } from 'prom-client'
import type { AdmissionRecord, Endpoint } from '../admission/index.ts'
import type { Registry } from '../lint/registry.ts'
import { Tally } from './tally.ts'

/** Why a call got no judgement, or a poorer one. */
export type FailureCause = 'bad-request' | 'oversize' | 'overload' | 'deadline' | 'aborted' | 'internal'
export const failureCauses: readonly FailureCause[] = ['bad-request', 'oversize', 'overload', 'deadline', 'aborted', 'internal']

/** Upper bounds of the duration histogram, seconds: most reviews take less than a millisecond, callers wait 5 to 30 s. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * What Prometheus sees. All labels have few values that we choose: no namespace, image, name or user.
 * Everything lives in a registry of its own, so that several servers in one process (tests) do not meet.
 */
export class Metrics {
  readonly #registry = new MetricsRegistry()
  readonly #ruleIds: ReadonlySet<string>
  readonly #reviews
  readonly #reports
  readonly #failures
  readonly #faults
  readonly #durations
  readonly #policy
  readonly #reloads
  readonly #certificateExpiry
  readonly #reviewTally = new Tally()
  readonly #reportTally = new Tally()
  readonly #durationOf: Readonly<Record<Endpoint, { observe(value: number): void }>>

  /** @param inFlight asked at every scrape */
  constructor(rules: Registry, inFlight: () => number) {
    const registers = [this.#registry]
    this.#ruleIds = new Set(rules.rules.map((rule) => rule.meta.id))
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) => new Counter({ name, help, labelNames, registers })
    this.#reviews = counter('initlint_reviews_total', 'Reviews answered, by verdict.', ['endpoint', 'verdict', 'dry_run'])
    this.#reports = counter('initlint_reports_total', 'Reviews in which a rule spoke, by what was done about it.', [
      'rule',
      'action',
      'dry_run',
    ])
    this.#failures = counter('initlint_failures_total', 'Calls that got no judgement, or a poorer one, by cause.', ['cause'])
    this.#faults = counter('initlint_rule_faults_total', 'Rules that failed; the request was let in.', ['rule'])
    this.#reloads = counter('initlint_reloads_total', 'Readings of changed files; a failed one leaves the last good state.', [
      'what',
      'result',
    ])
    this.#durations = new Histogram({
      name: 'initlint_review_duration_seconds',
      help: 'From the arrival of a review to its reply.',
      labelNames: ['endpoint'],
      buckets: durationBuckets,
      registers,
    })
    this.#policy = new Gauge({ name: 'initlint_policy_info', help: 'The policy in force; always 1.', labelNames: ['id'], registers })
    this.#certificateExpiry = new Gauge({
      name: 'initlint_certificate_expiry_timestamp_seconds',
      help: 'When the serving certificate ends, seconds since 1970.',
      registers,
    })
    new Gauge({
      name: 'initlint_requests_in_flight',
      help: 'Requests being read or judged.',
      registers,
      collect() {
        this.set(inFlight())
      },
    })
    this.#durationOf = { validate: this.#durations.labels('validate'), mutate: this.#durations.labels('mutate') }
    this.#startAtZero()
    // Process and Node: memory, CPU, garbage collection, event-loop delay (nodejs_eventloop_lag_p99_seconds).
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Counters that are there before the first failure can be alerted on. */
  #startAtZero(): void {
    for (const cause of failureCauses) this.#failures.inc({ cause }, 0)
    for (const rule of this.#ruleIds) this.#faults.inc({ rule }, 0)
    for (const what of ['policy', 'certificate']) for (const result of ['ok', 'failed']) this.#reloads.inc({ what, result }, 0)
  }

  /** Counts an answered review. @param seconds from its arrival to its reply */
  review(endpoint: Endpoint, record: AdmissionRecord, seconds: number): void {
    const dryRun = String(record.dryRun)
    this.#reviewTally.add(endpoint, record.verdict, dryRun)
    for (const { rule, action } of record.rules) this.#reportTally.add(this.#boundedRule(rule), action, dryRun)
    for (const { rule } of record.faults) this.#faults.inc({ rule: this.#boundedRule(rule) })
    if (record.skipped === 'oversize') this.failure('oversize')
    else if (!record.complete) this.failure('deadline')
    this.#durationOf[endpoint].observe(seconds)
  }

  failure(cause: FailureCause): void {
    this.#failures.inc({ cause })
  }

  /** The policy in force; one at a time. */
  policy(id: string): void {
    this.#policy.reset()
    this.#policy.set({ id }, 1)
  }

  reload(what: 'policy' | 'certificate', result: 'ok' | 'failed'): void {
    this.#reloads.inc({ what, result })
  }

  /** @param end ms since 1970 */
  certificateExpiry(end: number): void {
    this.#certificateExpiry.set(end / 1000)
  }

  /** The text that Prometheus scrapes, and its Content-Type. */
  async expose(): Promise<{ text: string; contentType: string }> {
    this.#reviewTally.handOver(this.#reviews, ['endpoint', 'verdict', 'dry_run'])
    this.#reportTally.handOver(this.#reports, ['rule', 'action', 'dry_run'])
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType }
  }

  #boundedRule(rule: string): string {
    return this.#ruleIds.has(rule) ? rule : 'other'
  }
}
