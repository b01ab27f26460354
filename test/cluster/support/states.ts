/** States of a running initlint that a test waits for before it acts: ready, a policy in force, a line in the log. */
import { until } from '../../support/waiting.ts'
import type { Daemon } from './processes.ts'

/** GET of the ops port. */
export type Ops = (path: string) => Promise<{ readonly status: number; readonly text: string }>

/** The parts of a running initlint that the waits need. */
export interface Observed {
  readonly daemon: Daemon
  readonly ops: Ops
}

/** @param base such as `http://127.0.0.1:8080` */
export function opsOf(base: string): Ops {
  return async (path) => {
    const answer = await fetch(`${base}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
}

/** Waits until /readyz answers 200. */
export function untilReady(observed: Observed): Promise<void> {
  return withOutput([observed], 'initlint is ready', async () => (await observed.ops('/readyz')).status === 200)
}

/**
 * Waits until /metrics of all of them shows a policy as the one in force. From then on it applies to reviews.
 * @param id as `policyId` calculates it
 */
export function untilInForce(all: readonly Observed[], id: string): Promise<void> {
  return withOutput(all, `the policy ${id} is in force`, async () => {
    const metrics = await Promise.all(all.map(({ ops }) => ops('/metrics')))
    return metrics.every(({ text }) => text.includes(`initlint_policy_info{id="${id}"`))
  })
}

/** Waits until the log contains the text: lines are buffered for up to 250 ms before they are written. */
export function untilLogged({ daemon }: Pick<Observed, 'daemon'>, text: string | RegExp): Promise<void> {
  return withOutput([{ daemon }], `the log has ${text}`, () =>
    typeof text === 'string' ? daemon.output().includes(text) : text.test(daemon.output()),
  )
}

/** `until` whose error includes the logs. */
async function withOutput(all: readonly Pick<Observed, 'daemon'>[], what: string, ask: () => Promise<boolean> | boolean): Promise<void> {
  await until(what, ask, 90_000).catch((error: Error) => {
    throw new Error([error.message, ...all.map(({ daemon }) => daemon.output())].join('\n'))
  })
}
