import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileFault } from '../keepers/file-fault.ts'
import { StartError } from '../keepers/start-error.ts'
import type { PairFiles } from './keeper.ts'
import { checkPair } from './pair.ts'

/** How clients reach the server: on this machine, and through the Service in manifests/. */
const names = { dns: ['localhost', 'initlint.initlint.svc'], ip: ['127.0.0.1', '::1'] } as const

/** Renewed at startup in the last month of its validity: a server may run for weeks. */
const renewBefore = 30 * 24 * 60 * 60 * 1000

/** Only the owner may read the key. */
const keyMode = 0o600

export interface OwnFiles extends PairFiles {
  readonly ca: string
  /** Whether they were created by this call. */
  readonly made: boolean
}

/**
 * The certificate that initlint creates for itself if none is given: stored in a directory and reused while it is valid.
 * @param folder contains ca.pem, server.pem and server-key.pem; created if it does not exist
 * @param now ms since 1970
 * @throws StartError if the directory is not writable
 */
export async function ownCertificate(folder: string, now: number): Promise<OwnFiles> {
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') }
  if (isGood(files, now)) return { ...files, made: false }
  // Loaded only here: most starts create no certificate, and the library takes time and memory.
  const { makePair } = await import('./make.ts')
  const pair = await makePair(names, now)
  try {
    mkdirSync(folder, { recursive: true })
    write(files.key, pair.key, keyMode)
    write(files.cert, pair.cert, 0o644)
    write(files.ca, pair.ca, 0o644)
  } catch (error) {
    throw new StartError(
      `Cannot store a certificate in ${folder}: ${fileFault(error)}; start initlint in a writable directory, or set --tls-cert and --tls-key.`,
    )
  }
  return { ...files, made: true }
}

function isGood(files: { readonly ca: string; readonly cert: string; readonly key: string }, now: number): boolean {
  try {
    const cert = readFileSync(files.cert, 'utf8')
    const key = readFileSync(files.key, 'utf8')
    const certificate = new X509Certificate(cert)
    const ca = new X509Certificate(readFileSync(files.ca, 'utf8'))
    const isSigned = certificate.checkIssued(ca) && certificate.verify(ca.publicKey)
    const hasNames = names.dns.every((name) => certificate.checkHost(name)) && names.ip.every((ip) => certificate.checkIP(ip))
    return isSigned && hasNames && checkPair({ cert, key }, now + renewBefore).ok && checkPair({ cert, key }, now).ok
  } catch {
    return false
  }
}

/** Writes a file atomically, through a temporary file whose name Git also ignores. */
function write(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}.pem`
  writeFileSync(temporary, text, { mode })
  chmodSync(temporary, mode)
  renameSync(temporary, path)
}
