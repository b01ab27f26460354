import { performance } from 'node:perf_hooks'
import type { V1Secret } from '@kubernetes/client-node'
import type { Names } from '../../server/certificates/make.ts'
import { secureOptions } from '../../server/certificates/pair.ts'
import type { CertificateKeeper, KeeperPorts, SecureOptions } from '../../server/keepers/contracts.ts'
import { type ClusterClient, clusterProblem, statusOf } from '../client.ts'
import { Informer } from '../informer.ts'
import { WebhookRegistration } from '../webhook-registration.ts'
import type { Authority, Content } from './content.ts'
import { isAcceptable, type Memory, mayRegister, nextCertificates, type Times, type View } from './decide.ts'
import { contentOf, isForeign, makeContent, type SecretName, writeSecret } from './secret.ts'

export interface ClusterCertificateSettings {
  readonly client: ClusterClient
  readonly secret: SecretName
  readonly names: Names
  readonly webhookConfiguration: string
  readonly times: Times
}

const second = 1000
/** Replicas see the same change at the same time, so each waits for a random part of this time, ms: the others then find nothing to do. */
const raceTime = 500
/** Longest sleep, ms: clocks jump, and timers beyond 2^31 ms fire immediately. */
const longestSleep = 600 * second
/** Pause after a conflict, ms: the change of the other replica is on its way. */
const afterConflict = second
/** Longest pause between writes that do not last, ms. */
const longestPause = 300 * second

/** Keeps the certificate in a Secret: serves acceptable content, repairs other content, and renews in time. */
export class ClusterCertificateKeeper implements CertificateKeeper {
  readonly #settings: ClusterCertificateSettings
  readonly #ports: KeeperPorts
  readonly #informer: Informer<V1Secret>
  readonly #registration: WebhookRegistration
  #memory: Memory | undefined
  #swap: ((options: SecureOptions) => void) | undefined
  #served: (() => void) | undefined
  /** When this replica began to observe, by the monotonic clock. */
  #since = 0
  #look: NodeJS.Timeout | undefined
  #write: NodeJS.Timeout | undefined
  #isWriting = false
  #lastWrite = Number.NEGATIVE_INFINITY
  #pause = 0
  /** The problem that was logged last, so that it is logged once. */
  #lastProblem = ''
  #stopped = false

