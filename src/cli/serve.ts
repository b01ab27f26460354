import { resolve } from 'node:path'
import { pageFilesIn } from '../server/http/page-files.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { createLogger, type Logger } from '../server/observe/log.ts'
import { type RunningServer, type ServerOptions, startServer } from '../server/server.ts'
import { exitCode, UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { packageRoot } from './package.ts'
import { fromHere } from './paths.ts'
import { type ServeFlags, serverOptions } from './serve-options.ts'

/** Exit code after an uncaught error: the kubelet restarts the container. */
const brokenCode = 1

/**
 * Serves until a signal: SIGTERM drains first, SIGINT does not.
 * @returns the exit code: 0 after a signal, 1 after an uncaught error
 * @throws UsageError if it cannot start for a reason that the user can fix
 */
export async function serve(flags: ServeFlags, io: Io): Promise<number> {
  const log = flags.log ?? createLogger(flags.logLevel)
  // Signals are handled from the beginning: waiting for an API server can take long.
  const ended = untilEnd(io, log)
  try {
    const options = await serverOptions(flags, log, io)
    const server = await start(options, ended)
    if (server !== undefined) announce(options, server, io)
    const { code, how } = await ended
    await server?.stop(how)
    return code
  } catch (error) {
    throw error instanceof StartError ? new UsageError(error.message) : error
  }
}

/** @returns undefined if it was stopped before it was ready */
async function start(options: ServerOptions, ended: Promise<End>): Promise<RunningServer | undefined> {
  const waiting = new AbortController()
  let isReady = false
  void ended.then(() => {
    if (!isReady) waiting.abort()
  })
  try {
    const server = await startServer(options, waiting.signal)
    isReady = true
    return server
  } catch (error) {
    if (!waiting.signal.aborted) throw error
    options.log.info('stopped before it was ready')
    return undefined
  }
}

interface End {
  readonly code: number
  readonly how: 'drain' | 'now'
}

/** Settles at the first signal or uncaught error. The server does not continue after such an error because its state is unknown. */
function untilEnd(io: Io, log: Logger): Promise<End> {
  return new Promise((settle) => {
    const broken = (error: unknown): void => {
      log.fatal({ err: error }, 'uncaught error; stopping')
      settle({ code: brokenCode, how: 'drain' })
    }
    io.events?.on('SIGTERM', () => settle({ code: exitCode.ok, how: 'drain' }))
    io.events?.on('SIGINT', () => settle({ code: exitCode.ok, how: 'now' }))
    io.events?.on('uncaughtException', broken)
    io.events?.on('unhandledRejection', broken)
  })
}

/** Reports where the server listens: in the log, and on a terminal or with its own certificate also with commands to try. */
function announce(options: ServerOptions, server: RunningServer, io: Io): void {
  const { ports } = server
  const { certificate, log } = options
  log.info({ host: options.host, ports, policy: server.policyId() }, 'serving')
  const ca = typeof certificate === 'function' ? undefined : certificate.ca
  if (ca === undefined && !io.isTerminal.stdout) return
  const base = `https://${urlHost(options.host)}:${ports.webhook}`
  io.stdout(
    [
      `initlint is serving on ${base}`,
      `  health and metrics  http://${urlHost(options.host)}:${ports.ops}/readyz, /livez, /metrics`,
      ...(ports.try === null ? [] : [`  lint and explain    http://localhost:${ports.try}, from this machine only`]),
      ...playgroundLine(options, server, base),
      `  policy              ${policyWords(options)}`,
      ...(ca === undefined ? [] : [`  certificate         created for localhost, signed by ${fromHere(ca, io)}`]),
      ...(ca === undefined ? [] : ['', 'Try it in another terminal:', ...commands(options, server, base, fromHere(ca, io), io)]),
      '',
    ].join('\n'),
  )
}

/** Where the playground is; nothing if it is not built or not served. */
function playgroundLine({ pageDirectory, tryRoutes }: ServerOptions, { ports }: RunningServer, base: string): string[] {
  if (tryRoutes === 'off' || pageDirectory === undefined || pageFilesIn(pageDirectory).length === 0) return []
  return [`  playground          ${ports.try === null ? base : `http://localhost:${ports.try}`}/ in a browser`]
}

function policyWords({ policy, policyConfigMap }: ServerOptions): string {
  if (policy === undefined) return 'the recommended preset'
  return typeof policy === 'function'
    ? `ConfigMap ${policyConfigMap?.namespace}/${policyConfigMap?.name} (edit it; the next review uses it)`
    : `${policy.name} (edit it; the next review uses it)`
}

/** Commands to paste: one posts a manifest, the other an AdmissionReview as the API server sends it. */
function commands({ certificate, tryRoutes }: ServerOptions, { ports }: RunningServer, base: string, ca: string, io: Io): string[] {
  const client =
    typeof certificate === 'function' || certificate.clientCa === undefined ? '' : ' --cert YOUR-CERTIFICATE.pem --key YOUR-KEY.pem'
  const curl = (file: string, url: string): string => {
    const trust = url.startsWith('https:') ? ` --cacert ${ca}${client}` : ''
    return `  curl${trust} --data-binary @${fromHere(resolve(packageRoot, 'examples', file), io)} ${url}`
  }
  const lintBase = ports.try === null ? base : `http://localhost:${ports.try}`
  return [...(tryRoutes === 'off' ? [] : [curl('kiada.yaml', `${lintBase}/lint`)]), curl('review.json', `${base}/validate`)]
}

/** The host as a client on this machine can write it in a URL. */
function urlHost(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
