/** `starting` until policy, certificate and self-test are done; `draining` from the moment the server was told to stop, or broke. */
export type LifecycleState = 'starting' | 'ready' | 'draining'

/** Where the server stands; routes ask it, only the server changes it. There is no way back. */
export class Lifecycle {
  #state: LifecycleState = 'starting'

  get state(): LifecycleState {
    return this.#state
  }

  /** Everything is loaded and tested: /readyz answers 200 from now on. */
  becomeReady(): void {
    if (this.#state === 'starting') this.#state = 'ready'
  }

  /** /readyz answers 503 from now on, and every reply ends its connection. */
  startDraining(): void {
    this.#state = 'draining'
  }
}
