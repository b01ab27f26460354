import { until } from '../../support/waiting.ts'
import type { TestServer } from './server.ts'

/** The metrics of a server, as text. */
export async function metricsOf({ ports }: Pick<TestServer, 'ports'>): Promise<string> {
  return (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text()
}

/** Waits for a line of the metrics: a series and its value. */
export function untilMetric(server: Pick<TestServer, 'ports'>, line: string): Promise<boolean> {
  return until(line, async () => (await metricsOf(server)).includes(`\n${line}\n`))
}
