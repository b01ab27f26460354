import { type KubernetesListObject, type KubernetesObject, ListWatch, Watch } from '@kubernetes/client-node'
import { asString, member } from '../model/json.ts'
import type { Watched } from '../server/observe/metrics.ts'
import type { ClusterClient } from './client.ts'

/** What is followed. */
export interface InformerSource<T extends KubernetesObject> {
  /** How logs and metrics call it. */
  readonly name: Watched
  /** What is watched: `/api/v1/namespaces/initlint/configmaps`. */
  readonly path: string
  /** Lists the same objects; with `fieldSelector`, where there is one, handed to the call as well. */
  list(): Promise<KubernetesListObject<T>>
  /** `metadata.name=NAME`: RBAC that names an object lets list and watch by this selector only. */
  readonly fieldSelector?: string
  /** Leaves out what nobody asks for, to save memory; must keep `metadata.name`, `namespace` and `resourceVersion`. */
  trim?(object: T): T
}

/** The server has forgotten our place; ListWatch then lists again (kubernetes apimachinery/pkg/api/errors, IsResourceExpired and IsGone). */
const gone = 410

/** The Status that a watch ended with. */
function watchError(status: unknown): Error {
  const error = new Error(asString(member(status, 'message')) ?? 'the watch failed')
  return Object.assign(error, { statusCode: member(status, 'code') })
}

/** What a session tells and asks. */
export interface SessionPorts {
  /** The API server answered. */
  contact(): void
  /** The first list is known. */
  listed(): void
  changed(): void
  failed(error: unknown): void
  /** ms until the next watch, after one that ended without an error. */
  pause(): number
  /** A watch has ended after this time, ms. */
  lived(milliseconds: number): void
  now(): number
}

/**
 * One ListWatch from its first list to its first error. Client-node's own is wrapped where it does not stop what it has begun: a watch
 * that is being opened, or waited for, while it is stopped.
 */
export class Session<T extends KubernetesObject> {
  readonly objects: ListWatch<T>
  readonly #ports: SessionPorts
  #stopped = false

  constructor(client: ClusterClient, source: InformerSource<T>, ports: SessionPorts) {
    this.#ports = ports
    const watch = new SessionWatch<T>(client, source, ports, () => this.#stopped)
    const list = async (): Promise<KubernetesListObject<T>> => {
      const listed = await source.list()
      ports.contact()
      return { ...listed, items: source.trim === undefined ? listed.items : listed.items.map((item) => source.trim?.(item) ?? item) }
    }
    this.objects = new ListWatch(source.path, watch, list, false, undefined, source.fieldSelector, { delayFn: () => this.#pause() })
    this.objects.on('change', () => ports.changed())
    this.objects.on('error', (error: unknown) => {
      if (!this.#stopped) ports.failed(error)
    })
  }

  start(): void {
    void this.objects.start()
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    void this.objects.stop()
  }

  /** Never settles once it is stopped: what waits for it is then forgotten. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(() => {
        if (!this.#stopped) resolve()
      }, this.#ports.pause())
    })
  }
}

/** Client-node's watch, which gives up after 30 s without a byte (the session then goes on from where it was), and says how it goes. */
class SessionWatch<T extends KubernetesObject> extends Watch {
  readonly #trim: (object: T) => T
  readonly #ports: SessionPorts
  readonly #isStopped: () => boolean
  #first = true

  constructor(client: ClusterClient, source: InformerSource<T>, ports: SessionPorts, isStopped: () => boolean) {
    super(client.config)
    this.#trim = (object) => source.trim?.(object) ?? object
    this.#ports = ports
    this.#isStopped = isStopped
  }

  override async watch(
    path: string,
    query: Record<string, string | number | boolean | undefined>,
    callback: (phase: string, object: T) => void,
    done: (error: unknown) => void,
  ): Promise<AbortController> {
    if (this.#isStopped()) return new AbortController()
    // A watch is opened when the list is known.
    if (this.#first) this.#ports.listed()
    this.#first = false
    const opened = this.#ports.now()
    let ended = false
    const end = (error: unknown): void => {
      ended = true
      this.#ports.lived(this.#ports.now() - opened)
      if (!this.#isStopped()) done(error)
    }
    const take = (phase: string, object: T): void => {
      this.#ports.contact()
      if (this.#isStopped()) return
      if (phase === 'ERROR' && member(object, 'code') !== gone) this.#ports.failed(watchError(object))
      else callback(phase, phase === 'ERROR' ? object : this.#trim(object))
    }
    const request = await super.watch(path, query, take, end).catch((error: unknown) => {
      // A plug-in or a file of the kubeconfig failed: nobody waits for this promise but us.
      end(error)
      return new AbortController()
    })
    if (!ended) this.#ports.contact()
    if (this.#isStopped()) request.abort()
    return request
  }
}
