/** The catalogue's interruptions, really made: a first run that is killed, the script again, and beside it a run that nobody disturbs. */
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

/** A kill that waits for a path may come too late. */
const maxTries = 20
/** Longest wait for a path, in milliseconds. */
const timeLimit = 10_000

/** git waits for its remote, with the folder made. */
const heldUp = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'remote.origin.uploadpack', GIT_CONFIG_VALUE_0: 'sleep 30; git-upload-pack' }

interface Servers {
  readonly whole: WebServer
  readonly half: WebServer
}

/** Runs every interruption with BusyBox and with bash. */
export async function runInterruptions(common: Common): Promise<ExampleResults> {
  const sandbox = new ExampleSandbox(common, 'interruptions')
  const files = { 'half.bin': Buffer.alloc(1 << 20, 'x'), 'half.tar': archive(sandbox) }
  const servers: Servers = { whole: await serve(files), half: await serve(files, true) }
  const results = { passed: 0, failed: [] as string[], leftOut: [] as string[] }
  const other = mkdtempSync(join(tmpdir(), 'oracle-other-'))
  const hasTwo = statSync(other).dev !== statSync(sandbox.folder).dev
  try {
    for (const shell of common.shells) {
      for (const interruption of interruptions) {
        if (interruption.onlyGnu === true && shell.userland === 'busybox') continue
        const name = `${shell.name}: ${interruption.script}`
        if (interruption.script.includes('$OTHER') && !hasTwo) {
          results.leftOut.push(`${name}: a second file system is missing`)
          continue
        }
        const found = await secondRun(interruption, shell, sandbox, servers, other)
        const wanted = interruption.run2
        if (found === null) results.leftOut.push(`${name}: a command is missing`)
        else if (found.status === wanted.status && found.whole === wanted.whole) results.passed++
        else results.failed.push(`${name}: exit ${found.status}, ${found.whole ? 'whole' : 'not whole'}`)
      }
    }
  } finally {
    await servers.whole.close()
    await servers.half.close()
    rmSync(other, { recursive: true, force: true })
  }
  return results
}

/** Files one after the other: half of the archive holds half of them. */
function archive(sandbox: ExampleSandbox): Buffer {
  const script = 'mkdir s; for i in 1 2 3 4 5 6 7 8; do head -c 20000 /dev/zero > s/$i; done; tar cf half.tar s'
  spawnSync('/bin/sh', ['-c', script], { cwd: sandbox.folder })
  return readFileSync(join(sandbox.folder, 'half.tar'))
}

/** @returns null where a command is missing */
async function secondRun(
  { setup, script, killedAt, user }: Interruption,
  shell: ShellKind,
  sandbox: ExampleSandbox,
  { whole, half }: Servers,
  other: string,
): Promise<Interruption['run2'] | null> {
  const how: Circumstances = { wrapper: user === 'other' ? otherUser : [], environment: { OTHER: other } }
  if (user === 'other' && ['initdb', ...otherUser.slice(0, 1)].some((program) => find(program) === undefined)) return null
  const prepare = () => {
    sandbox.clear()
    return sandbox.run(setup, shell, { environment: { OTHER: other } }) === 0
  }
  const seen = () => (user === 'other' ? kinds(sandbox.content()) : sandbox.content())
  const undisturbed = script.replaceAll(killMark, '').replaceAll('http://example.org', whole.address)
  if (!prepare() || sandbox.run(undisturbed, shell, how) !== 0) return null
  const wanted = seen()
  for (let tries = 0; tries < maxTries; tries++) {
    prepare()
    const disturbed = script.replaceAll(killMark, 'kill -9 0; ').replaceAll('http://example.org', half.address)
    if (killedAt === undefined) sandbox.run(disturbed, shell, how)
    else await killed(disturbed, shell, join(sandbox.folder, killedAt), sandbox, how)
    // The kill came too late: nothing was left to do.
    if (firstDifference(wanted, seen()) === undefined) continue
    const status = sandbox.run(undisturbed, shell, how)
    return { status, whole: firstDifference(wanted, seen()) === undefined }
  }
  return { status: -1, whole: true }
}

/** Runs a script until a path is there, then kills it and all that it started. */
async function killed(script: string, shell: ShellKind, path: string, sandbox: ExampleSandbox, how: Circumstances): Promise<void> {
  const command = sandbox.command(script, shell, { ...how, environment: { ...how.environment, ...heldUp } })
  const child = spawn(command.program, command.arguments, { ...command.options, stdio: 'ignore' })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const until = Date.now() + timeLimit
  while (!holdsSomething(path) && Date.now() < until) {
    // As close behind it as can be: no timer in between.
  }
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // It ended by itself.
  }
  await gone
}

function holdsSomething(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return false
  return found.isDirectory() ? readdirSync(path).length > 0 : found.size > 0
}

/** Paths and what they are. */
function kinds(content: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...content].map(([path, what]) => [path, what.split(' ', 1)[0] ?? '']))
}
