/** Converts scenarios to JSON, and exports the reader for the same format. */
import type { Action, Change, ContainerBehavior, ImageFacts, MissingObject, ProbeRun, Run, Scenario, When } from './scenario.ts'

export { type ReadScenario, readScenario } from './read-scenario.ts'

/** A scenario as plain data, in the format that `readScenario` reads. */
export function scenarioJson(scenario: Scenario): Record<string, unknown> {
  const { kubelet, images, registries, containers, missing, secrets, runtime, actions } = scenario
  return {
    kubelet: {
      crashLoopMaxSeconds: kubelet.crashLoopMaxSeconds,
      ...(kubelet.kubernetes !== undefined && { kubernetes: kubelet.kubernetes }),
      ...(kubelet.featureGates.size > 0 && { featureGates: record(kubelet.featureGates) }),
    },
    images: record(images, imageJson),
    registries: record(registries),
    containers: record(containers, behaviorJson),
    ...(missing.length > 0 && { missing: missing.map(missingJson) }),
    ...(secrets.size > 0 && { secrets: record(secrets) }),
    ...runtimeJson(runtime),
    actions: actions.map(actionJson),
  }
}

/** Only what differs from the default. */
function runtimeJson({ imageVolumes, shortNames }: Scenario['runtime']): object {
  const runtime = { ...(imageVolumes ? {} : { imageVolumes }), ...(shortNames === 'resolved' ? {} : { shortNames }) }
  return Object.keys(runtime).length === 0 ? {} : { runtime }
}

function record<Value>(
  map: ReadonlyMap<string | number, Value>,
  write: (value: Value) => unknown = (value) => value,
): Record<string, unknown> {
  return Object.fromEntries([...map].map(([key, value]) => [key, write(value)]))
}

function imageJson({ cached, pullable, why, cachedBy, user }: ImageFacts): unknown {
  return { cached, pullable, ...(why !== null && { why }), ...(cachedBy !== 'preloaded' && { cachedBy }), ...(user !== null && { user }) }
}

function behaviorJson({ runs, runsOfVersion, probes, onTerm }: ContainerBehavior): unknown {
  return {
    ...(runs.length > 0 && { runs: runs.map(runJson) }),
    ...(runsOfVersion.size > 0 && { runsOfVersion: record(runsOfVersion, (list) => list.map(runJson)) }),
    ...record(probes, (list) => list.map(probeRunJson)),
    ...(onTerm !== null && { onTerm }),
  }
}

function runJson({ seconds, exit, oom, startError }: Run): unknown {
  if (startError !== null) return { startError }
  if (oom) return { seconds: seconds ?? 0, oom }
  return seconds === null ? { seconds } : { seconds, exit }
}

function probeRunJson({ succeedsAfterSeconds }: ProbeRun): unknown {
  return succeedsAfterSeconds === null ? { never: true } : { succeedsAfterSeconds }
}

function missingJson({ kind, name, as }: MissingObject): unknown {
  return { [kind]: name, ...(as !== null && { as }) }
}

function actionJson({ when, change }: Action): unknown {
  return { when: whenJson(when), ...changeJson(change) }
}

function whenJson(when: When): unknown {
  if (when.kind === 'after') return { afterSeconds: when.seconds }
  const delay = when.delaySeconds > 0 && { delaySeconds: when.delaySeconds }
  if (when.kind === 'status') return { status: when.status, ...delay }
  return { container: when.container, execution: when.execution, event: when.event, ...delay }
}

function changeJson(change: Change): Record<string, unknown> {
  if (change.do === 'configmap-created') return { do: change.do, ...(change.name !== null && { configMap: change.name }) }
  if (change.do === 'secret-created') return { do: change.do, ...(change.name !== null && { secret: change.name }) }
  if (change.do === 'image-pushed' && change.version === null) return { do: change.do, image: change.image }
  return { ...change }
}
