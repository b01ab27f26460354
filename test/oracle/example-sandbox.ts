/** A folder in which examples really run: their setup, the script, the script again, and what that leaves. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Again } from '../script/examples/example.ts'
import { type Common, environment, find, type ShellKind } from './shells.ts'
import { empty, firstDifference, result, take } from './snapshot.ts'

/** Longest time of one run, in milliseconds. */
const timeLimit = 20_000

/** A command is missing (POSIX XCU 2.8.2). */
const notFound = 127

/** How a script is run. */
export interface Circumstances {
  /** What stands before the shell's own words, as `nsenter …`. */
  readonly wrapper?: readonly string[]
  /** A command whose output belongs to the result. */
  readonly observed?: string
  readonly environment?: Readonly<Record<string, string>>
  /** The status of a missing command is one that the script may well have. */
  readonly mayBeNotFound?: boolean
}

/** Why an example was not run, or how its second run ended. */
export type Twice = (Again & { readonly first: number }) | { readonly leftOut: string } | { readonly broken: string }

/** `unshare`, with every mount of its own; `$0` and what follows is run with the kept folder `etc` at /etc. */
export const mountingEtc: readonly string[] = ['unshare', '-m', '/bin/sh', '-c', 'mount --bind etc /etc && exec "$0" "$@"']

/** Someone who is not root: nobody. */
export const otherUser: readonly string[] = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

export class ExampleSandbox {
  readonly #common: Common
  /** Holds the folder in which examples run. */
  readonly root: string
  /** Where examples run. */
  readonly folder: string

  constructor(common: Common, name: string) {
    this.#common = common
    this.root = join(common.folder, name)
    this.folder = join(this.root, 'data')
    mkdirSync(this.root)
    for (const folder of [common.folder, this.root]) chmodSync(folder, 0o755)
    this.clear()
  }

  /** Empties the folder, which everybody may then write to, and the home. */
  clear(): void {
    for (const folder of [this.folder, join(this.root, 'home')]) {
      empty(folder)
      chmodSync(folder, 0o777)
    }
  }

  /** What stands in the folder. */
  content(): ReadonlyMap<string, string> {
    return result(take(this.root, ['data']))
  }

  /** Runs a setup, then a script twice. */
  twice(setup: string, script: string, shell: ShellKind, how: Circumstances = {}): Twice {
    this.clear()
    const [program] = how.wrapper ?? []
    if (program !== undefined && find(program) === undefined) return { leftOut: `${program} is missing` }
    const isMissing = (status: number) => status === notFound && how.mayBeNotFound !== true
    const ready =
      setup === '' ? 0 : this.run(`set -e; ${setup}`, shell, { ...how, wrapper: how.wrapper?.[0] === 'nsenter' ? how.wrapper : [] })
    if (ready === notFound) return { leftOut: 'a command of the setup is missing' }
    if (ready !== 0) return { broken: `the setup ends with ${ready}` }
    const first = this.run(script, shell, how)
    if (isMissing(first)) return { leftOut: 'a command is missing' }
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
    return new Map([...files, ['what is observed', this.#spawn(how.observed, shell, how).output]])
  }

  /** The words to spawn, and how: in a process group of its own. */
  command(script: string, shell: ShellKind, { wrapper = [], environment: more = {} }: Circumstances) {
    const [outer, ...inner] = wrapper
    // By its full path: BusyBox has applets of these names that know fewer options.
    const [program = '', ...rest] = [
      ...(outer === undefined ? [] : [find(outer) ?? outer, ...inner]),
      shell.program,
      ...shell.arguments,
      '-c',
      script,
    ]
    // A virtual machine of Java that lives for a second need not be tuned for hours.
    const java = { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' }
    const env = { ...java, ...environment(this.#common, `${shell.path}:/usr/sbin:/sbin`, join(this.root, 'home')), ...more }
    return { program, arguments: rest, options: { cwd: this.folder, env, detached: true } }
  }

  #spawn(script: string, shell: ShellKind, how: Circumstances): { readonly status: number; readonly output: string } {
    const command = this.command(script, shell, how)
    const options = { ...command.options, stdio: ['ignore', 'pipe', 'ignore'], timeout: timeLimit, killSignal: 'SIGKILL', encoding: 'utf8' }
    // @types/node leaves `detached` out here, though Node passes it on.
    const { status, stdout } = spawnSync(command.program, command.arguments, options as SpawnSyncOptions & { encoding: 'utf8' })
    return { status: status ?? 137, output: stdout }
  }
}
