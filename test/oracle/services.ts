/** Services for examples: a network namespace, a PostgreSQL server. Each is local, and ends with the process that started it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Circumstances, otherUser } from './example-sandbox.ts'
import { find } from './shells.ts'

export interface Service {
  readonly how: Circumstances
  close(): Promise<void>
}

/** Ends a child process and waits for it. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

/** A network with only a loopback interface; null if this machine does not allow it. */
export async function network(observed: string): Promise<Service | null> {
  if (find('unshare') === undefined || find('nsenter') === undefined) return null
  const child = spawn('unshare', ['-n', '/bin/sh', '-c', 'echo ready; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const isReady = await new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true))
    child.once('exit', () => resolve(false))
  })
  if (!isReady) return null
  return { how: { wrapper: ['nsenter', `--net=/proc/${child.pid}/ns/net`], observed }, close: () => end(child, 'SIGKILL') }
}

/** The contents of the PostgreSQL server: its databases, its roles, and everything in the example's database. */
const dump =
  "psql -d postgres -Atc 'SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1'; pg_dump app | grep -v restrict"

/** A PostgreSQL server on its own socket; null if PostgreSQL is not installed. */
export async function postgres(folder: string): Promise<(Service & { readonly reset: () => void }) | null> {
  const programs = ['initdb', 'postgres', 'psql', 'pg_dump', 'pg_isready', ...otherUser.slice(0, 1)]
  if (programs.some((program) => find(program) === undefined)) return null
  const home = join(folder, 'postgres')
  mkdirSync(home)
  chmodSync(home, 0o777)
  const data = join(home, 'data')
  const environment = { PGHOST: home, PGUSER: 'postgres', PGDATABASE: 'app' }
  const env = { ...process.env, ...environment }
  const asUser = (words: readonly string[]): [string, string[]] => {
    const [program = '', ...rest] = [...otherUser, ...words]
    return [program, rest]
  }
  const initialized = spawnSync(...asUser(['initdb', '-N', '-U', 'postgres', '--locale=C', '-D', data]), {
    env,
    cwd: home,
    stdio: 'ignore',
  })
  if (initialized.status !== 0) return null
  const child = spawn(...asUser(['postgres', '-D', data, '-k', home, '-c', 'listen_addresses=', '-c', 'fsync=off']), {
    env,
    cwd: home,
    stdio: 'ignore',
  })
  const isReady = () => spawnSync('pg_isready', ['-d', 'postgres', '-q'], { env }).status === 0
  for (let attempt = 0; attempt < 100 && !isReady(); attempt++) await new Promise((resolve) => setTimeout(resolve, 50))
  const execute = (database: string, ...commands: readonly string[]) =>
    spawnSync('psql', ['-q', '-d', database, ...commands.flatMap((command) => ['-c', command])], { env, stdio: 'ignore' })
  execute('postgres', 'CREATE DATABASE app')
  const reset = () =>
    void execute(
      'app',
      'DROP SCHEMA IF EXISTS s, public CASCADE',
      'CREATE SCHEMA public',
      'DROP DATABASE IF EXISTS other',
      'DROP ROLE IF EXISTS worker',
    )
  return { how: { environment, observed: dump }, reset, close: () => end(child, 'SIGINT') }
}
