/**
 * Whether the kubelet retries a failed init container: its restartPolicyRules come first, then its own restartPolicy, then the pod's.
 * Source: kubernetes pkg/api/v1/pod/util.go, ContainerShouldRestart; KEP-5307, KEP-5532.
 */
import type { Container } from '../../model/containers.ts'
import { asArray, at, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'

/**
 * `retried`: every failure is retried. `final`: every failure fails the pod. `some`: rules restart some exit codes, the others fail the
 * pod.
 */
export type AfterFailure = 'retried' | 'final' | 'some'

/** A plain init container whose failure can fail its pod. */
export interface FinalInit {
  readonly container: Container
  readonly after: 'final' | 'some'
  /** Whose restartPolicy is Never. */
  readonly by: 'pod' | 'container'
}

/** The plain init containers that are not retried after every failure. Sidecars always are. */
export function finalInits(workload: Workload): readonly FinalInit[] {
  const inits: FinalInit[] = []
  for (const container of workload.containers()) {
    if (container.role !== 'init') continue
    const own = member(container.raw, 'restartPolicy')
    const after = afterFailure(container, own ?? workload.restartPolicy)
    if (after === 'retried') continue
    inits.push({ container, after, by: workload.restartPolicy === 'Never' ? 'pod' : 'container' })
  }
  return inits
}

function afterFailure(container: Container, effective: unknown): AfterFailure {
  if (effective !== 'Never') return 'retried'
  // The API server rejects rules without a restartPolicy on the container itself.
  if (member(container.raw, 'restartPolicy') !== 'Never') return 'final'
  return afterRules(asArray(member(container.raw, 'restartPolicyRules')))
}

/** The order of the rules does not matter, because both actions start the container again. */
function afterRules(rules: readonly unknown[]): AfterFailure {
  let restarts = false
  const restarted = new Set<unknown>()
  const exceptions: (readonly unknown[])[] = []
  for (const rule of rules) {
    const action = member(rule, 'action')
    if (action !== 'Restart' && action !== 'RestartAllContainers') continue
    const values = asArray(at(rule, 'exitCodes', 'values'))
    const operator = at(rule, 'exitCodes', 'operator')
    if (operator === 'NotIn') exceptions.push(values)
    else if (operator === 'In') for (const value of values) restarted.add(value)
    restarts ||= operator === 'NotIn' || (operator === 'In' && values.some(isFailure))
  }
  const coversAll = exceptions.some((values) => values.every((value) => !isFailure(value) || restarted.has(value)))
  if (coversAll) return 'retried'
  return restarts ? 'some' : 'final'
}

function isFailure(exitCode: unknown): boolean {
  return exitCode !== 0
}
