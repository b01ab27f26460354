/** An executable example of the catalogue: the rehearsal must predict it, and really running it must show it. */

/** How the second run ends: with which status, and whether it changes what the first one left. */
export interface Again {
  readonly status: number
  readonly changed: boolean
}

export interface Example {
  /** The form, as in the catalogue's table. */
  readonly form: string
  /** Run once, in the empty folder where the script then runs twice; what it makes outlives both runs. */
  readonly setup: string
  readonly script: string
  /** The second run; per family where they differ, null where a family lacks the tool or the option. */
  readonly run2: Again | { readonly gnu: Again | null; readonly busybox: Again | null }
  /** Needs a server, http://example.org: really run with one of our own in its place. */
  readonly network?: true
  /** The rehearsal cannot know it: it supposes one outcome and the other. */
  readonly supposed?: true
}

/** Succeeds again, and nothing changes. */
export const same: Again = { status: 0, changed: false }

/** Fails again and again. */
export function fails(status = 1): Again {
  return { status, changed: false }
}

/** Succeeds, and the result is another one. */
export const changes: Again = { status: 0, changed: true }

/** What a script does in a family. */
export function expected(example: Example, family: 'gnu' | 'busybox'): Again | null {
  return 'gnu' in example.run2 ? example.run2[family] : example.run2
}
