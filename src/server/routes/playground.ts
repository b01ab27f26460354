import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type PageFile, pageDirectives, pageFilesIn } from '../http/page-files.ts'
import { getOrHead, refuse } from '../http/requests.ts'

/** GET /: the playground, and the files that it loads. */
export function addPlaygroundRoutes(app: FastifyInstance, directory: string | undefined): void {
  if (directory === undefined) return
  const files = pageFilesIn(directory)
  for (const file of files) getOrHead(app, file.url, (request, reply) => sendFile(request, reply, file))
  if (files.length === 0) getOrHead(app, '/', (_request, reply) => refuse(reply, 404, notBuilt))
}

const notBuilt = 'The playground is not built; run npm run build. POST manifests to /lint, or see docs/cli.md.\n'

/** No other site may show the page in a frame: it could make people click there. Only a header can forbid it. */
const contentSecurityPolicy = [...pageDirectives, "frame-ancestors 'none'"].join('; ')

/** As a stream, so that a client that reads slowly holds a part of the file only. */
async function sendFile(request: FastifyRequest, reply: FastifyReply, page: PageFile): Promise<FastifyReply> {
  const { file, isPacked, contentType, cacheControl } = page
  const unpacks = isPacked && !acceptsGzip(request)
  reply.headers({
    'content-type': contentType,
    ...(isPacked && { vary: 'accept-encoding' }),
    ...(isPacked && !unpacks && { 'content-encoding': 'gzip' }),
    ...(!unpacks && { 'content-length': (await stat(file)).size }),
    'cache-control': cacheControl,
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  if (request.method === 'HEAD') return reply.send()
  return reply.send(unpacks ? unpacked(file) : createReadStream(file))
}

/** All browsers do; curl does with --compressed. A quality of 0 forbids it (RFC 9110, section 12.5.3). */
function acceptsGzip({ headers }: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(headers['accept-encoding'] ?? ''))
}

function unpacked(file: string): Readable {
  // An error of the first stream ends the second one, which Fastify watches.
  return pipeline(createReadStream(file), createGunzip(), () => undefined)
}
