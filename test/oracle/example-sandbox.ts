/** A folder in which examples really run: their setup, the script, and the script again. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SecondRun } from '../script/examples/example.ts'
import { type Common, environment, find, type ShellKind } from './shells.ts'
import { empty, firstDifference, result, take } from './snapshot.ts'

/** Maximum duration of one run, in milliseconds. */
const timeLimit = 20_000

/** Exit status for a missing command (POSIX XCU 2.8.2). */
const notFound = 127

/** How a script is run. */
export interface Circumstances {
  /** Words before the shell's command line, such as `nsenter …`. */
  readonly wrapper?: readonly string[]
  /** A command whose output is part of the result. */
  readonly observed?: string
  readonly environment?: Readonly<Record<string, string>>
  /** The exit status for a missing command is also an expected status of the script. */
  readonly mayBeNotFound?: boolean
}

/** The result of the second run, or why the example did not run. */
export type Twice = (SecondRun & { readonly first: number }) | { readonly skipped: string } | { readonly broken: string }

/** Runs the command in its own mount namespace, with the folder `etc` mounted at /etc; `$0` and the following words are the command. */
export const mountingEtc: readonly string[] = ['unshare', '-m', '/bin/sh', '-c', 'mount --bind etc /etc && exec "$0" "$@"']

/** Runs the command as a user other than root (65534, nobody). */
export const otherUser: readonly string[] = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

export class ExampleSandbox {
  readonly #common: Common
  /** Contains the folder in which examples run. */
  readonly root: string
  /** The folder in which examples run. */
  readonly folder: string
  #home = ''
  #homes = 0

  constructor(common: Common, name: string) {
    this.#common = common
    this.root = join(common.folder, name)
    this.folder = join(this.root, 'data')
    mkdirSync(this.root)
    for (const folder of [common.folder, this.root]) chmodSync(folder, 0o755)
    this.clear()
  }

  /**
   * Empties the folder, and replaces the home folder with a new one; every user can write to both. The new home has another path, because a
   * gpg-agent of the last example that sees its home disappear removes the socket at that path.
   */
  clear(): void {
    if (this.#home !== '') rmSync(this.#home, { recursive: true, force: true })
    this.#home = join(this.root, `home${++this.#homes}`)
    for (const folder of [this.folder, this.#home]) {
      empty(folder)
      chmodSync(folder, 0o777)
    }
  }

  /** The content of the folder. */
  content(): ReadonlyMap<string, string> {
    return result(take(this.root, ['data']))
  }

  /** Runs a setup, then a script twice. */
  twice(setup: string, script: string, shell: ShellKind, how: Circumstances = {}): Twice {
    this.clear()
    const [program] = how.wrapper ?? []
    if (program !== undefined && find(program) === undefined) return { skipped: `${program} is missing` }
    const isMissing = (status: number) => status === notFound && how.mayBeNotFound !== true
    const ready =
      setup === '' ? 0 : this.run(`set -e; ${setup}`, shell, { ...how, wrapper: how.wrapper?.[0] === 'nsenter' ? how.wrapper : [] })
    if (ready === notFound) return { skipped: 'a command of the setup is missing' }
    if (ready !== 0) return { broken: `the setup exits ${ready}` }
    const first = this.run(script, shell, how)
    if (isMissing(first)) return { skipped: 'a command is missing' }
    const once = this.#seen(shell, how)
    const status = this.run(script, shell, how)
    return { first, status, changed: firstDifference(once, this.#seen(shell, how)) !== undefined }
  }

  /** @returns the exit status */
  run(script: string, shell: ShellKind, how: Circumstances = {}): number {
    return this.#spawn(script, shell, how).status
  }

  #seen(shell: ShellKind, how: Circumstances): ReadonlyMap<string, string> {
    const files = this.content()
    if (how.observed === undefined) return files
    return new Map([...files, ['observed output', this.#spawn(how.observed, shell, how).output]])
  }

  /** The program, arguments and options to spawn; it runs in its own process group. */
  command(script: string, shell: ShellKind, { wrapper = [], environment: more = {} }: Circumstances) {
    const [outer, ...inner] = wrapper
    // Uses the full path, because BusyBox has applets of these names with fewer options.
    const [program = '', ...rest] = [
      ...(outer === undefined ? [] : [find(outer) ?? outer, ...inner]),
      shell.program,
      ...shell.arguments,
      '-c',
      script,
    ]
    // A JVM that lives for a second does not benefit from the optimizing compiler.
    const java = { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' }
    const env = { ...java, ...environment(this.#common, `${shell.path}:/usr/sbin:/sbin`, this.#home), ...more }
    return { program, arguments: rest, options: { cwd: this.folder, env, detached: true } }
  }

  #spawn(script: string, shell: ShellKind, how: Circumstances): { readonly status: number; readonly output: string } {
    const command = this.command(script, shell, how)
    const options = { ...command.options, stdio: ['ignore', 'pipe', 'ignore'], timeout: timeLimit, killSignal: 'SIGKILL', encoding: 'utf8' }
    // @types/node omits `detached` here, although Node.js supports it.
    const { status, stdout } = spawnSync(command.program, command.arguments, options as SpawnSyncOptions & { encoding: 'utf8' })
    return { status: status ?? 137, output: stdout }
  }
}
