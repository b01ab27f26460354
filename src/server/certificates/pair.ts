import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { SecureOptions } from '../keepers/contracts.ts'

/** How far a certificate that initlint creates is backdated, ms: clients may have clocks that are behind. */
export const clockSkew = 60 * 60 * 1000

/** A certificate (with its chain) and its key, PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
  /** The CA whose client certificates are accepted, PEM; absent if clients are not asked for one. */
  readonly clientCa?: string
}

export type CheckedPair = { readonly ok: true; readonly notAfter: number } | { readonly ok: false; readonly problem: string }

/**
 * All suites of TLS 1.3, and those of TLS 1.2 with forward secrecy and authenticated encryption. Go offers each of them
 * (crypto/tls/cipher_suites.go). Node's default also has suites with CBC, whose padding was attacked repeatedly (RFC 7457, section 2.3).
 */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':')

/** TLS options of a pair. kube-apiserver speaks TLS 1.2 and later (client-go transport/transport.go). */
export function secureOptions({ cert, key, clientCa }: Pair): SecureOptions {
  return {
    cert,
    key,
    ca: clientCa,
    minVersion: 'TLSv1.2',
    ciphers,
    honorCipherOrder: true,
    // A renegotiation (TLS 1.2) makes the server sign again for one packet of the client; Go never asks for one.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}

/**
 * Whether a pair can be used for serving: readable, the key belongs to the certificate, valid now, with a name. Go ignores the common
 * name, so with a certificate without subjectAltName every call of the API server would fail.
 * @param now ms since 1970
 * @returns the end of its validity, ms since 1970, or the problem as a clause
 */
export function checkPair(pair: Pair, now: number): CheckedPair {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pair.cert)
  } catch {
    return { ok: false, problem: 'the certificate cannot be read; it must be PEM' }
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) {
      return { ok: false, problem: 'the key does not belong to the certificate' }
    }
  } catch {
    return { ok: false, problem: 'the key cannot be read; it must be PEM without a passphrase' }
  }
  const notBefore = Date.parse(certificate.validFrom)
  const notAfter = Date.parse(certificate.validTo)
  if (now < notBefore) return { ok: false, problem: `the certificate is not valid before ${isoTime(notBefore)}` }
  if (now >= notAfter) return { ok: false, problem: `the certificate expired at ${isoTime(notAfter)}` }
  if (certificate.subjectAltName === undefined) {
    return { ok: false, problem: 'the certificate has no subjectAltName, and the API server accepts no other name' }
  }
  if (pair.clientCa !== undefined && !isCertificate(pair.clientCa))
    return { ok: false, problem: 'the client CA cannot be read; it must be PEM' }
  try {
    createSecureContext(secureOptions(pair))
  } catch (error) {
    return { ok: false, problem: `Node does not accept it for TLS: ${error instanceof Error ? error.message : String(error)}` }
  }
  return { ok: true, notAfter }
}

/** Whether the text is a certificate. Node accepts any text as a CA and then trusts no client. */
export function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
