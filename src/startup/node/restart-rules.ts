/** Whether a container restarts. Follows pkg/api/v1/pod/util.go of Kubernetes 1.36. */
import { allContainers, type ContainerSpec, type PodModel, type RestartRule } from './pod-spec.ts'

/** The first rule that matches an exit code (FindMatchingContainerRestartRule), undefined if none does. */
export function matchingRule(container: ContainerSpec, exitCode: number): RestartRule | undefined {
  return container.restartRules.find(({ operator, values }) => {
    if (operator === 'In') return values.includes(exitCode)
    return operator === 'NotIn' && !values.includes(exitCode)
  })
}

/** Whether an exit code restarts all containers of the pod (KEP-5532). */
export function restartsAll(container: ContainerSpec, exitCode: number): boolean {
  return matchingRule(container, exitCode)?.action === 'RestartAllContainers'
}

/**
 * Whether a container that exited with this code restarts (ContainerShouldRestart): decided by its rules, which apply only if the
 * container has a restartPolicy of its own, then by its restartPolicy, then by the pod's.
 */
export function shouldRestart(container: ContainerSpec, pod: PodModel, exitCode: number): boolean {
  if (container.restartPolicy !== null) {
    const action = matchingRule(container, exitCode)?.action
    if (action === 'Restart' || action === 'RestartAllContainers') return true
    if (container.restartPolicy === 'Always') return true
    if (container.restartPolicy === 'OnFailure') return exitCode !== 0
    if (container.restartPolicy === 'Never') return false
  }
  if (pod.restartPolicy === 'OnFailure') return exitCode !== 0
  return pod.restartPolicy !== 'Never'
}

/** Whether any rule of the pod could restart all its containers (AllContainersCouldRestart). */
export function allCouldRestart(pod: PodModel): boolean {
  return allContainers(pod).some(({ restartRules }) => restartRules.some(({ action }) => action === 'RestartAllContainers'))
}
