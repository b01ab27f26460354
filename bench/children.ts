import { readFileSync } from 'node:fs'

/** Clock ticks per second in /proc (USER_HZ, which is 100 on all common Linux systems). */
const ticksPerSecond = 100

/** CPU time of all child processes that have ended, ms, in steps of 10: exact only as a sum over several. NaN on systems without /proc. */
export function childrenCpuMs(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // proc(5): cutime and cstime, the 14th and 15th fields after the name in parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return ((Number(fields[13]) + Number(fields[14])) * 1000) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}
