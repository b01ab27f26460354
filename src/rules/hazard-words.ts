/** What the rules about rehearsals say of a hazard. */
import type { ContainerHazard } from '../script/container-rehearsal.ts'
import { shownPath } from '../script/fixes.ts'
import { storageWords } from './init-scripts.ts'

/** What was left behind, where, and what it outlives. */
export function leftBehind({ path, mountPath, storage, rerun }: ContainerHazard): {
  readonly path: string
  readonly place: string
  readonly event: string
} {
  const shown = path === '' ? 'what it made' : shownPath(path)
  const place = mountPath === '' ? shown : mountPath
  return {
    path: shown,
    place: storage === 'unknown' && mountPath === '' ? place : `${place} (${storageWords[storage]})`,
    event: rerun !== 'replace' && (storage === 'pod' || storage === 'sandbox') ? 'a retry' : 'the pod',
  }
}
