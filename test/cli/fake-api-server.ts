/** An API server for commands that read a cluster: answers by path. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** Answers of an API server by path and query; a text, alone or as a body, is sent as it is. */
export type Answer = (path: string, query: URLSearchParams) => readonly [code: number, body: unknown] | string | typeof cut

/** The connection ends without a reply. */
export const cut = Symbol('cut')

/**
 * An API server on loopback, with a kubeconfig for it; `asked` are the paths of its requests.
 * @param namespace of the context
 */
export async function cluster(t: Test, answer: Answer, namespace?: string): Promise<{ readonly cwd: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
    asked.push(pathname)
    const given = answer(pathname, searchParams)
    if (given === cut) {
      request.socket.destroy()
      return
    }
    const [code, body] = typeof given === 'string' ? [200, given] : given
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    // For replies that are sent again.
    const retry = code === 429 || code === 503 ? { 'retry-after': '0' } : {}
    response.writeHead(code, { 'content-type': 'application/json', ...retry }).end(text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'test', user: { token: 't' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...(namespace === undefined ? {} : { namespace }) } }],
  }
  return { cwd: t.testdir({ kubeconfig: JSON.stringify(kubeconfig) }), asked }
}

export const notFound = [404, { kind: 'Status', message: 'not found' }] as const
export const none = [200, { items: [], metadata: {} }] as const
export const forbidden = (what: string) => [403, { kind: 'Status', message: `${what} is forbidden: User "jane" cannot list` }] as const
