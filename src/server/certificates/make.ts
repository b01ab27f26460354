import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { clockSkew } from './pair.ts'

/** A certificate and its private key, PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** A serving certificate with the CA that signed it, PEM. */
export interface MadePair extends KeyPair {
  readonly ca: string
}

/** The DNS names and IP addresses for which a certificate is valid. */
export interface Names {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}

/** When a certificate is created, ms since 1970, and how long it is valid from then on, ms. */
export interface Life {
  readonly now: number
  readonly life: number
}

/** Every TLS 1.2 client supports P-256, and its keys are fast to generate and to sign with. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const day = 24 * 60 * 60 * 1000
/** One year; renewed at startup in its last month. */
const validity = 365 * day

/**
 * Creates a CA and a serving certificate. The key of the CA is discarded, so trusting the CA means trusting this one certificate.
 * @param now ms since 1970
 */
export async function makePair(names: Names, now: number): Promise<MadePair> {
  const authority = await makeAuthority('initlint CA, created on this machine', { now, life: validity })
  return { ca: authority.cert, ...(await signServing(authority, names, { now, life: validity })) }
}

/**
 * Creates a CA. Clients distinguish CAs with the same name by their key identifiers (RFC 5280, section 4.2.1.2).
 * @param name common name
 */
export async function makeAuthority(name: string, life: Life): Promise<KeyPair> {
  const keys = await newKeys()
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...dates(life),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: pem(cert), key: await pemOf(keys.privateKey) }
}

/**
 * Creates a serving certificate.
 * @param authority the CA that signs it
 * @throws if the certificate or the key (PKCS #8, P-256) of the CA cannot be parsed
 */
export async function signServing(authority: KeyPair, names: Names, life: Life): Promise<KeyPair> {
  const ca = new X509Certificate(authority.cert)
  const der = PemConverter.decodeFirst(authority.key)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const keys = await newKeys()
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      ...names.dns.map((value) => ({ type: 'dns' as const, value })),
      ...names.ip.map((value) => ({ type: 'ip' as const, value })),
    ]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(ca.publicKey),
  ]
  const subject = 'CN=initlint'
  const parties = { subject, issuer: ca.subjectName, publicKey: keys.publicKey, signingKey }
  const cert = await X509CertificateGenerator.create({ ...dates(life), ...parties, signingAlgorithm: algorithm, extensions })
  return { cert: pem(cert), key: await pemOf(keys.privateKey) }
}

function dates({ now, life }: Life): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now - clockSkew), notAfter: new Date(now + life) }
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}
