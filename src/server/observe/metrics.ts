import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry as MetricsRegistry } from 'prom-client'
import type { AdmissionRecord, Endpoint } from '../../admission/index.ts'
import type { Registry } from '../../lint/registry.ts'
import type { Policy } from '../../policy/index.ts'
import { Batch } from './batch.ts'
import { ConnectionMetrics } from './connection-metrics.ts'
import { Tally } from './tally.ts'

/** Why a call got no verdict, or an incomplete one. */
export type FailureCause = 'bad-request' | 'oversize' | 'overload' | 'slow' | 'deadline' | 'aborted' | 'internal'
export const failureCauses: readonly FailureCause[] = ['bad-request', 'oversize', 'overload', 'slow', 'deadline', 'aborted', 'internal']

/** The origin of the policy in force. `last-good`: the previous one, because the current one is refused or missing. */
export type PolicyOrigin = 'file' | 'configmap' | 'last-good' | 'built-in'

/** What is watched at the API server. */
export const watched = ['policy', 'policy-status', 'certificate', 'validating-webhooks', 'mutating-webhooks', 'namespaces'] as const
export type Watched = (typeof watched)[number]

/** The outcome of an Event: `known` = it was already written this hour; `limited` = above the rate limit; `dropped` = the queue was full. */
export type EventResult = 'written' | 'known' | 'limited' | 'dropped' | 'failed'
export const eventResults: readonly EventResult[] = ['written', 'known', 'limited', 'dropped', 'failed']

/** Why a worker thread ended: without jobs, above its limit of time or memory, or with an error. */
export type WorkerEnd = 'idle' | 'time' | 'memory' | 'error'
export const workerEnds: readonly WorkerEnd[] = ['idle', 'time', 'memory', 'error']

/** The result of a registry probe: a status that counts as up, another status, no response in time, or no connection. */
export type ProbeResult = 'up' | 'status' | 'timeout' | 'error'
export const probeResults: readonly ProbeResult[] = ['up', 'status', 'timeout', 'error']

/**
 * Why initlint cannot maintain its certificate: the Secret is missing, is managed by another component, or cannot be written, or a webhook
 * configuration cannot be written.
 */
export type CertificateProblem = 'secret-missing' | 'secret-foreign' | 'secret-unwritable' | 'configuration-unwritable'
export const certificateProblems: readonly CertificateProblem[] = [
  'secret-missing',
  'secret-foreign',
  'secret-unwritable',
  'configuration-unwritable',
]

/** An answered review. */
interface Answered {
  readonly endpoint: Endpoint
  readonly record: AdmissionRecord
  readonly seconds: number
}

/** The load at the time of a scrape. */
export interface LoadGauges {
  readonly inFlight: number
  readonly unfinished: number
}

/** Upper bounds of the duration histogram, seconds: most reviews take less than a millisecond, and callers wait 5 to 30 s. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * The metrics for Prometheus. Labels have few values, which initlint or the policy defines: never a namespace, image, name or user.
 * Each instance has a registry of its own, so that several servers in one process (in tests) do not share metrics.
 */
