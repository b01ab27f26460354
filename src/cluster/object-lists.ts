/** Lists objects as the API server stores them, page by page. */

import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { asString, type JsonObject, member } from '../model/json.ts'
import { BoundedText } from '../server/keepers/bounded-file.ts'
import { BrokenList, ListItems } from './list-items.ts'

/** Objects of one page; what kubectl asks for (`--chunk-size`). */
const pageSize = 500

/** Largest page, in bytes: 500 objects of the largest size that etcd stores by default (1.5 MiB) never come together in practice. */
const maxPageBytes = 256 * 1024 * 1024

/** How long one page may take, ms: the limit of the API server for requests (`--request-timeout`). */
const pageTimeout = 60_000

/** What to list. */
export interface ListedResource {
  /** `v1`, `apps/v1` */
  readonly apiVersion: string
  readonly kind: string
  /** `deployments` */
  readonly resource: string
}

export interface ListSelection {
  /** Undefined: of all namespaces, or of the cluster. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
}

/** A reply that is no list. */
export class ListRefused extends Error {
  override readonly name = 'ListRefused'
  readonly status: number
  /** Seconds after which the API server wants to be asked again. */
  readonly retryAfter: number | undefined

  constructor(status: number, message: string, retryAfter?: number) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** The code of a list whose token has expired (apimachinery pkg/api/errors, NewResourceExpired). */
const expired = 410

/** How often a request is sent again that the API server puts off, as client-go does (rest/request.go, maxRetries). */
const maxRetries = 10
/** Longest wait before that, seconds; the API server asks for 1 (apiserver pkg/util/flowcontrol). */
const maxRetryAfter = 10

/**
 * Hands each object of a resource to `take`, with its apiVersion and kind. If the token of the list expires, the list begins again, after
 * `restart`.
 * @throws ListRefused, or the error of the connection
 */
export async function listAll(
  config: KubeConfig,
  what: ListedResource,
  selection: ListSelection,
  take: (object: JsonObject) => void,
  restart: () => void,
): Promise<void> {
  let token = ''
  let restarts = 0
  for (;;) {
    try {
      const page = await getPage(config, pathOf(what, selection, token), (item) =>
        // Items of a List have no apiVersion and kind.
        take(Object.assign(item, { apiVersion: what.apiVersion, kind: what.kind })),
      )
      const next = asString(member(member(page, 'metadata'), 'continue')) ?? ''
      if (next === '') return
      if (next === token) throw new ListRefused(200, 'the API server sends the same page again')
      token = next
    } catch (error) {
      if (!(error instanceof ListRefused) || error.status !== expired || restarts++ >= 2) throw error
      token = ''
      restart()
    }
  }
}

function pathOf({ apiVersion, resource }: ListedResource, { namespace, labelSelector }: ListSelection, token: string): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const query = new URLSearchParams({ limit: String(pageSize) })
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector)
  if (token !== '') query.set('continue', token)
  return `${base}${scope}/${resource}?${query}`
}

/**
 * Reads one path of the API server as JSON.
 * @param take gets the items of a List one by one, which are then not in the result
 * @throws ListRefused with the message of the API server
 */
export async function getPage(config: KubeConfig, path: string, take?: (item: JsonObject) => void): Promise<unknown> {
  return read(config, path, (status) =>
    status === 200 && take !== undefined ? new ListItems(take, maxPageBytes) : new WholeBody(maxPageBytes),
  )
}

/** Reads one path of the API server as text. @param maxBytes longer texts are errors @throws ListRefused with the message of the API server */
export async function getText(config: KubeConfig, path: string, maxBytes: number): Promise<string> {
  return String(await read(config, path, (status) => (status === 200 ? new TextBody(maxBytes) : new WholeBody(maxPageBytes))))
}

/** A body as it arrives, and what it was once it is complete. */
interface Body {
  add(chunk: Uint8Array): void
  frame(): unknown
}

/** If the API server is busy (429, or 5xx with Retry-After), it is asked again. */
async function read(config: KubeConfig, path: string, bodyFor: (status: number) => Body): Promise<unknown> {
  for (let retries = 0; ; retries++) {
    try {
      return await readOnce(config, path, bodyFor)
    } catch (error) {
      // A refusal has no items, so none comes twice.
      if (!(error instanceof ListRefused) || error.retryAfter === undefined || retries >= maxRetries) throw error
      await sleep(Math.min(error.retryAfter, maxRetryAfter) * 1000)
    }
  }
}

async function readOnce(config: KubeConfig, path: string, bodyFor: (status: number) => Body): Promise<unknown> {
  const server = config.getCurrentCluster()?.server ?? ''
  const url = new URL(`${server.replace(/\/$/, '')}${path}`)
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {
    method: 'GET',
    headers: { accept: 'application/json' },
    timeout: pageTimeout,
  }
  await config.applyToHTTPSOptions(options)
  const { status, value, retryAfter } = await new Promise<Reply>((settle, fail) => {
    const sent = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, options, (response) => {
      const status = response.statusCode ?? 0
      const body = bodyFor(status)
      response.on('error', fail)
      response.on('data', (chunk: Uint8Array) => {
        try {
          body.add(chunk)
        } catch (error) {
          fail(error instanceof BrokenList ? new ListRefused(status, `the reply of the API server is not a List: ${error.message}`) : error)
          sent.destroy()
        }
      })
      response.on('end', () => settle({ status, value: resultOf(() => body.frame()), retryAfter: retryAfterOf(status, response.headers) }))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${pageTimeout / 1000} seconds`)))
    sent.on('error', fail)
    sent.end()
  })
  if (status === 200 && value !== undefined) return value
  throw new ListRefused(status, asString(member(value, 'message')) ?? `the API server answered ${status}`, retryAfter)
}

interface Reply {
  readonly status: number
  /** Undefined if it is not JSON. */
  readonly value: unknown
  readonly retryAfter: number | undefined
}

/** As client-go decides (rest/with_retry.go, checkWait): seconds, and not a date. */
function retryAfterOf(status: number, { 'retry-after': header = '' }: IncomingHttpHeaders): number | undefined {
  return (status === 429 || status >= 500) && /^\d+$/.test(header) ? Number(header) : undefined
}

class WholeBody extends BoundedText {
  frame(): unknown {
    return JSON.parse(this.toString())
  }
}

class TextBody extends BoundedText {
  frame(): string {
    return this.toString()
  }
}

function resultOf(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}
