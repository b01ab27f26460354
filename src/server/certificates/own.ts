import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../keepers/start-error.ts'
import type { PairFiles } from './keeper.ts'
import { checkPair } from './pair.ts'

/** Where people reach the server: by hand, and as the Service of manifests/. */
const names = { dns: ['localhost', 'initlint.initlint.svc'], ip: ['127.0.0.1', '::1'] } as const

/** Renewed at a start within the last month: a server that was started stays up for weeks. */
const renewBefore = 30 * 24 * 60 * 60 * 1000

/** Only the owner may read the key. */
const keyMode = 0o600

export interface OwnFiles extends PairFiles {
  readonly ca: string
  /** Whether they were made now. */
  readonly made: boolean
}

/**
 * The certificate that initlint makes for itself where nobody gives it one: kept in a folder and used again while it is good.
 * @param folder made if it is not there; ca.pem, server.pem and server-key.pem stand in it
 * @param now ms since 1970
 * @throws StartError where the folder cannot be written
 */
export async function ownCertificate(folder: string, now: number): Promise<OwnFiles> {
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') }
  if (isGood(files, now)) return { ...files, made: false }
  // Loaded only here: most starts make no certificate, and the library takes time and memory.
  const { makePair } = await import('./make.ts')
  const pair = await makePair(names, now)
  try {
    mkdirSync(folder, { recursive: true })
    write(files.key, pair.key, keyMode)
    write(files.cert, pair.cert, 0o644)
    write(files.ca, pair.ca, 0o644)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new StartError(
      `A certificate cannot be kept in ${folder} (${code}); start initlint where it may write, or give it --tls-cert and --tls-key.`,
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

/** Writes a file under its final name only when it is whole. The temporary name is one that Git ignores, too. */
function write(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}.pem`
  writeFileSync(temporary, text, { mode })
  chmodSync(temporary, mode)
  renameSync(temporary, path)
}
