import { FileCertificateKeeper, type PairFiles } from './certificates/keeper.ts'
import type { CertificateKeeper, KeeperFactory, KeeperPorts, NamespaceKeeper, PolicyKeeper, SecureOptions } from './keepers/contracts.ts'
import { FilePolicyKeeper, type PolicySource } from './keepers/policy-keeper.ts'

/** Where a server's state comes from. */
export interface KeeperOptions {
  /** Files, or who else keeps the certificate. */
  readonly certificate: PairFiles | KeeperFactory<CertificateKeeper>
  /** Files, or who else keeps the policy; undefined for the built-in preset `recommended`. */
  readonly policy: PolicySource | KeeperFactory<PolicyKeeper> | undefined
  /** Left out where nobody knows the namespaces. */
  readonly namespaces?: KeeperFactory<NamespaceKeeper>
}

/** The keepers of one server: what is read from outside and followed while it runs. */
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
   * Reads everything a first time.
   * @throws StartError where a file is missing or wrong; the signal's reason where the wait for somebody else was given up
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

  /** Undefined where nobody knows the namespaces. */
  get namespaces(): NamespaceKeeper | undefined {
    return this.#namespaces
  }

  /** Follows the changes from now on. @param swap gets every new good certificate */
  start(swap: (options: SecureOptions) => void): void {
    this.policies.start()
    this.certificates.start(swap)
  }

  /** Stops what was loaded; harmless where nothing was. */
  stop(): void {
    this.#policies?.stop()
    this.#certificates?.stop()
    this.#namespaces?.stop()
  }
}

function loaded<K>(keeper: K | undefined): K {
  if (keeper === undefined) throw new Error('a keeper is asked before it was loaded')
  return keeper
}