export class Metrics {
  readonly #registry = new MetricsRegistry()
  readonly #ruleIds: ReadonlySet<string>
  readonly connections = new ConnectionMetrics(this.#registry)
  readonly #reviews
  readonly #reports
  readonly #spared
  readonly #failures
  readonly #faults
  readonly #durations
  readonly #policy
  readonly #policyGeneration
  readonly #policyReviews
  readonly #reloads
  readonly #certificateExpiry
  readonly #certificateProblem
  readonly #caBundleWrites
  readonly #lastContact
  readonly #registryUp
  readonly #registryProbes
  readonly #events
  readonly #scriptsAnalyzed
  readonly #scriptsMissing
  readonly #scriptWaits
  readonly #workersEnded
  #policyInForce: Pick<Policy, 'id' | 'endedExemptions'> | undefined
  readonly #answered = new Batch<Answered>(32, (answered) => this.#count(answered))
  readonly #reviewTally = new Tally()
  readonly #reportTally = new Tally()
  readonly #durationOf: Readonly<Record<Endpoint, { observe(value: number): void }>>

  /**
   * @param load read at every scrape
   * @param queueLength jobs that wait for a worker thread; called at every scrape
   * @param now ms since 1970
   */
  constructor(rules: Registry, load: LoadGauges, queueLength: () => number = () => 0, now: () => number = Date.now) {
    const registers = [this.#registry]
    this.#ruleIds = new Set(rules.rules.map((rule) => rule.meta.id))
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) => new Counter({ name, help, labelNames, registers })
    const gauge = <L extends string>(name: string, help: string, labelNames: L[]) => new Gauge({ name, help, labelNames, registers })
    this.#reviews = counter('initlint_reviews_total', 'Reviews answered, by verdict.', ['endpoint', 'verdict', 'dry_run'])
    this.#reports = counter('initlint_reports_total', 'Reviews with a finding of a rule, by action.', ['rule', 'action', 'dry_run'])
    this.#spared = counter('initlint_denials_spared_total', 'Findings that would deny, on objects that a built-in controller makes.', [
      'rule',
    ])
    this.#failures = counter('initlint_failures_total', 'Calls that got no verdict, or an incomplete one, by cause.', ['cause'])
    this.#faults = counter('initlint_rule_faults_total', 'Rules that failed; the request was allowed.', ['rule'])
    this.#reloads = counter(
      'initlint_reloads_total',
      'Reloads of policy or certificate; after a failed one, the last good one stays in use.',
      ['what', 'result'],
    )
    this.#policyReviews = counter('initlint_policy_reviews_total', 'Reviewed changes of the policy ConfigMap, by verdict.', [
      'verdict',
      'dry_run',
    ])
    this.#events = counter('initlint_events_total', 'Events about findings without a warning, by result.', ['result'])
    this.#registryProbes = counter('initlint_registry_probes_total', 'Probes of registries, by host of the probe URL.', [
      'registry',
      'result',
    ])
    this.#registryUp = gauge('initlint_registry_up', 'Whether the registry was up in the last probe.', ['registry'])
    this.#durations = new Histogram({
      name: 'initlint_review_duration_seconds',
      help: 'Time from the arrival of a review to its response.',
      labelNames: ['endpoint'],
      buckets: durationBuckets,
      registers,
    })
    this.#policy = gauge('initlint_policy_info', 'The policy in force and its source; always 1.', ['id', 'source'])
    this.#policyGeneration = gauge('initlint_policy_generation', 'Number of changes of the policy in force, including the first one.', [])
    this.#certificateExpiry = gauge(
      'initlint_certificate_expiry_timestamp_seconds',
      'When the serving certificate expires, seconds since 1970.',
      [],
    )
    this.#certificateProblem = gauge('initlint_certificate_problem', 'Whether initlint cannot maintain its certificate, by cause.', [
      'problem',
    ])
    this.#caBundleWrites = counter('initlint_ca_bundle_writes_total', 'Writes of the caBundle into a webhook configuration.', [
      'configuration',
    ])
    this.#lastContact = gauge(
      'initlint_informer_last_contact_timestamp_seconds',
      'Last contact with the API server for each watched resource, seconds since 1970.',
      ['what'],
    )
    const readGauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    readGauge('initlint_exemptions_ended', 'Exemptions of the policy in force that have expired.', () => {
      return this.#policyInForce?.endedExemptions(now()).length ?? 0
    })
    readGauge('initlint_requests_in_flight', 'Requests with a complete body that are being processed.', () => load.inFlight)
    readGauge('initlint_unfinished_bodies', 'Requests whose body has not arrived completely.', () => load.unfinished)
    readGauge('initlint_job_queue_length', 'Scripts and manifests that wait for a worker thread.', queueLength)
    this.#scriptsAnalyzed = counter('initlint_scripts_analyzed_total', 'Init scripts analyzed; equal ones are analyzed once.', [])
    this.#scriptsMissing = counter(
      'initlint_scripts_not_analyzed_total',
      'Init scripts that were not analyzed yet when their review was answered.',
      [],
    )
    this.#scriptWaits = new Histogram({
      name: 'initlint_script_wait_seconds',
      help: 'Time that a review waited for the analyses of its init scripts, if they were not known.',
      buckets: durationBuckets,
      registers,
    })
    this.#workersEnded = counter('initlint_workers_ended_total', 'Worker threads that ended, by reason.', ['reason'])
    this.#durationOf = { validate: this.#durations.labels('validate'), mutate: this.#durations.labels('mutate') }
    this.#startAtZero()
    // Process and Node: memory, CPU, garbage collection, event-loop delay (nodejs_eventloop_lag_p99_seconds).
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Creates counters before the first failure, so that alerts see the first increase. */
  #startAtZero(): void {
    for (const cause of failureCauses) this.#failures.inc({ cause }, 0)
    for (const rule of this.#ruleIds) this.#faults.inc({ rule }, 0)
    for (const verdict of ['allowed', 'warned', 'denied']) this.#reviews.inc({ endpoint: 'validate', verdict, dry_run: 'false' }, 0)
    for (const verdict of ['allowed', 'patched']) this.#reviews.inc({ endpoint: 'mutate', verdict, dry_run: 'false' }, 0)
    for (const verdict of ['allowed', 'warned', 'denied']) this.#policyReviews.inc({ verdict, dry_run: 'false' }, 0)
    for (const problem of certificateProblems) this.#certificateProblem.set({ problem }, 0)
    for (const configuration of ['validating', 'mutating']) this.#caBundleWrites.inc({ configuration }, 0)
    for (const reason of workerEnds) this.#workersEnded.inc({ reason }, 0)
    for (const result of eventResults) this.#events.inc({ result }, 0)
    for (const what of ['policy', 'certificate']) for (const result of ['ok', 'failed']) this.#reloads.inc({ what, result }, 0)
  }

  /** Counts a written caBundle. */
  caBundleWritten(configuration: 'validating' | 'mutating'): void {
    this.#caBundleWrites.inc({ configuration })
  }

  /** @param present whether the problem exists at this moment */
  certificateProblem(problem: CertificateProblem, present: boolean): void {
    this.#certificateProblem.set({ problem }, present ? 1 : 0)
  }

  /** Counts an answered review. @param seconds from its arrival to its response */
  review(endpoint: Endpoint, record: AdmissionRecord, seconds: number): void {
    this.#answered.add({ endpoint, record, seconds })
  }

  #count({ endpoint, record, seconds }: Answered): void {
    const dryRun = String(record.dryRun)
    this.#reviewTally.add(endpoint, record.verdict, dryRun)
    for (const { rule, action } of record.rules) this.#reportTally.add(this.#boundedRule(rule), action, dryRun)
    for (const { rule } of record.faults) this.#faults.inc({ rule: this.#boundedRule(rule) })
    for (const rule of record.spared) this.#spared.inc({ rule: this.#boundedRule(rule) })
    if (record.skipped === 'oversize') this.failure('oversize')
    else if (!record.complete) this.failure('deadline')
    if (record.waiting > 0) this.#scriptsMissing.inc(record.waiting)
    this.#durationOf[endpoint].observe(seconds)
  }

  /** Counts an analyzed script. */
  scriptAnalyzed(): void {
    this.#scriptsAnalyzed.inc()
  }

  /** @param seconds that a review waited for its scripts */
  scriptWait(seconds: number): void {
    this.#scriptWaits.observe(seconds)
  }

  workerEnded(reason: WorkerEnd): void {
    this.#workersEnded.inc({ reason })
  }

  failure(cause: FailureCause): void {
    this.#failures.inc({ cause })
  }

  /** Counts a reviewed change of the policy ConfigMap. */
  policyReview(verdict: 'allowed' | 'warned' | 'denied', dryRun: boolean): void {
    this.#policyReviews.inc({ verdict, dry_run: String(dryRun) })
  }

  /** Sets the policy in force. The generation increases if it is a different one. */
  policy(policy: Pick<Policy, 'id' | 'endedExemptions'>, source: PolicyOrigin): void {
    if (this.#policyInForce?.id !== policy.id) this.#policyGeneration.inc()
    this.#policyInForce = policy
    this.#policy.reset()
    this.#policy.set({ id: policy.id, source }, 1)
  }

  reload(what: 'policy' | 'certificate', result: 'ok' | 'failed'): void {
    this.#reloads.inc({ what, result })
  }

  /** @param end ms since 1970 */
  certificateExpiry(end: number): void {
    this.#certificateExpiry.set(end / 1000)
  }

  /** Records an answer of the API server for a watched resource. @param at ms since 1970 */
  informerContact(what: Watched, at: number): void {
    this.#lastContact.set({ what }, at / 1000)
  }

  event(result: EventResult): void {
    this.#events.inc({ result })
  }

  /** Counts a probe. @param registry host of a URL in the policy, never of a pod */
  registryProbe(registry: string, result: ProbeResult): void {
    this.#registryProbes.inc({ registry, result })
  }

  /** @param up whether every URL at this host was up in its last probe */
  registryUp(registry: string, up: boolean): void {
    this.#registryUp.set({ registry }, up ? 1 : 0)
  }

  /** Removes a registry that the policy no longer names. */
  forgetRegistry(registry: string): void {
    this.#registryUp.remove({ registry })
    for (const result of probeResults) this.#registryProbes.remove({ registry, result })
  }

  /** The text that Prometheus scrapes, and its Content-Type. */
  async expose(): Promise<{ text: string; contentType: string }> {
    this.#answered.flush()
    this.#reviewTally.handOver(this.#reviews, ['endpoint', 'verdict', 'dry_run'])
    this.#reportTally.handOver(this.#reports, ['rule', 'action', 'dry_run'])
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType }
  }

  #boundedRule(rule: string): string {
    return this.#ruleIds.has(rule) ? rule : 'other'
  }
}
