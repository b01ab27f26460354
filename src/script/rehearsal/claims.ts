/** Claims that are empty at first, and scripts that are meant for claims with data. */

import type { Mount } from '../container/storage.ts'
import type { Machine } from '../machine/machine.ts'

/** Whether a file is missing that the script would have edited, in place or by writing what it made of it. */
export function lacksEdited({ missing, trace }: Machine): boolean {
  const isWritten = (path: string) => trace.some(({ writes }) => writes.some((place) => place.kind === 'file' && place.path === path))
  return [...missing].some(([path, how]) => how === 'edited' || isWritten(path))
}

export function isEmptyClaim({ storage, filled }: Mount): boolean {
  return storage === 'claim' && filled !== true
}

export function withData(mount: Mount): Mount {
  return mount.storage === 'claim' ? { ...mount, filled: true } : mount
}
