/** `starting` until policy, certificate and self-test are done; `draining` after a signal to stop or an uncaught error. */
export type LifecycleState = 'starting' | 'ready' | 'draining'

/** The state of the server. Routes read it, only the server changes it, and it never goes back to an earlier state. */
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
