/** What Linux tells about a running process (proc(5)). */
import { readFileSync } from 'node:fs'

/** Resident memory of a process, now or at its peak so far, MiB; NaN if the process has ended, but is not waited for yet. */
export function memoryMiB(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1024
}

/** Clock ticks per second in /proc (USER_HZ, which is 100 on all common Linux systems). */
const ticksPerSecond = 100

/** User and system time of a process with all its threads, or of one of its threads, ms. */
export function cpuMs(pid: number | undefined, thread?: number): number {
  const stat = readFileSync(`/proc/${pid}/${thread === undefined ? '' : `task/${thread}/`}stat`, 'utf8')
  // The 12th and 13th fields after the name in parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}
