/** A webhook that allows everything and records the reviews that the API server sends. */
import type { Server } from 'node:http'
import { createServer } from 'node:https'
import { asString, at } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { type Cleanup, type ControlPlane, shippedConfigurations } from './control-plane.ts'
import { freePort } from './processes.ts'

export interface Recorder {
  /** The reviews since the last call, in the order of arrival. */
  take(): readonly object[]
}

/** Installs the shipped validating configuration a second time, under another name, pointing at the recorder. */
export async function startRecorder(t: Cleanup, controlPlane: ControlPlane): Promise<Recorder> {
  let reviews: object[] = []
  const { webhook } = controlPlane
  const port = await freePort()
  const server: Server = createServer({ cert: webhook.certPem, key: webhook.keyPem }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      const review: object = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      reviews.push(review)
      const uid = asString(at(review, 'request', 'uid'))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, webhook.host, resolve))
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  await controlPlane.install([shippedConfigurations.validating], port, (name) => `recorder-${name}`)
  await until('the API server calls the recorder', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec: { containers: [{ name: 'c', image: 'x:1' }] } }
    await controlPlane.mustKubectl(['create', '--dry-run=server', '-f', '-'], pod)
    return reviews.length > 0
  })
  reviews = []
  return {
    take: () => {
      const taken = reviews
      reviews = []
      return taken
    },
  }
}
