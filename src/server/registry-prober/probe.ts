import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import type { ProbeResult } from '../observe/metrics.ts'

/** A registry that asks for credentials is there: `GET /v2/` is answered 200 or 401 (OCI distribution-spec, "Determining Support"). */
const upStatuses: ReadonlySet<number | undefined> = new Set([200, 401])

/**
 * Asks a URL once, on a connection of its own, without credentials and without cookies. Reads the head of the answer only; a redirect is
 * an answer like any other and is not followed.
 * @param timeout for everything from the name look-up to the head of the answer, ms
 * @param stopped aborts it; the result then means nothing
 */
export function probe(url: string, timeout: number, stopped: AbortSignal): Promise<ProbeResult> {
  const late = AbortSignal.timeout(timeout)
  return new Promise((settle) => {
    const target = new URL(url)
    target.username = ''
    target.password = ''
    const get = target.protocol === 'https:' ? getSecure : getPlain
    const headers = { accept: '*/*', 'user-agent': 'initlint' }
    const request = get(target, { agent: false, headers, signal: AbortSignal.any([late, stopped]) })
    request.once('response', (response) => {
      settle(upStatuses.has(response.statusCode) ? 'up' : 'status')
      response.on('error', () => undefined)
      // Whatever the body is, and however long, nobody wants it.
      response.destroy()
    })
    request.on('error', () => settle(late.aborted ? 'timeout' : 'error'))
    // A server that hangs up, or answers with a switch of protocols, is none.
    request.once('close', () => settle(late.aborted ? 'timeout' : 'error'))
  })
}
