/** Reads the behavior of containers from a scenario's JSON. */
import { asArray, isObject, member } from '../../model/json.ts'
import { noteUnknownKeys, type Reader, readSeconds } from './reader.ts'
import { type ContainerBehavior, killedExit, type OnTerm, type ProbeName, type ProbeRun, type Run } from './scenario.ts'

const probeNames: readonly ProbeName[] = ['startupProbe', 'livenessProbe', 'readinessProbe']

/** Reads one entry of `containers`. */
export function readBehavior(reader: Reader, value: unknown, where: string): ContainerBehavior | undefined {
  if (!isObject(value)) {
    reader.problem(`${where} is not an object. Write {"runs": [{"seconds": 2, "exit": 1}, …]}.`)
    return undefined
  }
  noteUnknownKeys(reader, value, ['runs', 'runsOfVersion', ...probeNames, 'onTerm'], where)
  const runsOfVersion = new Map<number, readonly Run[]>()
  const versions = member(value, 'runsOfVersion')
  for (const [version, runs] of Object.entries(isObject(versions) ? versions : {})) {
    if (Number.isInteger(Number(version)))
      runsOfVersion.set(Number(version), readRuns(reader, runs, `${where}.runsOfVersion["${version}"]`))
    else reader.problem(`${where}.runsOfVersion has a key that is not a version number.`)
  }
  const probes = new Map<ProbeName, readonly ProbeRun[]>()
  for (const name of probeNames) {
    const list = member(value, name)
    if (list === undefined) continue
    probes.set(
      name,
      asArray(list).map((item, index) => readProbeRun(reader, item, `${where}.${name}[${index}]`)),
    )
  }
  return {
    runs: readRuns(reader, member(value, 'runs'), `${where}.runs`),
    runsOfVersion,
    probes,
    onTerm: readOnTerm(reader, member(value, 'onTerm'), where),
  }
}

function readRuns(reader: Reader, value: unknown, where: string): readonly Run[] {
  if (value !== undefined && !Array.isArray(value))
    reader.problem(`${where} is not a list. Write one entry per execution; the last one repeats.`)
  return asArray(value).map((item, index) => readRun(reader, item, `${where}[${index}]`))
}

function readRun(reader: Reader, value: unknown, where: string): Run {
  noteUnknownKeys(reader, value, ['seconds', 'exit', 'oom', 'startError'], where)
  const startError = member(value, 'startError')
  const oom = member(value, 'oom') === true
  const seconds = member(value, 'seconds')
  const exit = member(value, 'exit') ?? 0
  if (!isObject(value)) reader.problem(`${where} is not an object. Write {"seconds": 2, "exit": 1}, or {"seconds": null} to run forever.`)
  if (typeof exit !== 'number' || !Number.isInteger(exit) || exit < 0 || exit > 255)
    reader.problem(`${where}.exit is not an exit code, 0 to 255.`)
  return {
    seconds: seconds === null ? null : readSeconds(reader, seconds, `${where}.seconds`, 0),
    exit: oom ? killedExit : Number(exit),
    oom,
    startError: typeof startError === 'string' ? startError : null,
  }
}

function readProbeRun(reader: Reader, value: unknown, where: string): ProbeRun {
  noteUnknownKeys(reader, value, ['succeedsAfterSeconds', 'never'], where)
  if (member(value, 'never') === true) return { succeedsAfterSeconds: null }
  return { succeedsAfterSeconds: readSeconds(reader, member(value, 'succeedsAfterSeconds'), `${where}.succeedsAfterSeconds`, 0) }
}

function readOnTerm(reader: Reader, value: unknown, where: string): OnTerm | null {
  if (value === undefined || value === null) return null
  noteUnknownKeys(reader, value, ['exit', 'withinSeconds'], `${where}.onTerm`)
  const exit = member(value, 'exit') ?? 0
  if (typeof exit !== 'number') reader.problem(`${where}.onTerm.exit is not an exit code, 0 to 255.`)
  return { exit: Number(exit), withinSeconds: readSeconds(reader, member(value, 'withinSeconds'), `${where}.onTerm.withinSeconds`, 0) }
}
