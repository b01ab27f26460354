/** A bounded run of the fuzzer over each target, in a process of its own: its coverage would disturb that of the tests. */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { failureDirectory } from './corpus.ts'

const { NODE_V8_COVERAGE: _coverage, ...env } = process.env
const program = join(import.meta.dirname, 'run.ts')

/** Runs the fuzzer. @returns its output and exit code */
async function fuzzer(...args: readonly string[]): Promise<{ readonly output: string; readonly code: number }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env, maxBuffer: 16 * 1024 * 1024 })
    return { output: stdout, code: 0 }
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number }
    return { output: stdout + stderr, code }
  }
}

/** Executions per target, as many as take about half a minute. */
const executions = { references: 4000, bodies: 2000, policies: 1500, scripts: 500, manifests: 700, equivalents: 60 }

for (const [target, count] of Object.entries(executions)) {
  t.test(`${target}: ${count} inputs violate no property`, async (t) => {
    const { output, code } = await fuzzer('--target', target, '--executions', String(count))
    t.equal(code, 0, output)
    t.match(output, new RegExp(`^${target}: ${count} executions, [1-9]\\d* inputs kept, [1-9]\\d\\d+ blocks reached$`, 'm'))
  })
}

t.test('a planted fault is found, written to a file, and found again when the file is replayed', async (t) => {
  t.after(() => rmSync(join(failureDirectory, 'planted'), { recursive: true, force: true }))
  const { output, code } = await fuzzer('--target', 'planted', '--executions', '20000')
  t.equal(code, 1)
  t.match(output, /^FAILED planted: the planted fault$/m)
  const file = /--replay (\S+)$/m.exec(output)?.[1] ?? ''
  const replayed = await fuzzer('--target', 'planted', '--replay', file)
  t.equal(replayed.code, 1)
  t.match(replayed.output, /the planted fault/)
})

t.test('an unknown target is an error that names the targets', async (t) => {
  const { output, code } = await fuzzer('--target', 'nothing')
  t.equal(code, 1)
  t.match(output, /no target nothing; there are bodies, references/)
})
