/**
 * Measures how the server holds up, with the settings of the Deployment.
 *
 *   node test/reliability/run.ts [--only soak|neighbor|burst|connections|fuzz]... [--write]
 *     [--reviews 1000000] [--first 100000] [--ratio 1.05] [--seconds 30] [--executions 3000] [--connections 100000]
 *
 * `soak`: many reviews, and the memory after them as a ratio of that after the first ones. `neighbor`: an ordinary client next to 20
 * connections with the worst scripts. `burst`: more reviews at once than the server takes. `connections`: connections that end in all ways,
 * and what stays of them. `fuzz`: the fuzzer on each target.
 * `--write` stores the figures, which `npm run generate` turns into docs/reliability.md. The exit code is 1 if the memory grew more than
 * `--ratio`, a review was lost, or an input failed; times are printed and not judged.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { burst } from './burst.ts'
import { connections } from './connections.ts'
import { type Figures, type FuzzFigure, writeFigure } from './figures.ts'
import { neighbor } from './neighbor.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
    reviews: { type: 'string', default: '1000000' },
    first: { type: 'string', default: '100000' },
    ratio: { type: 'string', default: '1.05' },
    seconds: { type: 'string', default: '30' },
    executions: { type: 'string', default: '3000' },
    connections: { type: 'string', default: '100000' },
  },
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** @returns whether the run was good */
type Run = () => Promise<boolean>

function keep<Name extends keyof Figures>(name: Name, result: NonNullable<Figures[Name]>['result']): void {
  if (values.write) writeFigure(name, result)
}

const runs: Readonly<Record<keyof Figures, Run>> = {
  soak: async () => {
    const result = await soak({ reviews: Number(values.reviews), first: Number(values.first), print })
    const ratio = result.residentLast / result.residentFirst
    print(
      `soak: ${result.residentFirst.toFixed(1)} MiB after ${result.first} reviews, ${result.residentLast.toFixed(1)} MiB after ${result.reviews}: ${ratio.toFixed(3)} times (limit ${values.ratio}); ${result.failed} failed, ${result.perSecond.toFixed(0)} per second`,
    )
    keep('soak', result)
    return ratio <= Number(values.ratio) && result.failed === 0
  },
  neighbor: async () => {
    const result = await neighbor(Number(values.seconds))
    print(`neighbor: ${JSON.stringify(result)}`)
    keep('neighbor', result)
    return result.missed === 0
  },
  burst: async () => {
    const result = await burst()
    print(`burst: ${JSON.stringify(result)}`)
    keep('burst', result)
    return result.lost === 0 && result.probesFailed === 0
  },
  connections: async () => {
    const count = Number(values.connections)
    const result = await connections({ count, first: Math.floor(count / 5) })
    print(`connections: ${JSON.stringify(result)}`)
    keep('connections', result)
    const { openBefore, openAfter, complete, answered, inFlight, reviewAfter } = result
    const leftOpen = Object.entries(openAfter).some(([port, open]) => open > (openBefore[port] ?? 0))
    const grew = result.residentLast > Number(values.ratio) * result.residentFirst
    return !leftOpen && !grew && answered === complete && inFlight === 0 && reviewAfter === 200
  },
  fuzz: async () => {
    const program = join(import.meta.dirname, '../fuzz/run.ts')
    const output = execFileSync(process.execPath, [program, '--executions', values.executions], { encoding: 'utf8' })
    print(output.trim())
    const found = output.matchAll(/^(\w+): (\d+) executions, (\d+) inputs kept, (\d+) blocks reached$/gm)
    keep(
      'fuzz',
      [...found].map(
        ([, target = '', executions, inputs, blocks]): FuzzFigure => ({
          target,
          executions: Number(executions),
          inputs: Number(inputs),
          blocks: Number(blocks),
        }),
      ),
    )
    return true
  },
}

for (const name of (values.only ?? ['burst', 'neighbor', 'connections', 'fuzz', 'soak']) as (keyof Figures)[]) {
  const run = runs[name]
  if (run === undefined) throw new Error(`no run ${name}; there are ${Object.keys(runs).join(', ')}`)
  if (!(await run())) process.exitCode = 1
}
