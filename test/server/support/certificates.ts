import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { type MadePair, makePair } from '../../../src/server/certificates/make.ts'

const names = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] }

/** A valid pair for localhost, created now or at another time. */
export function goodPair(now = Date.now()): Promise<MadePair> {
  return makePair(names, now)
}

/** Writes a pair with the file names of a mounted Secret. */
export function writePair(folder: string, pair: Pick<MadePair, 'cert' | 'key'>): { cert: string; key: string } {
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key)
  return files
}

/** Client certificates signed by one new CA, one for each common name. */
export async function clientPairs<Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: MadePair }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const caKeys = await newKeys()
  const dates = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000), signingAlgorithm: algorithm }
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: 'CN=clients',
    keys: caKeys,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  })
  const pairs = names.map(async (name): Promise<MadePair> => {
    const keys = await newKeys()
    const cert = await X509CertificateGenerator.create({
      ...dates,
      subject: `CN=${name}`,
      issuer: ca.subjectName,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
    })
    const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
    return { ca: ca.toString('pem'), cert: cert.toString('pem'), key }
  })
  return (await Promise.all(pairs)) as { [Index in keyof Names]: MadePair }
}

/** A client certificate signed by a new CA. */
export async function clientPair(): Promise<MadePair> {
  return (await clientPairs('kube-apiserver'))[0]
}
