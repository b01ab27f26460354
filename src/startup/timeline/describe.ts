/** Timelines as English sentences, for the text output and the descriptions of pictures. */
import type { Step, StepDetail, Timeline, Verdict } from './timeline.ts'

const verdictWords: Readonly<Record<Verdict, string>> = {
  running: 'runs',
  completed: 'completes',
  failed: 'fails',
  retrying: 'keeps retrying',
  waiting: 'waits forever',
  rejected: 'is rejected by the API server',
}

/** A verdict as the rest of a sentence that starts with "The pod". */
export function verdictInWords(verdict: Verdict): string {
  return verdictWords[verdict]
}

/** Whether the pod ends up as its author intended. */
export function isGood(verdict: Verdict): boolean {
  return verdict === 'running' || verdict === 'completed'
}

const secondsPerMinute = 60
const minutesPerHour = 60

/** A time for people: `4 s`, `1 min 10 s`, `2 h 5 min`. @param seconds since the creation of the pod */
export function timeInWords(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < secondsPerMinute) return `${whole} s`
  const minutes = Math.floor(whole / secondsPerMinute)
  if (minutes < minutesPerHour) return together(minutes, 'min', whole % secondsPerMinute, 's')
  return together(Math.floor(minutes / minutesPerHour), 'h', minutes % minutesPerHour, 'min')
}

function together(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

type Describe = (name: string, detail: StepDetail, step: Step) => string

const image = ({ image: reference }: StepDetail): string => reference ?? 'its image'
const because = ({ reason }: StepDetail): string => (reason === undefined ? '' : ` (${reason})`)

const descriptions: Readonly<Record<Step['kind'], Describe>> = {
  sandbox: (_, detail) =>
    detail.outcome === 'failed' ? `the pod sandbox cannot be created${because(detail)}` : 'the pod sandbox is created',
  'sandbox-lost': () => 'the pod sandbox and all its containers are gone',
  mount: (_, detail) => `volumes cannot be mounted${because(detail)}`,
  wait: (name, { waitsFor }) => `${name} waits${waitsFor === undefined ? '' : ` for ${waitsFor}`}`,
  cached: (name, detail) => `${name}: ${image(detail)} is on the node, so its registry is not contacted`,
  pull: (name, detail) => `${name}: ${image(detail)} is ${pulled(detail)}`,
  'pull-error': (name, detail) => `${name}: ${image(detail)} is not available${because(detail)}`,
  'pull-back-off': (name, detail) => `${name} waits before it requests ${image(detail)} again`,
  'create-error': (name, detail) => `${name} cannot be created${because(detail)}`,
  'start-error': (name, detail) => `${name} cannot be started${because(detail)}`,
  run: (name, detail, step) => `${name} runs${nth(detail)}${runEnd(detail, step)}`,
  'back-off': (name) => `${name} waits before it is restarted`,
  done: (name, detail) => `${name} exited${exit(detail)}`,
  unhealthy: (name, { reason }) => `${name}: its ${reason ?? 'probe'} fails`,
  killing: (name) => `${name} is stopped`,
  'restart-all': (name) => `${name}: a restart rule restarts all containers`,
  deadline: () => 'activeDeadlineSeconds expired',
  'kubelet-down': () => 'the kubelet is down',
  world: (_, { reason, image: reference }) => changeInWords(reason ?? '', reference),
  pod: (_, { attempt }) => `the Job creates pod ${attempt ?? 1}`,
}

const changes: ReadonlyMap<string, string> = new Map([
  ['node-reboot', 'the node reboots'],
  ['sandbox-lost', 'the pod sandbox is lost'],
  ['kubelet-stopped', 'the kubelet stops'],
  ['kubelet-started', 'the kubelet starts'],
  ['registry-up', 'the registry is up again'],
  ['registry-down', 'the registry goes down'],
  ['image-pushed', 'a new image is pushed under the same tag'],
  ['image-cached', 'the image is loaded onto the node'],
  ['image-evicted', 'the image is removed from the node'],
  ['container-killed', 'a container is killed'],
  ['pod-patched', 'the pod is patched'],
  ['configmap-created', 'the ConfigMap is created'],
  ['secret-created', 'the Secret is created'],
])

function changeInWords(change: string, image: string | undefined): string {
  const words = changes.get(change) ?? change
  return image === undefined ? words : `${words}: ${image}`
}

/**
 * A step as a sentence without its period.
 * @param seen the moment up to which the step is known; omitted for the complete step
 */
export function describeStep(step: Step, seen = Number.POSITIVE_INFINITY): string {
  const known = step.until === null || step.until <= seen ? step : { ...step, until: step.at, detail: unfinished(step.detail) }
  return descriptions[step.kind](step.lane ?? 'the pod', known.detail, known)
}

/** The details of a step that are known before it ends. */
function unfinished({ image: reference, attempt, version, waitsFor }: StepDetail): StepDetail {
  return {
    image: reference,
    attempt,
    version,
    waitsFor,
  }
}

function pulled({ outcome, reason, downloaded }: StepDetail): string {
  if (outcome === 'ok')
    return downloaded === true ? 'downloaded from its registry' : 'requested from its registry; the copy on the node is up to date'
  return `requested from its registry${outcome === 'failed' ? `: failed${reason === undefined ? '' : ` (${reason})`}` : ''}`
}

function nth({ attempt, version }: StepDetail): string {
  const time = attempt === undefined || attempt === 1 ? '' : ` for the ${ordinal(attempt)} time`
  return version === undefined || version === 1 ? time : `${time} with version ${version} of its image`
}

function ordinal(number: number): string {
  const lastTwo = number % 100
  if (lastTwo >= 11 && lastTwo <= 13) return `${number}th`
  return `${number}${['th', 'st', 'nd', 'rd'][number % 10] ?? 'th'}`
}

function runEnd(detail: StepDetail, { until }: Step): string {
  if (until === null) return ''
  if (detail.reason !== undefined && detail.reason !== 'Completed' && detail.reason !== 'Error') return `: ${detail.reason}`
  return detail.exitCode === undefined ? '' : ` and exits with code ${detail.exitCode}`
}

function exit({ exitCode }: StepDetail): string {
  return exitCode === undefined ? '' : ` with code ${exitCode}`
}

/** The outcome of a timeline in one sentence: the verdict and what kubectl shows at the end. */
export function describeEnd(timeline: Timeline): string {
  if (timeline.rejection !== null) {
    return timeline.rejectsOnlyPods
      ? `The API server stores it, but rejects each of its pods (FailedCreate): ${timeline.rejection}`
      : `The API server rejects it: ${timeline.rejection}`
  }
  const shown = endStatuses(timeline).join(' and ')
  return `The pod ${verdictInWords(timeline.verdict)}; kubectl shows ${shown}, READY ${timeline.ready ?? '0/0'}.`
}

/**
 * The statuses that kubectl shows at the end: one, or the last two if the timeline ends in a loop. Empty if the API server rejects the
 * pod.
 */
export function endStatuses({ statuses, rawStatuses }: Timeline): readonly string[] {
  if (statuses.at(-1) !== '...') return rawStatuses.slice(-1)
  return statuses.filter((status) => status !== '...').slice(-2)
}

const severities: readonly Verdict[] = ['running', 'completed', 'waiting', 'retrying', 'failed', 'rejected']

/** How bad a verdict is: 0 is good, higher is worse. */
export function severityOf(verdict: Verdict): number {
  return isGood(verdict) ? 0 : severities.indexOf(verdict)
}
