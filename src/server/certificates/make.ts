import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A serving certificate with the CA that signed it, PEM. */
export interface MadePair {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** P-256 is what every TLS 1.2 client knows, and quick to make and to sign with. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const day = 24 * 60 * 60 * 1000
/** One year; renewed at a start within its last month. */
const validity = 365 * day
/** Clocks differ: a certificate made now is valid on a machine that is a little behind. */
const clockSkew = 60 * 60 * 1000

/**
 * Makes a CA and a serving certificate. The CA's key is thrown away, so whoever trusts the CA trusts this one certificate.
 * @param names DNS names and IP addresses that the certificate is for
 * @param now ms since 1970
 */
export async function makePair(names: { readonly dns: readonly string[]; readonly ip: readonly string[] }, now: number): Promise<MadePair> {
  const dates = { notBefore: new Date(now - clockSkew), notAfter: new Date(now + validity) }
  const caKeys = await newKeys()
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: 'CN=initlint CA, made on this machine',
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const keys = await newKeys()
  const cert = await X509CertificateGenerator.create({
    ...dates,
    subject: 'CN=initlint',
    issuer: ca.subjectName,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.ip.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { ca: `${ca.toString('pem')}\n`, cert: `${cert.toString('pem')}\n`, key: `${key}\n` }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}
