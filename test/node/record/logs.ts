/** The logs of containers, as files on the node: the API server of the tests has no access to the kubelet. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asArray, at, isObject, type JsonObject } from '../../../src/model/json.ts'
import type { RecordedLog } from './recording.ts'

/** At most this much of a log, from its end: what `kubectl logs --tail` shows of a failure. */
const logLimits = { lines: 30, characters: 3000 }

/** Adds the logs of containers that have ended since the last call. @param folder the logs of the pod on the node @param now seconds since its creation */
export function takeLogs(folder: string, logs: RecordedLog[], now: number, object: JsonObject): void {
  for (const list of ['initContainerStatuses', 'containerStatuses']) {
    for (const status of asArray(at(object, 'status', list)).filter(isObject)) {
      const container = String(status.name)
      const restart = Number(status.restartCount)
      const hasEnded = isObject(at(status, 'state', 'terminated')) || isObject(at(status, 'lastState', 'terminated'))
      const isRunning = isObject(at(status, 'state', 'running'))
      const execution = isRunning ? restart - 1 : restart
      if (!hasEnded || logs.some((log) => log.container === container && log.restart === execution)) continue
      const text = readLog(join(folder, container, `${execution}.log`))
      if (text !== null && text !== '') logs.push({ at: now, container, restart: execution, text })
    }
  }
}

/** Removes what the container runtime adds to each line: time, stream, and whether the line is complete (CRI log format). */
function readLog(path: string): string | null {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .slice(-logLimits.lines - 1)
    return lines
      .map((line) => line.replace(/^\S+ (?:stdout|stderr) [FP] /, ''))
      .join('\n')
      .slice(-logLimits.characters)
  } catch {
    return null
  }
}
