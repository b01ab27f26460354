/** For each alert of manifests/components/monitoring: series for which it fires, and series for which it does not. */

/** Series in promtool's notation, by name and labels, with a value for each minute. */
export type Series = Readonly<Record<string, string>>

export interface AlertCase {
  readonly alert: string
  readonly fires: Series
  readonly quiet: Series
  /** When the alert is checked, in minutes after the start; default 40. */
  readonly at?: number
}

const labels = 'namespace="initlint",job="initlint"'
const policy = (pod: string, id: string, source = 'configmap'): string =>
  `initlint_policy_info{${labels},pod="${pod}",id="${id}",source="${source}"}`
const one: Series = { [policy('a', '1')]: '1x60' }
const reviews = `initlint_reviews_total{${labels},pod="a",endpoint="validate",verdict="allowed",dry_run="false"}`
const failures = (cause: string): string => `initlint_failures_total{${labels},pod="a",cause="${cause}"}`
const bucket = (le: string): string => `initlint_review_duration_seconds_bucket{${labels},pod="a",endpoint="validate",le="${le}"}`
const reloads = (what: string, result: string): string => `initlint_reloads_total{${labels},pod="a",what="${what}",result="${result}"}`
const evicted = (port: string, reason: string): string =>
  `initlint_connections_closed_total{${labels},pod="a",port="${port}",reason="${reason}"}`
const day = 24 * 3600

export const alertCases: readonly AlertCase[] = [
  { alert: 'InitlintAbsent', fires: { up: '0x60' }, quiet: one },
  // Fires if reviews stop or there never was one, but not if the last one was ten minutes ago.
  { alert: 'InitlintNoReviews', fires: { ...one, [reviews]: '0+5x10 50x50' }, quiet: { ...one, [reviews]: '0+1x60' } },
  { alert: 'InitlintNoReviews', fires: one, quiet: { ...one, [reviews]: '0+1x30 30x30' } },
  {
    alert: 'InitlintCertificateExpiresSoon',
    fires: { [`initlint_certificate_expiry_timestamp_seconds{${labels},pod="a"}`]: `${5 * day}x120` },
    quiet: { [`initlint_certificate_expiry_timestamp_seconds{${labels},pod="a"}`]: `${30 * day}x120` },
    at: 90,
  },
  {
    alert: 'InitlintCertificateRefused',
    fires: { [reloads('certificate', 'failed')]: '0x30 1x30' },
    quiet: {
      [reloads('certificate', 'failed')]: '1x60',
      [reloads('certificate', 'ok')]: '0+1x60',
      [reloads('policy', 'failed')]: '0+1x60',
    },
  },
  {
    alert: 'InitlintCertificateProblem',
    fires: { [`initlint_certificate_problem{${labels},pod="a",problem="secret-missing"}`]: '1x60' },
    quiet: { [`initlint_certificate_problem{${labels},pod="a",problem="secret-missing"}`]: '0x60' },
  },
  {
    alert: 'InitlintCaBundleRemoved',
    fires: { [`initlint_ca_bundle_writes_total{${labels},pod="a",configuration="validating"}`]: '0+1x60' },
    quiet: { [`initlint_ca_bundle_writes_total{${labels},pod="a",configuration="validating"}`]: '0x30 3x30' },
  },
  {
    alert: 'InitlintPolicyNotInForce',
    fires: { ...one, [policy('b', '2', 'last-good')]: '1x60' },
    quiet: { ...one, [policy('b', '1', 'file')]: '1x60' },
  },
  {
    alert: 'InitlintPolicyRefused',
    fires: { [reloads('policy', 'failed')]: '0x30 1x30' },
    quiet: { [reloads('policy', 'failed')]: '2x60', [reloads('policy', 'ok')]: '0+1x60' },
  },
  {
    alert: 'InitlintReplicasDisagree',
    fires: { ...one, [policy('b', '2')]: '1x60' },
    // They disagree only for a minute, while a new policy arrives.
    quiet: {
      [policy('a', '1')]: '1x20 _x40',
      [policy('a', '2')]: '_x20 1x40',
      [policy('b', '1')]: '1x21 _x39',
      [policy('b', '2')]: '_x21 1x39',
    },
  },
  {
    alert: 'InitlintRuleFaults',
    fires: { [`initlint_rule_faults_total{${labels},pod="a",rule="image-latest"}`]: '0x35 1x30' },
    quiet: { [`initlint_rule_faults_total{${labels},pod="a",rule="image-latest"}`]: '1x60' },
  },
  {
    alert: 'InitlintOverloaded',
    fires: { [failures('overload')]: '0+3x60' },
    quiet: { [failures('overload')]: '0x20 3x40', [failures('aborted')]: '0+3x60' },
  },
  {
    alert: 'InitlintWorkersEnded',
    fires: { [`initlint_workers_ended_total{${labels},pod="a",reason="memory"}`]: '0x35 1x30' },
    quiet: { [`initlint_workers_ended_total{${labels},pod="a",reason="idle"}`]: '0+1x60' },
  },
  {
    alert: 'InitlintReviewsUnchecked',
    fires: { [failures('deadline')]: '0+1x60' },
    quiet: { [failures('bad-request')]: '0+1x60', [failures('internal')]: '0x60' },
  },
  {
    alert: 'InitlintInformerStale',
    fires: { [`initlint_informer_last_contact_timestamp_seconds{${labels},pod="a",what="policy"}`]: '0+60x10 600x50' },
    quiet: { [`initlint_informer_last_contact_timestamp_seconds{${labels},pod="a",what="policy"}`]: '0+60x60' },
  },
  { alert: 'InitlintFlooded', fires: { [evicted('ops', 'unused')]: '0+9x60' }, quiet: { [evicted('webhook', 'timeout')]: '0+9x60' } },
  { alert: 'InitlintFlooded', fires: { [failures('slow')]: '0+9x60' }, quiet: { [failures('overload')]: '0+9x60' } },
  {
    alert: 'InitlintEventLoopSlow',
    fires: { ...one, [`nodejs_eventloop_lag_p99_seconds{${labels},pod="a"}`]: '0.3x60' },
    // The event loop of another program does not count.
    quiet: {
      ...one,
      [`nodejs_eventloop_lag_p99_seconds{${labels},pod="a"}`]: '0.01x60',
      'nodejs_eventloop_lag_p99_seconds{namespace="shop",pod="z"}': '3x60',
    },
  },
  {
    alert: 'InitlintSlow',
    fires: { [bucket('0.5')]: '0+90x60', [bucket('1')]: '0+100x60', [bucket('+Inf')]: '0+100x60' },
    quiet: { [bucket('0.01')]: '0+995x60', [bucket('1')]: '0+1000x60', [bucket('+Inf')]: '0+1000x60' },
  },
  {
    alert: 'InitlintRegistryDown',
    fires: { [`initlint_registry_up{${labels},pod="a",registry="docker.io"}`]: '0x60' },
    quiet: {
      [`initlint_registry_up{${labels},pod="a",registry="docker.io"}`]: '0x60',
      [`initlint_registry_up{${labels},pod="b",registry="docker.io"}`]: '1x60',
    },
  },
]
