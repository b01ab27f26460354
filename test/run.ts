/**
 * Runs the tests in one process per room (a folder of test/ or src/), as many at a time as there are processors:
 *
 *   node test/run.ts [--slow | --all] [FILE...]
 *
 * Without options: everything except `*.slow.test.ts`, test/cluster, test/node, test/package and test/browser. Prints a line for each room, then every failure in full,
 * then tap's count of assertions. To run a single file, use tap: `npx tap --disable-coverage FILE`.
 */
import { spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Counts, countsLine, noCounts, readTap, type TapResult } from './support/tap-output.ts'

/** Time limits of a room on a busy machine: after the first, tap names the test that hangs; after the second, the process is killed. */
const roomSeconds = { tap: 900, process: 960 }

const { values, positionals } = parseArgs({
  options: { slow: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
  allowPositionals: true,
})

/** A folder and its files. */
interface Room {
  readonly name: string
  readonly files: readonly string[]
}

/** The files to run. */
function testFiles(): readonly string[] {
  if (positionals.length > 0) return positionals
  const files = globSync('{src,test}/**/*.test.ts', { exclude: ['test/{cluster,node,package,browser}/**'] }).sort()
  return values.all ? files : files.filter((file) => file.endsWith('.slow.test.ts') === values.slow)
}

/** The rooms, the one with the most source text first because it takes longest. */
function roomsOf(files: readonly string[]): readonly Room[] {
  const rooms = Map.groupBy(files, (file) => file.split('/').slice(0, -1).slice(0, 2).join('/'))
  const size = ({ files }: Room) => files.reduce((sum, file) => sum + statSync(file).size, 0)
  return [...rooms].map(([name, files]) => ({ name, files })).sort((a, b) => size(b) - size(a))
}

/** Runs a room. Its standard error is passed on: tests print nothing there. */
function run({ name, files }: Room): Promise<TapResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'support/room.ts'), name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ROOM_FILES: files.join('\n'), TAP_TIMEOUT: String(roomSeconds.tap) },
    timeout: roomSeconds.process * 1000,
    killSignal: 'SIGKILL',
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  return new Promise((settle, reject) => {
    child.once('error', reject).once('close', (code, signal) => settle(readTap(output, files, signal ?? code ?? 1)))
  })
}

const waiting = [...roomsOf(testFiles())]
const counts = noCounts()
const failures: string[] = []

async function work(): Promise<void> {
  for (let room = waiting.shift(); room !== undefined; room = waiting.shift()) {
    const result = await run(room)
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += result.counts[key]
    failures.push(...result.failures)
    const { name, files } = room
    process.stdout.write(
      `${result.failures.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${result.counts.total} assertions in ${files.length} files\n`,
    )
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work))
if (failures.length > 0) process.stdout.write(`\n# Failures\n${failures.join('\n\n')}\n\n`)
process.stdout.write(`${countsLine(counts)}\n`)
if (failures.length > 0 || counts.total === 0) process.exitCode = 1
