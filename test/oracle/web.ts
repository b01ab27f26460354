/** A web server in its own thread (the main one waits for shells). It serves files, completely or from an offset. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, Worker, workerData } from 'node:worker_threads'

type Fault = 'stalls' | 'breaks' | 'misses'

export interface WebServer {
  /** Without a trailing slash. */
  readonly address: string
  close(): Promise<unknown>
}

/**
 * Serves files by name on the loopback interface.
 * @param fault what it does instead of sending a whole file: it sends half of it and then nothing more, or closes the connection then, or
 *   answers that the file does not exist
 */
export function serve(files: Readonly<Record<string, Uint8Array>>, fault?: Fault): Promise<WebServer> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { files, fault } })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (port: number) => resolve({ address: `http://127.0.0.1:${port}`, close: () => worker.terminate() }))
  })
}

function answer(data: Uint8Array | undefined, range: string | undefined, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  if (data === undefined) response.writeHead(404).end()
  else if (start >= data.length) response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end()
  else {
    const part = data.subarray(start)
    const place = { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` }
    response.writeHead(start === 0 ? 200 : 206, { 'content-length': part.length, ...(start === 0 ? {} : place) }).end(part)
  }
}

if (parentPort !== null) {
  const { files, fault } = workerData as { readonly files: Readonly<Record<string, Uint8Array>>; readonly fault?: Fault }
  const server = createServer(({ url = '', headers }, response) => {
    const data = files[url.slice(1)]
    if (fault === 'misses') response.writeHead(404).end('no such file')
    else if (fault !== undefined && data !== undefined) {
      response.writeHead(200, { 'content-length': data.length })
      response.write(data.subarray(0, data.length / 2), () => fault === 'breaks' && response.destroy())
    } else answer(data, headers.range, response)
  })
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
}
