import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import { at, member } from '../../model/json.ts'
import { textOf } from '../../script/index.ts'
import { isLocal } from '../../script/shape/server-probes.ts'
import { type FactualInit, factualInits, placeOf } from '../init-scripts.ts'
import { sidecarsOf, usesHostNetwork } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'later' | 'notReady'

/** An init container that needs a sidecar that has not started yet, or that may not be ready. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-before-sidecar',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    since: '0.1.0',
    summary: 'An init container needs a sidecar that is declared later, or that may not be ready yet.',
    rationale:
      'Sidecars and init containers start in the order in which they are declared, so a later sidecar is not running yet. For an earlier sidecar, Kubernetes waits only until it has started, or until its startupProbe succeeds if it has one.',
    remediation: 'Declare the sidecar first and give it a startupProbe.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#differences-from-application-containers',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/753-sidecar-containers',
    ],
    messages: {
      later: '{{at}}needs {{server}} from the sidecar "{{sidecar}}", which starts later; declare the sidecar first',
      notReady:
        '{{at}}needs {{server}} from the sidecar "{{sidecar}}", which may not be ready, and does not retry; add a startupProbe to it',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const sidecars = sidecarsOf(workload)
    if (sidecars.first === undefined || usesHostNetwork(workload)) return
    for (const init of factualInits(context)) {
      if (init.facts.hasBackground) continue
      const place = sidecars.indexOf(init.container)
      for (const { line, port, retries } of needsOf(init)) {
        const sidecar = sidecars.onPort(port)
        if (sidecar === undefined) continue
        const isLater = sidecar.index > place
        if (!isLater && (retries || delaysNext(sidecar.container))) continue
        yield {
          messageId: isLater ? 'later' : 'notReady',
          subject: init.container,
          pointer: init.pointer,
          data: { ...placeOf(init, line), server: `localhost:${port}`, sidecar: sidecar.container.name },
          milder: !isLater,
        }
        break
      }
    }
  },
})

interface Need {
  readonly line: number
  readonly port: number
  readonly retries: boolean
}

/** The local ports that a script needs: those in its commands and those in its environment. */
function needsOf({ facts, found }: FactualInit): readonly Need[] {
  const needs: Need[] = []
  for (const { line, host, port, waits, retries } of facts.contacts) {
    if (port !== undefined && isLocal(host)) needs.push({ line, port, retries: waits || retries })
  }
  for (const [, value] of found?.environment ?? []) {
    const port = localPort(textOf(value) ?? '')
    // Whether the program that reads the variable retries is unknown, so only the wrong order is reported.
    if (port !== undefined) needs.push({ line: 1, port, retries: true })
  }
  return needs
}

/** The port of an address in the pod itself, such as `postgres://app@127.0.0.1:5432/app`. */
function localPort(text: string): number | undefined {
  const match = /(?:^|\/\/|@|,)(?:localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})(?:[/?,]|$)/.exec(text)
  return match === null ? undefined : Number(match[1])
}

/** Whether a sidecar delays the next init container until it is ready. */
function delaysNext({ raw }: Container): boolean {
  return member(raw, 'startupProbe') !== undefined || at(raw, 'lifecycle', 'postStart') !== undefined
}
