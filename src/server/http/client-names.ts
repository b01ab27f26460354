/** Who may call, where a client CA vouches for more than the API server: the cluster's own CA signs every kubelet's certificate too. */
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { ServerPorts } from '../ports.ts'
import { refuse } from './requests.ts'

/**
 * Answers 403 to every caller whose certificate has none of the names. The handshake has checked the certificate itself.
 * @param names DNS names of the certificate's subjectAltName, or its common name, without wildcards
 */
export function allowOnly(names: readonly string[], app: FastifyInstance, { log }: ServerPorts): void {
  const allowed = new WeakSet<object>()
  app.server.on('secureConnection', (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate()
    if (certificate !== undefined && names.some((name) => isFor(certificate, name))) allowed.add(socket)
    else log.warn({ subject: certificate?.subject }, 'a caller with a certificate for another name is refused')
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (allowed.has(request.raw.socket)) return done()
    refuse(reply, 403, 'The certificate of the caller is for none of the names of --client-name.\n')
  })
}

/** `always`: callers of Kubernetes have common names (`kube-apiserver`), beside other names or without. */
function isFor(certificate: X509Certificate, name: string): boolean {
  return certificate.checkHost(name, { subject: 'always', wildcards: false }) !== undefined
}
