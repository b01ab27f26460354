/** First runs that succeed whatever the container refuses: no run has to show that the script can succeed. */
import type { FileSystem } from '../machine/file-system.ts'
import type { Step } from '../machine/machine.ts'
import type { RecordedRun } from '../shell/replay.ts'
import type { RehearsalInput } from './input.ts'

/** Files that the kubelet or the container runtime mounts into each container (kubernetes pkg/kubelet/kubelet_pods.go, makeHostsMount). */
export const givenFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']

/** The programs that a container refuses to run on some files (shell/refusals.ts). */
const refused = /\b(?:mkdir|chown|chgrp|chmod)\b/

/**
 * Whether a first run that succeeded would have succeeded with all that the container refuses, too, and with the files that it gives: it
 * ran no command that may be refused, and read none of those files.
 * @param files what the run left
 * @param recorded its units; undefined if it has only one
 */
export function isPlainSuccess(
  input: RehearsalInput,
  files: FileSystem,
  trace: readonly Step[],
  recorded: RecordedRun | undefined,
): boolean {
  if (input.isArguments === true || input.isRootReadOnly === true || recorded === undefined) return false
  const refuses = input.user?.cannotChown !== undefined || files.mounts.some(({ storage }) => storage === 'read-only')
  if (refuses && trace.some(({ command }) => refused.test(command))) return false
  for (const [unit, changes] of recorded.changes.entries()) {
    if (changes === undefined) continue
    const footprint = recorded.units[unit]?.footprint
    if (footprint === undefined || footprint.concernsAny(givenFiles)) return false
  }
  return true
}
