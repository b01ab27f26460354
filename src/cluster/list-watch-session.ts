import { type KubernetesListObject, type KubernetesObject, ListWatch, Watch } from '@kubernetes/client-node'
import { asString, member } from '../model/json.ts'
import type { Watched } from '../server/observe/metrics.ts'
import type { ClusterClient } from './client.ts'

/** The objects that an informer watches. */
export interface InformerSource<T extends KubernetesObject> {
  /** Its name in logs and metrics. */
  readonly name: Watched
  /** The path that is watched: `/api/v1/namespaces/initlint/configmaps`. */
  readonly path: string
  /** Lists the same objects; it must apply `fieldSelector` itself if there is one. */
  list(): Promise<KubernetesListObject<T>>
  /** `metadata.name=NAME`: RBAC for a named object allows list and watch only with this selector. */
  readonly fieldSelector?: string
  /** Removes fields that are not used, to save memory; must keep `metadata.name`, `namespace` and `resourceVersion`. */
  trim?(object: T): T
}

/** Times of a watch, ms. A watch that nothing changes must outlive the pause between two lists, so that each replica reconnects rarely. */
const watchTimes = {
  /** How long the API server keeps a watch open (`timeoutSeconds`); longer than the longest pause between two lists. */
  life: 15 * 60_000,
  /** How long a watch may take to open: client-node's default for it. */
  opening: 30_000,
  /**
   * Longest silence of an open watch. The API server sends a bookmark every minute (kubernetes apiserver/pkg/storage/cacher/cacher.go,
   * defaultBookmarkFrequency), so four are missing. Less than the 300 s after which undici, the HTTP client, ends a silent body with
   * an error. A dead connection is noticed earlier, by the keep-alive probes of TCP.
   */
  silence: 4 * 60_000,
} as const

/** The resource version has expired; ListWatch then lists again (kubernetes apimachinery/pkg/api/errors, IsResourceExpired and IsGone). */
const gone = 410

/** The error of a watch that ended with a Status. */
function watchError(status: unknown): Error {
  const error = new Error(asString(member(status, 'message')) ?? 'the watch failed')
  return Object.assign(error, { statusCode: member(status, 'code') })
}

/** The callbacks of a session. */
export interface SessionPorts {
  /** The API server answered. */
  contact(): void
  /** The first list is available. */
  listed(): void
  changed(): void
  failed(error: unknown): void
  /** ms until the next watch after one that ended without an error. */
  pause(): number
  /** A watch ended after this time, ms. */
  lived(milliseconds: number): void
  now(): number
}

/**
 * One ListWatch from its first list to its first error. It wraps client-node's own, which, when stopped, does not stop a watch that is
 * being opened or that is waiting to be opened.
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

  /** Never settles after the session is stopped, so that whatever waits for it never continues. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(() => {
        if (!this.#stopped) resolve()
      }, this.#ports.pause())
    })
  }
}

/**
 * Client-node's watch with bookmarks: the API server proves every minute that the watch is alive, and after an interruption the session
 * resumes at a recent version. One that is silent for too long ends, and the session resumes where it was.
 */
class SessionWatch<T extends KubernetesObject> extends Watch {
  readonly #trim: (object: T) => T
  readonly #ports: SessionPorts
  readonly #isStopped: () => boolean
  #first = true

  constructor(client: ClusterClient, source: InformerSource<T>, ports: SessionPorts, isStopped: () => boolean) {
    super(client.config)
    // The library has no option for it. Its 30 s are half of the time between two bookmarks.
    Object.assign(this, { requestTimeoutMs: watchTimes.silence })
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
    // A watch is opened only after the list.
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
    const tooLate = setTimeout(() => this.#ports.failed(new Error(`no answer within ${watchTimes.opening / 1000} s`)), watchTimes.opening)
    const all = { ...query, allowWatchBookmarks: true, timeoutSeconds: watchTimes.life / 1000 }
    const request = await super.watch(path, all, take, end).catch((error: unknown) => {
      // A plugin or a file of the kubeconfig failed. ListWatch does not handle this rejection.
      end(error)
      return new AbortController()
    })
    clearTimeout(tooLate)
    if (!ended) this.#ports.contact()
    if (this.#isStopped()) request.abort()
    return request
  }
}
