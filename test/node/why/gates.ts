/** Registries that answer with an error until they are repaired, and then serve what was pushed to the registry behind them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { manifestType } from '../support/images.ts'
import type { Node } from '../support/node.ts'
import { openPort } from '../support/registries.ts'

const firstPort = 7000

type Fault = (asked: IncomingMessage, response: ServerResponse) => void

function json(response: ServerResponse, status: number, body: object, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
}

/** An index without an image for this machine. */
const otherPlatform: Fault = (_, response) => {
  const manifests = [
    { mediaType: manifestType, digest: `sha256:${'a'.repeat(64)}`, size: 500, platform: { architecture: 's390x', os: 'linux' } },
  ]
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  json(response, 200, { schemaVersion: 2, mediaType, manifests }, mediaType)
}

/** The hosts, and how each answers at first. */
const faults: Readonly<Record<string, Fault>> = {
  // The answer of Docker Hub: https://docs.docker.com/docker-hub/usage/pulls/
  'docker.io': (_, response) =>
    json(response, 429, {
      errors: [
        {
          code: 'TOOMANYREQUESTS',
          message: 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
        },
      ],
    }),
  'platform.test': otherPlatform,
  'broken.test': (_, response) => json(response, 500, { errors: [{ code: 'UNKNOWN', message: 'unknown error' }] }),
}

export interface Gates {
  /** Lets a host serve what it has. */
  repair(host: string): void
}

export async function startGates({ hostsFolder }: Node): Promise<Gates> {
  const repaired = new Set<string>()
  let port = firstPort
  for (const [host, fault] of Object.entries(faults)) {
    const own = port++
    const server = createServer((asked, response) => (repaired.has(host) ? forward(asked, response) : fault(asked, response)))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(own, '127.0.0.1', () => resolve()))
    const url = `http://127.0.0.1:${own}`
    mkdirSync(join(hostsFolder, host))
    writeFileSync(join(hostsFolder, host, 'hosts.toml'), `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`)
  }
  return { repair: (host) => void repaired.add(host) }
}

function forward({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
  const sent = request({ host: '127.0.0.1', port: openPort, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  sent.once('error', () => response.writeHead(502).end()).end()
}
