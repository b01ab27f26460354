/** Registries that answer as broken, private and overloaded ones do, each for a host of its own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { makeAuthority, signServing } from '../../../src/server/certificates/make.ts'
import { type Image, manifestType } from '../support/images.ts'
import type { Node } from '../support/node.ts'

const firstPort = 7000
const day = 24 * 60 * 60 * 1000

/** Answers of a registry. `port` is its own. */
type Answers = (request: IncomingMessage, response: ServerResponse, port: number) => void

function json(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** errors of the distribution specification, section "Error Codes". */
const failure = (code: string, message: string): object => ({ errors: [{ code, message }] })

const rateLimit: Answers = (_, response) =>
  json(
    response,
    429,
    failure('TOOMANYREQUESTS', 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'),
  )

/** Docker Hub: one host serves public, private and limited repositories. */
const hub: Answers = (request, response, port) => {
  if (request.url?.startsWith('/token') === true) return json(response, 200, { token: 'anonymous' })
  if (request.url?.includes('/library/redis/') === true) return rateLimit(request, response, port)
  const challenge = `Bearer realm="http://127.0.0.1:${port}/token",service="registry.docker.io",scope="repository:shop/internal:pull"`
  const refused = request.headers.authorization === undefined ? challenge : `${challenge},error="insufficient_scope"`
  json(response, 401, failure('UNAUTHORIZED', 'authentication required'), { 'www-authenticate': refused })
}

/** GitHub's registry refuses the anonymous token itself. */
const ghcr: Answers = (request, response, port) => {
  if (request.url?.startsWith('/token') === true)
    return json(response, 403, failure('DENIED', 'requested access to the resource is denied'))
  const challenge = `Bearer realm="http://127.0.0.1:${port}/token",service="ghcr.io",scope="repository:shop/api:pull"`
  json(response, 401, failure('UNAUTHORIZED', 'authentication required'), { 'www-authenticate': challenge })
}

/** An index without an image for this machine. */
const arm: Answers = (_, response) => {
  const digest = `sha256:${'a'.repeat(64)}`
  const manifests = [{ mediaType: manifestType, digest, size: 500, platform: { architecture: 's390x', os: 'linux' } }]
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  response.writeHead(200, { 'content-type': mediaType }).end(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
}

/** An image whose layer has other bytes than its digest says. */
function corrupt({ manifest, config, layers }: Image): Answers {
  return ({ url: full = '' }, response) => {
    const [url = ''] = full.split('?')
    const found =
      [manifest, config, ...layers].find(({ digest }) => url.endsWith(digest)) ?? (url.includes('/manifests/') ? manifest : undefined)
    if (found === undefined) return json(response, url.endsWith('/v2/') ? 200 : 404, {})
    const bytes = layers.includes(found) ? Buffer.alloc(found.bytes.length) : found.bytes
    const type = found === manifest ? manifestType : 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, 'docker-content-digest': found.digest }).end(bytes)
  }
}

const always =
  (status: number, body: object): Answers =>
  (_, response) =>
    json(response, status, body)

/** Starts all of them. @param image any image, for the registry that corrupts it */
export async function startFaultyRegistries(node: Node, image: Image): Promise<void> {
  const now = Date.now()
  const names = { dns: [], ip: ['127.0.0.1'] }
  const trusted = await makeAuthority('a CA that the node knows', { now: now - 400 * day, life: 4000 * day })
  const unknown = await makeAuthority('a CA that the node does not know', { now: now - day, life: 30 * day })
  const expired = await signServing(trusted, names, { now: now - 40 * day, life: 30 * day })
  const untrusted = await signServing(unknown, names, { now: now - day, life: 30 * day })
  const otherName = await signServing(trusted, { dns: ['other.test'], ip: ['127.0.0.2'] }, { now: now - day, life: 30 * day })
  const authority = join(node.folder, 'registry-ca.pem')
  writeFileSync(authority, trusted.cert)
  let port = firstPort
  const serve = async (
    host: string,
    answers: Answers,
    tls?: { readonly cert: string; readonly key: string } | 'expected',
  ): Promise<void> => {
    const own = port++
    const listener: RequestListener = (request, response) => answers(request, response, own)
    const server = typeof tls === 'object' ? createTlsServer(tls, listener) : createServer(listener)
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(own, '127.0.0.1', () => resolve()))
    const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${own}`
    mkdirSync(join(node.hostsFolder, host))
    const ca = tls === undefined ? '' : `  ca = "${authority}"\n`
    writeFileSync(
      join(node.hostsFolder, host, 'hosts.toml'),
      `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n${ca}`,
    )
  }
  await serve('docker.io', hub)
  await serve('ghcr.io', ghcr)
  await serve('arm.test', arm)
  await serve('corrupt.test', corrupt(image))
  await serve('broken.test', always(500, failure('UNKNOWN', 'unknown error')))
  await serve('maintenance.test', always(503, {}))
  await serve('plain.test', always(200, {}), 'expected')
  await serve('untrusted.test', always(200, {}), untrusted)
  await serve('expired.test', always(200, {}), expired)
  await serve('othername.test', always(200, {}), otherName)
}
