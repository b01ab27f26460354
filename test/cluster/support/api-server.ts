/** Kills the API server of a control plane, and restarts it with the same etcd, port and certificates. */

import { until } from '../../support/waiting.ts'
import type { Cleanup, ControlPlane } from './control-plane.ts'
import { type Daemon, run, startDaemon } from './processes.ts'

export interface ApiServer {
  /** As if its machine failed. */
  kill(): Promise<void>
  /** Resolves when it answers. */
  restart(): Promise<void>
}

/** Takes over the API server that the control plane has started. */
export async function apiServerOf(t: Cleanup, controlPlane: ControlPlane): Promise<ApiServer> {
  const { config } = controlPlane
  const { pid, command } = await findProcess(`--secure-port=${config.apiServerPort}`)
  let daemon: Daemon | undefined
  // After SIGTERM it would wait up to a minute for watches to end.
  t.teardown(async () => daemon?.stop('SIGKILL'))
  return {
    kill: async () => {
      if (daemon !== undefined) await daemon.stop('SIGKILL')
      else process.kill(pid, 'SIGKILL')
      daemon = undefined
      await until('the API server is gone', async () => !(await isReady(controlPlane)))
    },
    restart: async () => {
      const [program = '', ...args] = command
      daemon = startDaemon(program, args)
      await until('the API server is back', () => isReady(controlPlane))
    },
  }
}

/** The API server whose command line contains an argument. */
async function findProcess(argument: string): Promise<{ readonly pid: number; readonly command: readonly string[] }> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=', '-o', 'args='])
  const line = stdout.split('\n').find((each) => each.includes('kube-apiserver') && each.includes(argument))
  const [pid = '', ...command] = line?.trim().split(/\s+/) ?? []
  if (command.length === 0) throw new Error(`no process with ${argument}`)
  return { pid: Number(pid), command }
}

async function isReady({ kubectl }: ControlPlane): Promise<boolean> {
  return (await kubectl(['get', '--raw', '/readyz', '--request-timeout=2s'])).stdout === 'ok'
}
