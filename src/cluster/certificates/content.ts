import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { KeyPair, Names } from '../../server/certificates/make.ts'
import { checkPair, clockSkew } from '../../server/certificates/pair.ts'

/** A CA that the API servers are to trust. */
export interface Authority {
  /** SHA-256 of the certificate. */
  readonly id: string
  /** Its certificate, PEM. */
  readonly cert: string
  /** ms since 1970. */
  readonly madeAt: number
  readonly notAfter: number
}

/** A serving certificate that is whole: its key fits, it has our names, and a CA that we know signed it. */
export interface Leaf extends KeyPair {
  /** Id of the CA that signed it. */
  readonly issuer: string
  /** ms since 1970. */
  readonly madeAt: number
  readonly notAfter: number
}

/** What the Secret holds, as far as it can be used. */
export interface Content {
  /** CAs of ca.crt, newest first. */
  readonly authorities: readonly Authority[]
  /** Certificate and key of the first one; undefined where ca.key is not its key. */
  readonly signer: KeyPair | undefined
  readonly leaf: Leaf | undefined
  /** Clauses that say what cannot be used. Never a part of a key. */
  readonly problems: readonly string[]
}

/** Keys of the Secret: the first two are what cert-manager calls them as well. */
export const secretKeys = { cert: 'tls.crt', key: 'tls.key', authorities: 'ca.crt', authorityKey: 'ca.key' } as const

/** Every certificate of a PEM text; the pattern is linear, since no dash stands within base64. */
const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** A bundle with more is not ours; the rest is not read. */
const maxAuthorities = 32

/**
 * Reads the Secret. Never throws: somebody may have put anything there.
 * @param data of the Secret, base64
 * @param names that a serving certificate must be for
 * @param known CAs that the Secret may have lost, but that this replica remembers
 */
export function readContent(data: Readonly<Record<string, string>>, names: Names, known: readonly Authority[]): Content {
  const text = (key: string): string => (Object.hasOwn(data, key) ? Buffer.from(String(data[key]), 'base64').toString('utf8') : '')
  const problems: string[] = []
  const authorities = readAuthorities(text(secretKeys.authorities))
  if (authorities.length === 0) problems.push(`${secretKeys.authorities} holds no CA certificate`)
  const signer = readSigner(authorities[0], text(secretKeys.authorityKey))
  if (signer === undefined && authorities.length > 0) {
    problems.push(`${secretKeys.authorityKey} is not the key of the first certificate of ${secretKeys.authorities}`)
  }
  const leaf = readLeaf({ cert: text(secretKeys.cert), key: text(secretKeys.key) }, names, [...authorities, ...known])
  if (typeof leaf === 'string') problems.push(leaf)
  return { authorities, signer, leaf: typeof leaf === 'string' ? undefined : leaf, problems }
}

/** The data of the Secret, base64. */
export function writeContent(authorities: readonly Authority[], authorityKey: string, leaf: KeyPair): Record<string, string> {
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
  return {
    [secretKeys.authorities]: base64(bundleOf(authorities)),
    [secretKeys.authorityKey]: base64(authorityKey),
    [secretKeys.cert]: base64(leaf.cert),
    [secretKeys.key]: base64(leaf.key),
  }
}

/** The CA certificates of a bundle; what cannot be read is left out. */
export function readAuthorities(pem: string): readonly Authority[] {
  const found = new Map<string, Authority>()
  for (const [block] of pem.matchAll(certificateBlock)) {
    if (found.size === maxAuthorities) break
    const authority = readAuthority(block)
    if (authority !== undefined) found.set(authority.id, authority)
  }
  return [...found.values()]
}

/** One PEM text of CAs. */
export function bundleOf(authorities: readonly Authority[]): string {
  return authorities.map(({ cert }) => cert).join('')
}

/** A CA from its certificate, PEM; undefined where it is none. */
export function readAuthority(pem: string): Authority | undefined {
  try {
    const certificate = new X509Certificate(pem)
    if (!certificate.ca) return undefined
    return { id: certificate.fingerprint256, cert: certificate.toString(), ...lifeOf(certificate) }
  } catch {
    return undefined
  }
}

function readSigner(authority: Authority | undefined, key: string): KeyPair | undefined {
  if (authority === undefined) return undefined
  try {
    const privateKey = createPrivateKey(key)
    if (!isP256(privateKey) || !new X509Certificate(authority.cert).checkPrivateKey(privateKey)) return undefined
    return { cert: authority.cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  } catch {
    return undefined
  }
}

/** The only kind of key that we sign with. */
function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

/** @returns a clause where it cannot be used. Whether it is in its time is for the reader to say, who has a clock. */
export function readLeaf(pair: KeyPair, names: Names, authorities: readonly Authority[]): Leaf | string {
  if (pair.cert === '' && pair.key === '') return `${secretKeys.cert} and ${secretKeys.key} are empty`
  try {
    const certificate = new X509Certificate(pair.cert)
    const life = lifeOf(certificate)
    const checked = checkPair(pair, life.madeAt)
    if (!checked.ok) return checked.problem
    const missing = [
      ...names.dns.filter((name) => certificate.checkHost(name, { subject: 'never' }) === undefined),
      ...names.ip.filter((ip) => certificate.checkIP(ip) === undefined),
    ]
    if (missing.length > 0) return `the certificate is not for ${missing.join(', ')}`
    const issuer = authorities.find(({ cert }) => isIssuer(new X509Certificate(cert), certificate))
    if (issuer === undefined) return `no CA of ${secretKeys.authorities} signed the certificate`
    return { ...pair, issuer: issuer.id, ...life }
  } catch {
    return 'the certificate cannot be read; it must be PEM'
  }
}

function isIssuer(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
}

function lifeOf(certificate: X509Certificate): { readonly madeAt: number; readonly notAfter: number } {
  return { madeAt: Date.parse(certificate.validFrom) + clockSkew, notAfter: Date.parse(certificate.validTo) }
}
