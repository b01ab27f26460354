/** Reads and validates scenarios. */
import { asArray, isObject, type JsonObject, member } from '../../model/json.ts'
import { readAction } from './read-action.ts'
import { readBehavior } from './read-behavior.ts'
import { noteUnknownKeys, objectAt, quoted, type Reader, readSeconds, readText } from './reader.ts'
import { type Action, defaultCrashLoopMaxSeconds, type ImageFacts, type MissingObject, type Scenario } from './scenario.ts'

/** A scenario, or its problems as sentences; `notes` are about ignored input, such as misspelled keys. */
export type ReadScenario =
  | { readonly ok: true; readonly scenario: Scenario; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problem: string }

/** At most this many problems, and as many notes, are reported; more are not helpful. */
const maximumProblems = 10

/** Bounds the time that an untrusted scenario can cost. */
const maximumActions = 1000

const knownKeys = ['kubelet', 'images', 'registries', 'containers', 'missing', 'secrets', 'runtime', 'actions']

/**
 * Reads a scenario. All parts are optional; `happyScenario` provides the defaults.
 * @param value parsed JSON or YAML, untrusted
 */
export function readScenario(value: unknown): ReadScenario {
  const problems: string[] = []
  const notes: string[] = []
  const reader: Reader = {
    problem: (sentence) => void problems.push(sentence),
    note: (sentence) => {
      if (notes.length < maximumProblems) notes.push(sentence)
    },
  }
  if (!isObject(value)) {
    return {
      ok: false,
      problem: 'The scenario is not an object. Write an object with keys such as "images", "registries" and "containers".',
    }
  }
  noteUnknownKeys(reader, value, knownKeys, '')
  noteUnknownKeys(reader, member(value, 'runtime'), ['imageVolumes', 'shortNames'], 'runtime')
  const scenario: Scenario = {
    kubelet: readKubelet(reader, objectAt(reader, value, 'kubelet')),
    images: readMap(reader, value, 'images', (image, where) => readImage(reader, image, where)),
    registries: readMap(reader, value, 'registries', (state, where) => readRegistry(reader, state, where)),
    containers: readMap(reader, value, 'containers', (container, where) => readBehavior(reader, container, where)),
    missing: arrayAt(reader, value, 'missing').flatMap((item, index) => readMissing(reader, item, `missing[${index}]`) ?? []),
    secrets: readMap(reader, value, 'secrets', (host, where) => readText(reader, host, where, 'a registry host')),
    runtime: { imageVolumes: member(member(value, 'runtime'), 'imageVolumes') !== false, shortNames: readShortNames(reader, value) },
    actions: readActions(reader, value),
  }
  return problems.length > 0 ? { ok: false, problem: problems.slice(0, maximumProblems).join(' ') } : { ok: true, scenario, notes }
}

function readShortNames(reader: Reader, value: JsonObject): Scenario['runtime']['shortNames'] {
  const shortNames = member(member(value, 'runtime'), 'shortNames')
  if (shortNames !== undefined && shortNames !== 'resolved' && shortNames !== 'ambiguous')
    reader.problem('runtime.shortNames is not "resolved" or "ambiguous".')
  return shortNames === 'ambiguous' ? shortNames : 'resolved'
}

function arrayAt(reader: Reader, parent: JsonObject, key: string): readonly unknown[] {
  const value = member(parent, key)
  if (value !== undefined && value !== null && !Array.isArray(value)) reader.problem(`${key} is not a list.`)
  return asArray(value)
}

function readMap<Value>(
  reader: Reader,
  parent: JsonObject,
  key: string,
  read: (value: unknown, where: string) => Value | undefined,
): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>()
  for (const [name, value] of Object.entries(objectAt(reader, parent, key))) {
    const item = read(value, `${key}[${quoted(name)}]`)
    if (item !== undefined) map.set(name, item)
  }
  return map
}

