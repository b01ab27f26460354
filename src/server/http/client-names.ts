/** Restricts which clients may call: a client CA may sign more than the API server's certificate; the cluster CA signs every kubelet's. */
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { ServerPorts } from '../ports.ts'
import { refuse } from './requests.ts'

/**
 * Answers 403 to every client whose certificate has none of the names. The TLS handshake has already verified the certificate.
 * @param names DNS names of the certificate's subjectAltName, or its common name, without wildcards
 */
export function allowOnly(names: readonly string[], app: FastifyInstance, { log }: ServerPorts): void {
  const allowed = new WeakSet<object>()
  app.server.on('secureConnection', (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate()
    if (certificate !== undefined && names.some((name) => isFor(certificate, name))) allowed.add(socket)
    else log.warn({ subject: certificate?.subject }, 'rejected a client: its certificate has none of the allowed names')
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (allowed.has(request.raw.socket)) return done()
    refuse(reply, 403, 'The client certificate has none of the names set with --client-name.\n')
  })
}

/** `subject: 'always'`: clients in Kubernetes have common names (`kube-apiserver`), with or without a subjectAltName. */
function isFor(certificate: X509Certificate, name: string): boolean {
  return certificate.checkHost(name, { subject: 'always', wildcards: false }) !== undefined
}
