import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CertificateKeeper, KeeperPorts, SecureOptions } from '../keepers/contracts.ts'
import { StartError } from '../keepers/start-error.ts'
import { type Stop, watchFolders } from '../keepers/watch.ts'
import { checkPair, type Pair, secureOptions } from './pair.ts'

/** Where the serving certificate lives. */
export interface PairFiles {
  readonly cert: string
  readonly key: string
  readonly clientCa?: string | undefined
  /** The CA that signed it, for callers: `curl --cacert`, `caBundle`. Present if initlint created the certificate itself. */
  readonly ca?: string
}

/** Keeps the last good certificate: read at the start, read again when its folder changes. A bad new pair changes nothing. */
export class FileCertificateKeeper implements CertificateKeeper {
  readonly #files: PairFiles
  readonly #ports: KeeperPorts
  #pair: Pair
  /** What was refused last, so that one bad pair is reported once and not at every poll. */
  #refused: string | undefined
  #stop: Stop | undefined

  /** @throws StartError that names the file and what is wrong with it */
  constructor(files: PairFiles, ports: KeeperPorts) {
    this.#files = files
    this.#ports = ports
    this.#pair = this.#readFirst()
  }

  /** TLS options of the pair in use. */
  get secureOptions(): SecureOptions {
    return secureOptions(this.#pair)
  }

  /** Watches the files; `swap` gets every new pair that is good. Connections that are open stay open. */
  start(swap: (options: SecureOptions) => void): void {
    const { cert, key, clientCa } = this.#files
    const paths = clientCa === undefined ? [cert, key] : [cert, key, clientCa]
    const folders = new Set(paths.map((path) => dirname(resolve(path))))
    this.#stop = watchFolders(folders, this.#ports.pollInterval, () => this.#reload(swap))
    // A change between the first reading and the watch.
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
    this.#ports.log.error({ file: this.#files.cert, problem }, 'the new certificate is refused; the old one stays in use')
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
    throw new StartError(`The file ${path} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`)
  }
}

function samePair(left: Pair, right: Pair): boolean {
  return left.cert === right.cert && left.key === right.key && left.clientCa === right.clientCa
}
