/**
 * The baseline: a Fastify HTTPS server as in its documentation, which parses an AdmissionReview and allows it. The additional cost of
 * initlint is that of reviewing, logging and counting.
 * Arguments: port, certificate file, key file.
 */
import { readFileSync } from 'node:fs'
import { fastify } from 'fastify'

const [port = '0', cert = '', key = ''] = process.argv.slice(2)
const app = fastify({ https: { cert: readFileSync(cert), key: readFileSync(key) }, keepAliveTimeout: 120_000 })

app.post('/validate', (request, reply) => {
  const { request: reviewed } = request.body as { request: { uid: string } }
  reply.send({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: reviewed.uid, allowed: true } })
})

await app.listen({ host: '127.0.0.1', port: Number(port) })