  constructor(settings: ClusterCertificateSettings, ports: KeeperPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#informer = secretInformer(settings, ports)
    this.#registration = new WebhookRegistration(settings.client, settings.webhookConfiguration, {
      ...ports,
      monotonic: () => performance.now(),
      random: Math.random,
      currentAuthorities: () => this.#currentAuthorities(),
      changed: () => this.#soon(0),
    })
  }

  /** Settles when there is a certificate to serve. @throws the reason of the signal if it is aborted first */
  async load(): Promise<void> {
    const { signal } = this.#ports
    const served = new Promise<void>((resolve, reject) => {
      this.#served = resolve
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    this.#registration.start()
    this.#informer.onChange(() => this.#soon(0))
    const [loaded] = await Promise.allSettled([this.#informer.start()])
    if (loaded.status === 'rejected') {
      served.catch(() => undefined)
      throw loaded.reason
    }
    this.#since = performance.now()
    this.#soon(0)
    await served
  }

  get secureOptions(): SecureOptions {
    if (this.#memory === undefined) throw new Error('the certificate was requested before there is one')
    const { cert, key } = this.#memory.leaf
    return secureOptions({ cert, key })
  }

  start(swap: (options: SecureOptions) => void): void {
    this.#swap = swap
    // The certificate may have changed since it was first read.
    swap(this.secureOptions)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#look)
    clearTimeout(this.#write)
    this.#informer.stop()
    this.#registration.stop()
  }

  /** Decides again after some ms; replaces an earlier plan. */
  #soon(milliseconds: number): void {
    if (this.#stopped) return
    clearTimeout(this.#look)
    this.#look = setTimeout(() => this.#consider(), Math.min(Math.max(milliseconds, 0), longestSleep))
  }

  #consider(): void {
    // A write in progress is followed by another look.
    if (!this.#isWriting) this.#soon(this.#next())
  }

  /** Serves what may be served and plans the next write. @returns ms after which to decide again at the latest */
  #next(): number {
    const { times } = this.#settings
    const view = this.#view()
    if (view === undefined) return longestSleep
    if (isAcceptable(view, times)) this.#adopt(view.content, mayRegister(view, times))
    if (this.#isForeign()) return longestSleep
    const decision = nextCertificates({ ...view, memory: this.#memory }, times)
    if (decision.do === 'keep') return Math.min(decision.lookAt - view.now, mayRegister(view, times) ? longestSleep : times.patience)
    this.#write ??= setTimeout(
      () => {
        this.#write = undefined
        void this.#act()
      },
      this.#pause + raceTime * Math.random(),
    )
    return longestSleep
  }

  /** What is known at this moment; undefined if the Secret does not exist. */
  #view(): View | undefined {
    const { name, namespace } = this.#settings.secret
    const secret = this.#informer.get(name, namespace)
    this.#ports.metrics.certificateProblem('secret-missing', secret === undefined)
    if (secret === undefined) {
      this.#logProblem(
        `The Secret ${namespace}/${name} does not exist, and initlint is not allowed to create it; apply the manifests again, or run kubectl create secret generic ${name} -n ${namespace}`,
      )
      return undefined
    }
    return this.#viewOf(this.#contentOf(secret))
  }

  #viewOf(content: Content): View {
    return {
      content,
      memory: this.#memory,
      now: this.#ports.now(),
      heldFor: (id) => this.#registration.heldFor(id),
      waited: this.#registration.mayBeServed() ? performance.now() - this.#since : Number.POSITIVE_INFINITY,
    }
  }

  #contentOf(secret: V1Secret): Content {
    return contentOf(secret, this.#settings.names, this.#memory?.authorities ?? [])
  }

  /** Whether cert-manager fills the Secret: its content is then served, but never changed. */
  #isForeign(): boolean {
    const { name, namespace } = this.#settings.secret
    const secret = this.#informer.get(name, namespace)
    const foreign = secret !== undefined && isForeign(secret)
    this.#ports.metrics.certificateProblem('secret-foreign', foreign)
    if (foreign) {
      this.#logProblem(
        `cert-manager fills the Secret ${namespace}/${name}, so initlint does not change it; mount it and use --tls-cert and --tls-key instead of --tls-secret`,
      )
    }
    return foreign
  }

  /** Serves with the content of the Secret. */
  #adopt({ leaf, authorities }: Content, register: boolean): void {
    if (leaf === undefined) return
    const before = this.#memory
    this.#memory = { leaf, authorities }
    if (register) this.#registration.want(authorities)
    if (before?.leaf.cert === leaf.cert) return
    this.#ports.metrics.certificateExpiry(leaf.notAfter)
    if (before !== undefined) this.#ports.metrics.reload('certificate', 'ok')
    this.#ports.log.info({ notAfter: new Date(leaf.notAfter).toISOString() }, 'the certificate is in use')
    this.#lastProblem = ''
    this.#swap?.(this.secureOptions)
    this.#served?.()
  }

  /** Decides once more, since another replica may have been faster, and writes. */
  async #act(): Promise<void> {
    const { name, namespace } = this.#settings.secret
    const secret = this.#informer.get(name, namespace)
    const view = this.#view()
    if (this.#stopped || secret === undefined || view === undefined) return this.#soon(0)
    const { names, times, client } = this.#settings
    const decision = nextCertificates(view, times)
    if (decision.do === 'keep') return this.#soon(0)
    this.#isWriting = true
    try {
      const data = await makeContent(decision, view.content, names, view.now, times)
      if (!this.#stopped) await writeSecret(client, secret, data)
      this.#written(decision.why)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isWriting = false
      this.#soon(0)
    }
  }

  #written(reason: string): void {
    this.#ports.metrics.certificateProblem('secret-unwritable', false)
    this.#ports.log.info({ secret: this.#settings.secret, reason }, 'wrote the Secret with the certificate')
    const now = performance.now()
    // Writes in quick succession mean that another client reverts them or that clocks differ.
    const calm = Math.max(this.#pause * 4, Math.min(10 * second, this.#settings.times.leafLife / 10))
    this.#pause = now - this.#lastWrite < calm ? Math.min(longestPause, Math.max(second, this.#pause * 2)) : 0
    this.#lastWrite = now
    if (this.#pause >= 8 * second) {
      this.#logProblem(
        'changes of the Secret with the certificate do not last: another client reverts them, or the clocks of the replicas differ',
      )
    }
  }

  /** A conflict (409, 422 for a failed test) means that another replica was faster, which is not logged. */
  #failed(error: unknown): void {
    const status = statusOf(error)
    if (this.#stopped) return
    if (status === 409 || status === 422) {
      this.#pause = Math.max(this.#pause, afterConflict)
      return
    }
    const { name, namespace } = this.#settings.secret
    this.#ports.metrics.certificateProblem('secret-unwritable', true)
    this.#pause = Math.min(longestPause, Math.max(second, this.#pause * 2))
    this.#logProblem(clusterProblem(error, `patch secrets ${namespace}/${name}`))
  }

  /** The CAs to register, from the current Secret; from memory if it was deleted. */
  async #currentAuthorities(): Promise<readonly Authority[] | undefined> {
    const { client, secret, times } = this.#settings
    try {
      const content = this.#contentOf(await client.core.readNamespacedSecret(secret))
      return isAcceptable(this.#viewOf(content), times) ? content.authorities : undefined
    } catch (error) {
      if (statusOf(error) === 404) return this.#memory?.authorities
      throw error
    }
  }

  #logProblem(problem: string): void {
    if (this.#lastProblem === problem) return
    this.#lastProblem = problem
    this.#ports.metrics.reload('certificate', 'failed')
    const consequence = this.#memory === undefined ? 'not ready: there is no certificate yet' : 'the current certificate stays in use'
    this.#ports.log.error({ problem }, consequence)
  }
}

function secretInformer({ client, secret }: ClusterCertificateSettings, ports: KeeperPorts): Informer<V1Secret> {
  const { namespace, name } = secret
  const fieldSelector = `metadata.name=${name}`
  const list = () => client.core.listNamespacedSecret({ namespace, fieldSelector })
  return new Informer(client, { name: 'certificate', path: `/api/v1/namespaces/${namespace}/secrets`, fieldSelector, list }, ports)
}
