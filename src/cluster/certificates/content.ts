import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { KeyPair, Names } from '../../server/certificates/make.ts'
import { checkPair, clockSkew } from '../../server/certificates/pair.ts'

/** A CA that the API servers trust or will trust. */
export interface Authority {
  /** SHA-256 of the certificate. */
  readonly id: string
  /** Its certificate, PEM. */
  readonly cert: string
  /** ms since 1970. */
  readonly madeAt: number
  readonly notAfter: number
}

/** A usable serving certificate: its key fits, it has the required names, and a known CA signed it. */
export interface Leaf extends KeyPair {
  /** Id of the CA that signed it. */
  readonly issuer: string
  /** ms since 1970. */
  readonly madeAt: number
  readonly notAfter: number
}

/** The usable content of the Secret. */
export interface Content {
  /** CAs of ca.crt, newest first. */
  readonly authorities: readonly Authority[]
  /** Certificate and key of the first one; undefined if ca.key is not its key. */
  readonly signer: KeyPair | undefined
  readonly leaf: Leaf | undefined
  /** Clauses that describe what cannot be used. They never contain a part of a key. */
  readonly problems: readonly string[]
}

/** Keys of the Secret; cert-manager uses the same names for the first two. */
export const secretKeys = { cert: 'tls.crt', key: 'tls.key', authorities: 'ca.crt', authorityKey: 'ca.key' } as const

/** Every certificate of a PEM text; the pattern takes linear time, since base64 contains no dash. */
const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** initlint never writes a larger bundle; further certificates are not read. */
const maxAuthorities = 32

/**
 * Reads the Secret. Never throws, since a Secret can contain anything.
 * @param data of the Secret, base64
 * @param names that a serving certificate must cover
 * @param known CAs that this replica remembers, even if they are no longer in the Secret
 */
export function readContent(data: Readonly<Record<string, string>>, names: Names, known: readonly Authority[]): Content {
  const text = (key: string): string => (Object.hasOwn(data, key) ? Buffer.from(String(data[key]), 'base64').toString('utf8') : '')
  const problems: string[] = []
  const authorities = readAuthorities(text(secretKeys.authorities))
  if (authorities.length === 0) problems.push(`${secretKeys.authorities} contains no CA certificate`)
  const signer = readSigner(authorities[0], text(secretKeys.authorityKey))
  if (signer === undefined && authorities.length > 0) {
    problems.push(`${secretKeys.authorityKey} is not the key of the first certificate of ${secretKeys.authorities}`)
  }
  const leaf = readLeaf({ cert: text(secretKeys.cert), key: text(secretKeys.key) }, names, [...authorities, ...known])
  if (typeof leaf === 'string') problems.push(leaf)
  return { authorities, signer, leaf: typeof leaf === 'string' ? undefined : leaf, problems }
}

/** Builds the data of the Secret, base64. */
export function writeContent(authorities: readonly Authority[], authorityKey: string, leaf: KeyPair): Record<string, string> {
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
  return {
    [secretKeys.authorities]: base64(bundleOf(authorities)),
    [secretKeys.authorityKey]: base64(authorityKey),
    [secretKeys.cert]: base64(leaf.cert),
    [secretKeys.key]: base64(leaf.key),
  }
}

/** The CA certificates of a bundle; unreadable ones are omitted. */
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

/** A CA from its certificate, PEM; undefined if it is not a CA certificate. */
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

/** The only kind of key that initlint signs with. */
function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

/** @returns a clause if the certificate cannot be used. Its validity period is checked by the caller, which has a clock. */
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
    if (missing.length > 0) return `the certificate is not valid for ${missing.join(', ')}`
    const issuer = authorities.find(({ cert }) => isIssuer(new X509Certificate(cert), certificate))
    if (issuer === undefined) return `the certificate is not signed by a CA in ${secretKeys.authorities}`
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
