import { FileCertificateKeeper, type PairFiles } from './certificates/keeper.ts'
import type { CertificateKeeper, KeeperFactory, KeeperPorts, NamespaceKeeper, PolicyKeeper, SecureOptions } from './keepers/contracts.ts'
import { FilePolicyKeeper, type PolicySource } from './keepers/policy-keeper.ts'

/** The sources of a server's state. */
export interface KeeperOptions {
  /** Certificate files, or another keeper of the certificate. */
  readonly certificate: PairFiles | KeeperFactory<CertificateKeeper>
  /** Policy files, or another keeper of the policy; undefined for the built-in preset `recommended`. */
  readonly policy: PolicySource | KeeperFactory<PolicyKeeper> | undefined
  /** Omitted without a cluster. */
  readonly namespaces?: KeeperFactory<NamespaceKeeper>
}

/** The keepers of one server: everything that it loads at startup and follows while it runs. */
export class Keepers {
  readonly #options: KeeperOptions
  readonly #ports: KeeperPorts
  #policies: PolicyKeeper | undefined
  #certificates: CertificateKeeper | undefined
  #namespaces: NamespaceKeeper | undefined

  constructor(options: KeeperOptions, ports: KeeperPorts) {
    this.#options = options
    this.#ports = ports
  }

  /**
   * Loads everything for the first time.
   * @throws StartError if a file is missing or invalid; the reason of the signal if it was aborted during a wait
   */
  async load(): Promise<void> {
    const { policy, certificate, namespaces } = this.#options
    this.#policies = typeof policy === 'function' ? await policy(this.#ports) : new FilePolicyKeeper(policy, this.#ports)
    this.#certificates =
      typeof certificate === 'function' ? await certificate(this.#ports) : new FileCertificateKeeper(certificate, this.#ports)
    this.#namespaces = await namespaces?.(this.#ports)
  }

  get policies(): PolicyKeeper {
    return loaded(this.#policies)
  }

  get certificates(): CertificateKeeper {
    return loaded(this.#certificates)
  }

  /** Undefined without a cluster. */
  get namespaces(): NamespaceKeeper | undefined {
    return this.#namespaces
  }

  /** Starts to follow changes. @param swap receives every new valid certificate */
  start(swap: (options: SecureOptions) => void): void {
    this.policies.start()
    this.certificates.start(swap)
  }

  /** Stops everything that was loaded; does nothing before `load`. */
  stop(): void {
    this.#policies?.stop()
    this.#certificates?.stop()
    this.#namespaces?.stop()
  }
}

function loaded<K>(keeper: K | undefined): K {
  if (keeper === undefined) throw new Error('a keeper was used before it was loaded')
  return keeper
}
