/** Really runs the catalogue's interruptions: a first run that is killed or fails, the script again, and an undisturbed run for comparison. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Interruption, interruptions, killMark } from '../script/examples/interruptions.ts'
import { type Circumstances, ExampleSandbox, otherUser } from './example-sandbox.ts'
import type { ExampleResults } from './examples.ts'
import { type Common, find, type ShellKind } from './shells.ts'
import { firstDifference } from './snapshot.ts'
import { serve, type WebServer } from './web.ts'

/** Maximum number of attempts: a kill that waits for a path may come too late. */
const maxAttempts = 20
/** Maximum wait for a path, in milliseconds. */
const timeLimit = 10_000

/** Makes git wait for its remote after it created the folder. */
const waitingRemote = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'remote.origin.uploadpack',
  GIT_CONFIG_VALUE_0: 'sleep 30; git-upload-pack',
}

interface Servers {
  readonly complete: WebServer
  readonly stalling: WebServer
  readonly breaking: WebServer
  readonly missing: WebServer
}

/** Runs every interruption with BusyBox and with bash. */
export async function runInterruptions(common: Common): Promise<ExampleResults> {
  const sandbox = new ExampleSandbox(common, 'interruptions')
  const files = { 'half.bin': Buffer.alloc(1 << 20, 'x'), 'half.tar': archive(sandbox) }
  const servers: Servers = {
    complete: await serve(files),
    stalling: await serve(files, 'stalls'),
    breaking: await serve(files, 'breaks'),
    missing: await serve(files, 'misses'),
  }
  const results = { passed: 0, failed: [] as string[], skipped: [] as string[] }
  const other = mkdtempSync(join(tmpdir(), 'oracle-other-'))
  const hasTwo = statSync(other).dev !== statSync(sandbox.folder).dev
  try {
    for (const shell of common.shells) {
      for (const interruption of interruptions) {
        if (interruption.onlyGnu === true && shell.userland === 'busybox') continue
        const name = `${shell.name}: ${interruption.failure ?? 'killed'}: ${interruption.script}`
        if (interruption.script.includes('$OTHER') && !hasTwo) {
          results.skipped.push(`${name}: a second file system is missing`)
          continue
        }
        const found = await secondRun(interruption, shell, sandbox, servers, other)
        const wanted = interruption.run2
        if (found === null) results.skipped.push(`${name}: a command is missing`)
        else if (found.status === wanted.status && found.complete === wanted.complete) results.passed++
        else results.failed.push(`${name}: exit ${found.status}, ${found.complete ? 'complete' : 'incomplete'}`)
      }
    }
  } finally {
    await Promise.all(Object.values(servers).map((server: WebServer) => server.close()))
    rmSync(other, { recursive: true, force: true })
  }
  return results
}

/** An archive of several files, so that half of the archive contains half of them. */
function archive(sandbox: ExampleSandbox): Buffer {
  const script = 'mkdir s; for i in 1 2 3 4 5 6 7 8; do head -c 20000 /dev/zero > s/$i; done; tar cf half.tar s'
  spawnSync('/bin/sh', ['-c', script], { cwd: sandbox.folder })
  return readFileSync(join(sandbox.folder, 'half.tar'))
}

/** @returns null if a command is missing */
async function secondRun(
  { setup, script, killedAt, failure, user }: Interruption,
  shell: ShellKind,
  sandbox: ExampleSandbox,
  { complete, stalling, breaking, missing }: Servers,
  other: string,
): Promise<Interruption['run2'] | null> {
  const how: Circumstances = { wrapper: user === 'other' ? otherUser : [], environment: { OTHER: other } }
  if (user === 'other' && ['initdb', ...otherUser.slice(0, 1)].some((program) => find(program) === undefined)) return null
  const prepare = () => {
    sandbox.clear()
    return sandbox.run(setup, shell, { environment: { OTHER: other } }) === 0
  }
  const seen = () => (user === 'other' ? kinds(sandbox.content()) : sandbox.content())
  const undisturbed = script.replaceAll(killMark, '').replaceAll('http://example.org', complete.address)
  if (!prepare() || sandbox.run(undisturbed, shell, how) !== 0) return null
  const wanted = seen()
  const server = failure === undefined ? stalling : failure === 'broken' ? breaking : missing
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    prepare()
    const disturbed = script.replaceAll(killMark, 'kill -9 0; ').replaceAll('http://example.org', server.address)
    if (killedAt === undefined) sandbox.run(disturbed, shell, how)
    else await killed(disturbed, shell, join(sandbox.folder, killedAt), sandbox, how)
    // The kill came too late: the script was already done.
    if (firstDifference(wanted, seen()) === undefined) continue
    const status = sandbox.run(undisturbed, shell, how)
    return { status, complete: firstDifference(wanted, seen()) === undefined }
  }
  return { status: -1, complete: true }
}

/** Runs a script until a path exists, then kills it with all its processes. */
async function killed(script: string, shell: ShellKind, path: string, sandbox: ExampleSandbox, how: Circumstances): Promise<void> {
  const command = sandbox.command(script, shell, { ...how, environment: { ...how.environment, ...waitingRemote } })
  const child = spawn(command.program, command.arguments, { ...command.options, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const until = Date.now() + timeLimit
  while (!holdsSomething(path) && Date.now() < until) {
    // Polls without a timer, to react as soon as possible.
  }
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // The process already ended.
  }
  await ended
}

function holdsSomething(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return false
  return found.isDirectory() ? readdirSync(path).length > 0 : found.size > 0
}

/** The kind of each path. */
function kinds(content: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...content].map(([path, what]) => [path, what.split(' ', 1)[0] ?? '']))
}
