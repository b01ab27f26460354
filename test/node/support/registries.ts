/** Real registries, and a switch in front of each host: a host that is down refuses connections. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { until } from '../../support/waiting.ts'
import { type Image, manifestType } from './images.ts'
import { type Node, startLogged } from './node.ts'

/** The host whose registry requires a password. */
export const privateHost = 'private.test'

/** The only account of the private registry. */
const account = { user: 'lamp', password: 'lamp', hash: '$2a$05$WeKAVIZLFlS1TwPmFimPZuT.hLPgxHcwOUtDJv/321HJ3Jpyhsx76' }

/** The port of the registry without a password. */
export const openPort = 5000
const privatePort = 5001
const firstSwitchPort = 6000

/** The requests for one repository. */
export interface Requests {
  /** How often a tag was resolved: once per pull. */
  readonly resolved: number
  /** How often an image was downloaded: counted by its configuration, which is unique. */
  readonly downloaded: number
}

export interface Registries {
  /** Configures a host in containerd, and switches it on or off. */
  set(host: string, state: 'up' | 'down'): Promise<void>
  /** Pushes an image, even if its host is down: pushes bypass the switch. */
  push(reference: string, image: Image): Promise<void>
  /** The requests so far, according to the registry's log. */
  requests(reference: string): Requests
}

/** Splits HOST/PATH:TAG into its parts. */
export function splitReference(reference: string): { readonly host: string; readonly repository: string; readonly tag: string } {
  const slash = reference.indexOf('/')
  const colon = reference.lastIndexOf(':')
  const hasTag = colon > slash
  return {
    host: reference.slice(0, slash),
    repository: reference.slice(slash + 1, hasTag ? colon : undefined),
    tag: hasTag ? reference.slice(colon + 1) : 'latest',
  }
}

/** Starts the registries. They end with the cell. */
export async function startRegistries({ folder, hostsFolder }: Node): Promise<Registries> {
  const passwords = join(folder, 'passwords')
  writeFileSync(passwords, `${account.user}:${account.hash}\n`)
  await startRegistry(folder, 'registry', openPort, {})
  await startRegistry(folder, 'private-registry', privatePort, { auth: { htpasswd: { realm: 'lab', path: passwords } } })
  const switches = new Map<string, HostSwitch>()
  const configurations: string[] = []
  const portOf = (host: string): number => (host === privateHost ? privatePort : openPort)
  return {
    set: async (host, state) => {
      const known = switches.get(host) ?? new HostSwitch(firstSwitchPort + switches.size, portOf(host))
      if (!switches.has(host)) {
        switches.set(host, known)
        mkdirSync(join(hostsFolder, host))
        const url = `http://127.0.0.1:${known.port}`
        writeFileSync(join(hostsFolder, host, 'hosts.toml'), `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`)
      }
      await (state === 'up' ? known.on() : known.off())
    },
    push: async (reference, image) => {
      const { host, repository, tag } = splitReference(reference)
      configurations.push(image.config.digest)
      await push(portOf(host), repository, tag, image)
    },
    requests: (reference) => {
      const { repository, host } = splitReference(reference)
      const log = readFileSync(join(folder, 'logs', `${host === privateHost ? 'private-registry' : 'registry'}.log`), 'utf8')
      return countRequests(log, repository, configurations)
    },
  }
}

async function startRegistry(folder: string, name: string, port: number, more: object): Promise<void> {
  const configuration = join(folder, `${name}.json`)
  writeFileSync(
    configuration,
    // The registry expects YAML, of which JSON is a subset.
    JSON.stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: join(folder, `${name}-storage`) }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
      ...more,
    }),
  )
  startLogged(folder, name, 'docker-registry', ['serve', configuration])
  await until(name, async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).status < 500)
}

/** Counts containerd's requests in the access log (combined format); the user agent excludes those of the tests. */
function countRequests(log: string, repository: string, configurations: readonly string[]): Requests {
  let resolved = 0
  let downloaded = 0
  for (const line of log.split('\n')) {
    if (!line.includes('containerd/')) continue
    if (line.includes(`"HEAD /v2/${repository}/manifests/`)) resolved++
    if (configurations.some((digest) => line.includes(`"GET /v2/${repository}/blobs/${digest}`))) downloaded++
  }
  return { resolved, downloaded }
}

async function push(port: number, repository: string, tag: string, { manifest, config, layers }: Image): Promise<void> {
  const base = `http://127.0.0.1:${port}/v2/${repository}`
  const headers = { authorization: `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}` }
  const send = async (method: string, url: string, more: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(url, { method, ...more, headers: { ...headers, ...more.headers } })
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    return answer
  }
  for (const { digest, bytes } of [config, ...layers]) {
    const started = await send('POST', `${base}/blobs/uploads/`)
    const url = new URL(started.headers.get('location') ?? '', base)
    url.searchParams.set('digest', digest)
    await send('PUT', url.href, { body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } })
  }
  await send('PUT', `${base}/manifests/${tag}`, { body: new Uint8Array(manifest.bytes), headers: { 'content-type': manifestType } })
}

/** A TCP forwarder that can be switched off. */
class HostSwitch {
  readonly port: number
  readonly #target: number
  #server: Server | undefined
  readonly #sockets = new Set<Socket>()

  constructor(port: number, target: number) {
    this.port = port
    this.#target = target
  }

  on(): Promise<void> {
    if (this.#server !== undefined) return Promise.resolve()
    const server = createServer((socket) => {
      const other = connect(this.#target, '127.0.0.1')
      for (const each of [socket, other]) {
        this.#sockets.add(each)
        each
          .on('error', () => undefined)
          .once('close', () => {
            this.#sockets.delete(each)
            socket.destroy()
            other.destroy()
          })
      }
      socket.pipe(other).pipe(socket)
    })
    this.#server = server
    return new Promise((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', () => resolve()))
  }

  async off(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** A Secret of type dockerconfigjson for a host. */
export function pullSecret(name: string, host: string): object {
  const auth = Buffer.from(`${account.user}:${account.password}`).toString('base64')
  const configuration = JSON.stringify({ auths: { [host]: { username: account.user, password: account.password, auth } } })
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': configuration },
  }
}
