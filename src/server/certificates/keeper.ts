import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CertificateKeeper, KeeperPorts, SecureOptions } from '../keepers/contracts.ts'
import { fileFault } from '../keepers/file-fault.ts'
import { StartError } from '../keepers/start-error.ts'
import { type Stop, watchFolders } from '../keepers/watch.ts'
import { checkPair, type Pair, secureOptions } from './pair.ts'

/** The files of the serving certificate. */
export interface PairFiles {
  readonly cert: string
  readonly key: string
  readonly clientCa?: string | undefined
  /** The CA that signed it, for clients: `curl --cacert`, `caBundle`. Present if initlint created the certificate itself. */
  readonly ca?: string
}

/** Keeps the last valid certificate: loaded at startup and reloaded when its directory changes. An invalid new pair changes nothing. */
export class FileCertificateKeeper implements CertificateKeeper {
  readonly #files: PairFiles
  readonly #ports: KeeperPorts
  #pair: Pair
  /** The last reported problem, so that an invalid pair is reported once and not at every poll. */
  #refused: string | undefined
  #stop: Stop | undefined

  /** @throws StartError with the file and the problem */
  constructor(files: PairFiles, ports: KeeperPorts) {
    this.#files = files
    this.#ports = ports
    this.#pair = this.#readFirst()
  }

  /** TLS options of the pair in use. */
  get secureOptions(): SecureOptions {
    return secureOptions(this.#pair)
  }

  /** Watches the files; `swap` receives every new valid pair. Open connections stay open. */
  start(swap: (options: SecureOptions) => void): void {
    const { cert, key, clientCa } = this.#files
    const paths = clientCa === undefined ? [cert, key] : [cert, key, clientCa]
    const folders = new Set(paths.map((path) => dirname(resolve(path))))
    this.#stop = watchFolders(folders, this.#ports.pollInterval, () => this.#reload(swap))
    // The files may have changed between the first read and the watch.
    this.#reload(swap)
  }

  stop(): void {
    this.#stop?.()
  }

  #readFirst(): Pair {
    const pair = this.#read()
    const checked = checkPair(pair, this.#ports.now())
    if (!checked.ok) throw new StartError(`The certificate ${this.#files.cert} with the key ${this.#files.key}: ${checked.problem}.`)
    this.#ports.metrics.certificateExpiry(checked.notAfter)
    return pair
  }

  #reload(swap: (options: SecureOptions) => void): void {
    const { metrics, log } = this.#ports
    try {
      const pair = this.#read()
      if (samePair(pair, this.#pair)) {
        this.#refused = undefined
        return
      }
      const checked = checkPair(pair, this.#ports.now())
      if (!checked.ok) {
        this.#refuse(checked.problem)
        return
      }
      swap(secureOptions(pair))
      this.#pair = pair
      this.#refused = undefined
      metrics.reload('certificate', 'ok')
      metrics.certificateExpiry(checked.notAfter)
      log.info({ notAfter: new Date(checked.notAfter).toISOString() }, 'the new certificate is in use')
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error))
    }
  }

  #refuse(problem: string): void {
    if (this.#refused === problem) return
    this.#refused = problem
    this.#ports.metrics.reload('certificate', 'failed')
    this.#ports.log.error({ file: this.#files.cert, problem }, 'the new certificate is refused; the previous one stays in use')
  }

  #read(): Pair {
    const { cert, key, clientCa } = this.#files
    const pair = { cert: readText(cert), key: readText(key) }
    return clientCa === undefined ? pair : { ...pair, clientCa: readText(clientCa) }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(`Cannot read the file ${path}: ${fileFault(error)}.`)
  }
}

function samePair(left: Pair, right: Pair): boolean {
  return left.cert === right.cert && left.key === right.key && left.clientCa === right.clientCa
}
