import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CertificateKeeper, KeeperFactory, KeeperPorts, SecureOptions } from '../keepers/contracts.ts'
import { fileFault } from '../keepers/file-fault.ts'
import { StartError } from '../keepers/start-error.ts'
import { type Stop, watchFolders } from '../keepers/watch.ts'
import { isCertificate } from './pair.ts'

/**
 * Adds the client CA to a certificate that another keeper provides.
 * @param factory creates the keeper of the certificate
 * @param path the CA file, PEM; reloaded when it changes, and an invalid one changes nothing
 */
export function withClientCa(factory: KeeperFactory<CertificateKeeper>, path: string): KeeperFactory<CertificateKeeper> {
  return async (ports) => {
    const first = readCa(path)
    return new ClientCaKeeper(await factory(ports), path, first, ports)
  }
}

class ClientCaKeeper implements CertificateKeeper {
  readonly #inner: CertificateKeeper
  readonly #path: string
  readonly #ports: KeeperPorts
  #ca: string
  #refused = ''
  #stop: Stop | undefined

  constructor(inner: CertificateKeeper, path: string, ca: string, ports: KeeperPorts) {
    this.#inner = inner
    this.#path = path
    this.#ca = ca
    this.#ports = ports
  }

  get secureOptions(): SecureOptions {
    return { ...this.#inner.secureOptions, ca: this.#ca }
  }

  start(swap: (options: SecureOptions) => void): void {
    this.#inner.start(() => swap(this.secureOptions))
    const reload = (): void => {
      try {
        const ca = readCa(this.#path)
        this.#refused = ''
        if (ca === this.#ca) return
        this.#ca = ca
        swap(this.secureOptions)
        this.#ports.log.info({ file: this.#path }, 'the new client CA is in use')
      } catch (error) {
        this.#refuse(error instanceof Error ? error.message : String(error))
      }
    }
    this.#stop = watchFolders(new Set([dirname(resolve(this.#path))]), this.#ports.pollInterval, reload)
    reload()
  }

  stop(): void {
    this.#stop?.()
    this.#inner.stop()
  }

  #refuse(problem: string): void {
    if (problem === this.#refused) return
    this.#refused = problem
    this.#ports.log.error({ file: this.#path, problem }, 'the new client CA is refused; the previous one stays in use')
  }
}

function readCa(path: string): string {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(`Cannot read the file ${path}: ${fileFault(error)}.`)
  }
  if (!isCertificate(pem)) throw new StartError(`The client CA ${path} is not a certificate in PEM.`)
  return pem
}
