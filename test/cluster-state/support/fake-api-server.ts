/** An API server with ConfigMaps and Events of one namespace that can be made to misbehave. */

import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { V1ConfigMap } from '@kubernetes/client-node'

import { asObject, asString, at, member } from '../../../src/model/json.ts'
import { type Cleanup, scratch } from '../../server/support/scratch.ts'

export const configMapsPath = '/api/v1/namespaces/initlint/configmaps'

/** How the next requests fail. */
export type Misbehavior = 'hangs' | 'cuts' | 'forbids' | 'gone' | 'gone in the stream' | 'ends at once' | 'fails in the stream'

export class FakeApiServer {
  /** The requests: `list`, `watch` with its resource version, or a method and a name. */
  readonly requests: string[] = []
  /** The parameters of the last watch. */
  watchParameters: Readonly<Record<string, string>> = {}
  /** Events by their names, as they were created. */
  readonly events = new Map<string, unknown>()
  readonly kubeconfig: string
  /** Whether writes of ConfigMaps fail as without a Role. */
  forbidsWrites = false
  lists: Misbehavior | undefined
  watches: Misbehavior | undefined
  #server: Server
  #port = 0
  #version = 1
  readonly #objects = new Map<string, V1ConfigMap>()
  /** Open watches, each with the name in its selector. */
  readonly #watchers = new Map<ServerResponse, string | undefined>()
  readonly #history: { readonly version: number; readonly name: string; readonly line: string }[] = []

  constructor(t: Cleanup) {
    this.kubeconfig = join(scratch(t), 'kubeconfig')
    this.#server = this.#create()
    t.after(() => this.stop())
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    writeFileSync(this.kubeconfig, this.#kubeconfig())
    return this
  }

  /** Cuts all connections and no longer answers. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Starts the same server again on the same port, with everything written in the meantime. */
  async restart(): Promise<void> {
    this.#server = this.#create()
    await this.start()
  }

  put(name: string, data: Record<string, string>): void {
    const annotations = { long: 'x' }
    this.#put({ name, namespace: 'initlint', annotations }, { kind: 'ConfigMap', data })
  }

  putNamespace(name: string, labels: Record<string, string>): void {
    this.#put({ name, labels }, { kind: 'Namespace' })
  }

  #put(metadata: NonNullable<V1ConfigMap['metadata']> & { readonly name: string }, rest: V1ConfigMap): void {
    this.#version += 1
    const { name } = metadata
    const type = this.#objects.has(name) ? 'MODIFIED' : 'ADDED'
    const object = { apiVersion: 'v1', ...rest, metadata: { ...metadata, uid: name, resourceVersion: String(this.#version) } }
    this.#objects.set(name, object)
    this.#notify(type, object)
  }

  /** The data of a ConfigMap. */
  dataOf(name: string): Readonly<Record<string, string>> | undefined {
    return this.#objects.get(name)?.data
  }

  delete(name: string): void {
    this.#version += 1
    const object = this.#objects.get(name)
    this.#objects.delete(name)
    if (object !== undefined)
      this.#notify('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } })
  }

  /** Ends the watches cleanly or by cutting their connections. */
  endWatches(how: 'cleanly' | 'cut'): void {
    for (const watcher of this.#watchers.keys()) {
      if (how === 'cut') watcher.destroy()
      else watcher.end()
    }
    this.#watchers.clear()
  }

  /** Sends what the API server sends to quiet watches every minute. */
  sendBookmarks(): void {
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(this.#version), creationTimestamp: null } }
    for (const watcher of this.#watchers.keys()) watcher.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`)
  }

  get openWatches(): number {
    return this.#watchers.size
  }

  #create(): Server {
    return createServer((request, response) => this.#answer(request, response))
  }

  #notify(type: string, object: V1ConfigMap): void {
    const name = object.metadata?.name ?? ''
    const line = `${JSON.stringify({ type, object })}\n`
    this.#history.push({ version: this.#version, name, line })
    for (const [watcher, wanted] of this.#watchers) if (wanted === undefined || wanted === name) watcher.write(line)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x')
    if (request.method === 'GET') this.#read(url, response)
    else
      readBody(request).then(
        (body) => send(response, ...this.#write(request.method ?? '', url.pathname, body)),
        () => response.destroy(),
      )
  }

  /** @returns code and body of the response */
  #write(method: string, path: string, body: unknown): [number, object] {
    const name = path.slice(path.lastIndexOf('/') + 1)
    this.requests.push(`${method} ${name}`)
    const failed = (code: number): [number, object] => [code, { kind: 'Status', code, message: 'cannot be written' }]
    if (method === 'POST') {
      const event = asString(at(body, 'metadata', 'name')) ?? ''
      if (this.events.has(event)) return failed(409)
      this.events.set(event, body)
      return [201, asObject(body)]
    }
    if (path.includes('/events/')) return [200, {}]
    const object = this.#objects.get(name)
    if (this.forbidsWrites) return failed(403)
    if (object?.metadata?.resourceVersion !== at(body, 'metadata', 'resourceVersion')) return failed(409)
    const merged = Object.entries({ ...object?.data, ...asObject(member(body, 'data')) })
    this.put(name, Object.fromEntries(merged.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []))))
    return [200, this.#objects.get(name) ?? {}]
  }

  #read(url: URL, response: ServerResponse): void {
    const isWatch = url.searchParams.get('watch') === 'true'
    const name = url.searchParams.get('fieldSelector')?.replace('metadata.name=', '')
    this.requests.push(isWatch ? `watch ${url.searchParams.get('resourceVersion')}` : 'list')
    if (isWatch) this.watchParameters = Object.fromEntries(url.searchParams)
    const misbehavior = isWatch ? this.watches : this.lists
    if (misbehavior !== undefined) this.#misbehave(misbehavior, response)
    else if (isWatch) this.#watch(response, name, Number(url.searchParams.get('resourceVersion')))
    else
      send(response, 200, {
        kind: 'ConfigMapList',
        apiVersion: 'v1',
        metadata: { resourceVersion: String(this.#version) },
        items: [...this.#objects.values()].filter(({ metadata }) => name === undefined || metadata?.name === name),
      })
  }

  #watch(response: ServerResponse, wanted: string | undefined, after: number): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    for (const { version, name, line } of this.#history)
      if (version > after && (wanted === undefined || wanted === name)) response.write(line)
    this.#watchers.set(response, wanted)
    response.once('close', () => this.#watchers.delete(response))
  }

  #misbehave(how: Misbehavior, response: ServerResponse): void {
    if (how === 'cuts') response.destroy()
    if (how === 'forbids') send(response, 403, { kind: 'Status', code: 403, message: 'configmaps is forbidden: User "x" cannot list' })
    if (how === 'gone') send(response, 410, { kind: 'Status', code: 410, message: 'too old resource version' })
    if (how === 'ends at once') response.writeHead(200).end()
    if (how === 'gone in the stream')
      response.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'old' } })}\n`)
    if (how === 'fails in the stream')
      response.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'no' } })}\n`)
  }

  #kubeconfig(): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'fake',
      clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${this.#port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'fake', user: { token: 'secret-token' } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake', namespace: 'initlint' } }],
    })
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
