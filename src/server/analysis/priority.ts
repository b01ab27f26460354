import { getPriority, platform, setPriority } from 'node:os'

/** Niceness added to worker threads: with as much to do, the event loop gets three times the CPU time of one (sched(7), sched_prio_to_weight). */
const niceness = 5
/** The largest niceness (setpriority(2)). */
const lowest = 19

/**
 * Lets the thread give way to the event loop, which answers everyone, where both want the same CPU. On Linux, the niceness is that of the
 * thread that calls (setpriority(2), "C library/kernel differences"); elsewhere, it would be that of the process.
 */
export function giveWay(): void {
  if (platform() !== 'linux') return
  try {
    setPriority(Math.min(getPriority() + niceness, lowest))
  } catch {
    // A seccomp profile may forbid it. Then the threads are equal.
  }
}
