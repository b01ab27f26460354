import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import type { ProbeResult } from '../observe/metrics.ts'

/** A registry that requires credentials is up: it answers `GET /v2/` with 200 or 401 (OCI distribution-spec, "Determining Support"). */
const upStatuses: ReadonlySet<number | undefined> = new Set([200, 401])

/**
 * Requests a URL once, on a new connection, without credentials and cookies. Reads only the response headers; a redirect counts as a
 * response and is not followed.
 * @param timeout ms, from the DNS lookup to the response headers
 * @param stopped aborts the probe; its result is then meaningless
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
      // The body is not needed and may be endless.
      response.destroy()
    })
    request.on('error', () => settle(late.aborted ? 'timeout' : 'error'))
    // The server closed the connection or switched protocols.
    request.once('close', () => settle(late.aborted ? 'timeout' : 'error'))
  })
}