function readActions(reader: Reader, parent: JsonObject): readonly Action[] {
  const actions = arrayAt(reader, parent, 'actions')
  if (actions.length > maximumActions) reader.problem(`actions has ${actions.length} entries. Write at most ${maximumActions}.`)
  return actions.slice(0, maximumActions).flatMap((item, index) => readAction(reader, item, `actions[${index}]`) ?? [])
}

function readKubelet(reader: Reader, kubelet: JsonObject): Scenario['kubelet'] {
  noteUnknownKeys(reader, kubelet, ['crashLoopMaxSeconds', 'featureGates', 'kubernetes'], 'kubelet')
  const featureGates = new Map<string, boolean>()
  for (const [gate, value] of Object.entries(objectAt(reader, kubelet, 'featureGates'))) {
    if (typeof value === 'boolean') featureGates.set(gate, value)
    else reader.problem(`kubelet.featureGates[${quoted(gate)}] is not true or false.`)
  }
  const seconds = readSeconds(reader, member(kubelet, 'crashLoopMaxSeconds'), 'kubelet.crashLoopMaxSeconds', defaultCrashLoopMaxSeconds)
  // KubeletConfiguration allows 1 to 300 seconds (pkg/kubelet/apis/config/validation).
  if (seconds < 1 || seconds > defaultCrashLoopMaxSeconds)
    reader.problem('kubelet.crashLoopMaxSeconds is not between 1 and 300, the range that the kubelet accepts.')
  const { kubernetes } = kubelet
  const isMinor = typeof kubernetes === 'string' && /^1\.\d{1,4}$/.test(kubernetes)
  if (kubernetes !== undefined && !isMinor) reader.problem('kubelet.kubernetes is not a minor version. Write "1.37", for example.')
  return { crashLoopMaxSeconds: seconds, featureGates, ...(isMinor && { kubernetes }) }
}

function readImage(reader: Reader, image: unknown, where: string): ImageFacts | undefined {
  if (!isObject(image)) {
    reader.problem(`${where} is not an object. Write {"cached": true or false, "pullable": true, false or "unauthorized"}.`)
    return undefined
  }
  noteUnknownKeys(reader, image, ['cached', 'pullable', 'why', 'cachedBy', 'user'], where)
  const [cached, pullable, user] = [member(image, 'cached') ?? false, member(image, 'pullable') ?? true, member(image, 'user')]
  const [why, cachedBy] = [member(image, 'why'), member(image, 'cachedBy')]
  if (typeof cached !== 'boolean') reader.problem(`${where}.cached is not true or false.`)
  if (typeof pullable !== 'boolean' && pullable !== 'unauthorized')
    reader.problem(`${where}.pullable is not true, false or "unauthorized".`)
  return {
    cached: cached === true,
    pullable: pullable === 'unauthorized' ? pullable : pullable === true,
    why: typeof why === 'string' ? why : null,
    cachedBy: typeof cachedBy === 'string' ? cachedBy : 'preloaded',
    user: typeof user === 'number' ? user : null,
  }
}

function readRegistry(reader: Reader, state: unknown, where: string): 'up' | 'down' | undefined {
  if (state === 'up' || state === 'down') return state
  reader.problem(`${where} is not "up" or "down".`)
  return undefined
}

const missingKinds = ['configMap', 'secret', 'hostPath', 'runtimeHandler'] as const
const usages = ['env', 'volume', 'runtimeClass', 'imagePullSecret'] as const

function readMissing(reader: Reader, item: unknown, where: string): MissingObject | undefined {
  noteUnknownKeys(reader, item, [...missingKinds, 'as'], where)
  for (const kind of missingKinds) {
    const name = member(item, kind)
    if (typeof name !== 'string') continue
    const as = member(item, 'as')
    const usage = usages.find((known) => known === as)
    if (as !== undefined && usage === undefined) reader.problem(`${where}.as is not one of ${usages.join(', ')}.`)
    return { kind, name, as: usage ?? null }
  }
  reader.problem(`${where} does not name an object. Write an object with one of the keys ${missingKinds.join(', ')}.`)
  return undefined
}
