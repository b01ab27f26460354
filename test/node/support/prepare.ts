/** Prepares a scenario's pod for the node: sets the node name, and commands that behave as the scenario specifies. */
import { asArray, asObject, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import {
  type ContainerBehavior,
  defaultRun,
  type OnTerm,
  type ProbeName,
  type Run,
  type Scenario,
} from '../../../src/startup/scenario/scenario.ts'

/** Where the pod's own folder on the node is mounted: one file per container, with one line per execution. */
const labFolder = '/lab'

/**
 * The object with everything that the node requires.
 * @param podFolder a folder on the node for this pod only
 */
export function prepareObject(object: JsonObject, scenario: Scenario, podFolder: string): JsonObject {
  const spec = asObject(object.spec)
  if (object.kind !== 'Job') return { ...object, spec: prepareSpec(spec, scenario, podFolder) }
  const template = asObject(spec.template)
  return { ...object, spec: { ...spec, template: { ...template, spec: prepareSpec(asObject(template.spec), scenario, podFolder) } } }
}

function prepareSpec(spec: JsonObject, scenario: Scenario, podFolder: string): JsonObject {
  const prepared = (list: unknown, isInit: boolean): readonly unknown[] =>
    asArray(list).map((item) => (isObject(item) ? prepareContainer(item, isInit, scenario) : item))
  return {
    // No scheduler and no network plugin run here.
    nodeName: 'node1',
    hostNetwork: true,
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 1,
    ...spec,
    volumes: [...asArray(spec.volumes), { name: 'lab', hostPath: { path: podFolder, type: 'Directory' } }],
    ...(spec.initContainers !== undefined && { initContainers: prepared(spec.initContainers, true) }),
    containers: prepared(spec.containers, false),
  }
}

const probeNames: readonly ProbeName[] = ['startupProbe', 'livenessProbe', 'readinessProbe']

function prepareContainer(container: JsonObject, isInit: boolean, scenario: Scenario): JsonObject {
  const name = String(container.name)
  const role = !isInit ? 'app' : container.restartPolicy === 'Always' ? 'sidecar' : 'init'
  const behavior = scenario.containers.get(name)
  const runs = behavior?.runs ?? []
  const probes = Object.fromEntries(
    probeNames
      .filter((probe) => isObject(container[probe]))
      .map((probe) => [probe, { ...asObject(container[probe]), exec: { command: ['test', '-e', `/${probe}`] } }]),
  )
  return {
    ...container,
    command: runs.some(({ startError }) => startError !== null)
      ? ['/there-is-no-such-command']
      : ['sh', '-c', script(name, behavior, defaultRun(role))],
    ...probes,
    volumeMounts: [...asArray(member(container, 'volumeMounts')), { name: 'lab', mountPath: labFolder }],
  }
}

/** A shell script that counts its executions and behaves as the scenario specifies. Without a trap, the first process ignores SIGTERM. */
function script(name: string, behavior: ContainerBehavior | undefined, otherwise: Run): string {
  const file = `${labFolder}/${name}`
  const onTerm = behavior?.onTerm ?? null
  const versions = [...(behavior?.runsOfVersion ?? [])]
  const body =
    versions.length === 0
      ? byExecution(behavior, onTerm, behavior?.runs ?? [], otherwise)
      : `case $version in ${versions.map(([version, runs]) => `${version}) ${byExecution(behavior, onTerm, runs, otherwise)};;`).join(' ')} esac`
  return [
    'version=$(cat /version)',
    `echo "$version" >> ${file}`,
    `n=$(wc -l < ${file})`,
    ...(onTerm === null ? [] : [`trap 'sleep ${onTerm.withinSeconds}; exit ${onTerm.exit}' TERM`]),
    body,
  ].join('; ')
}

function byExecution(behavior: ContainerBehavior | undefined, onTerm: OnTerm | null, runs: readonly Run[], otherwise: Run): string {
  const probes = [...(behavior?.probes ?? [])]
  const count = Math.max(1, runs.length, ...probes.map(([, list]) => list.length))
  const cases = Array.from({ length: count }, (_, index) => {
    const after = probes.flatMap(([probe, list]) => {
      const seconds = list[Math.min(index, list.length - 1)]?.succeedsAfterSeconds ?? null
      return seconds === null ? [] : [`(sleep ${seconds}; touch /${probe}) &`]
    })
    const run = runs[Math.min(index, runs.length - 1)] ?? otherwise
    return `${index === count - 1 ? '*' : index + 1}) ${[...after, action(run, onTerm)].join(' ')};;`
  })
  return `case $n in ${cases.join(' ')} esac`
}

function action({ seconds, exit, oom }: Run, onTerm: OnTerm | null): string {
  if (oom) return 'exec tail /dev/zero'
  const duration = seconds ?? 1_000_000
  // The shell runs a trap during `wait`, but not while a foreground command runs.
  const wait = onTerm === null ? `sleep ${duration}` : `sleep ${duration} & wait $!`
  return `${wait}; exit ${exit}`
}
