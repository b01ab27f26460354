import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import { at, member } from '../../model/json.ts'
import { textOf } from '../../script/index.ts'
import { isLocal, probeOf } from '../../script/shape/server-probes.ts'
import { placeOf, type ScriptedInit, scriptedInits } from '../init-scripts.ts'
import { initIndex, portsOf, sidecarsOf, usesHostNetwork } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'later' | 'notReady'

/** An init container that needs a sidecar which has not started yet, or of which nobody knows whether it answers already. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-before-sidecar',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'An init container needs a sidecar that is declared later, or that may not answer yet.',
    rationale:
      'Sidecars and init containers start in the order in which they are declared. What a later sidecar serves is not there yet. Of an earlier one Kubernetes waits only until it has started, or until its startupProbe succeeds where it has one.',
    remediation: 'Declare the sidecar first and give it a startupProbe.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#differences-from-application-containers',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/753-sidecar-containers',
    ],
    messages: {
      later: '{{at}}needs {{server}}, which the sidecar "{{sidecar}}" serves, and that starts later; declare the sidecar first',
      notReady: '{{at}}needs {{server}} of the sidecar "{{sidecar}}" once and does not retry; give the sidecar a startupProbe',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const sidecars = sidecarsOf(workload)
    if (sidecars.length === 0 || usesHostNetwork(workload)) return
    for (const init of scriptedInits(workload, context)) {
      if (init.script.hasBackground()) continue
      const place = initIndex(init.container, workload)
      for (const { offset, port, retries } of needsOf(init)) {
        const sidecar = sidecars.find((candidate) => portsOf(candidate.container).has(port))
        if (sidecar === undefined) continue
        const isLater = sidecar.index > place
        if (!isLater && (retries || saysWhenReady(sidecar.container))) continue
        yield {
          messageId: isLater ? 'later' : 'notReady',
          subject: init.container,
          pointer: init.rehearsal.pointer,
          data: { ...placeOf(init.rehearsal, offset), server: `localhost:${port}`, sidecar: sidecar.container.name },
          ...(isLater ? {} : { milder: true }),
        }
        break
      }
    }
  },
})

interface Need {
  readonly offset: number
  readonly port: number
  readonly retries: boolean
}

/** The local ports that a script needs: what its commands name, and what its environment points them to. */
function needsOf({ script, rehearsal }: ScriptedInit): readonly Need[] {
  const waited = script.waitedFor()
  const waits = new Set(waited.map(({ command }) => command.offset))
  const needs: Need[] = []
  for (const command of script.commands()) {
    const probe = probeOf(command)
    if (probe?.port === undefined || !isLocal(probe.host)) continue
    const retries = waits.has(command.offset) || command.args.some((text) => text.startsWith('--retry'))
    needs.push({ offset: command.offset, port: probe.port, retries })
  }
  for (const [, value] of rehearsal.found?.environment ?? []) {
    const port = localPort(textOf(value) ?? '')
    // Whether the program behind the variable tries again, nobody sees: only the wrong order is certain.
    if (port !== undefined) needs.push({ offset: 0, port, retries: true })
  }
  return needs
}

/** The port of an address of the pod itself: `postgres://app@127.0.0.1:5432/app`. */
function localPort(text: string): number | undefined {
  const match = /(?:^|\/\/|@|,)(?:localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})(?:[/?,]|$)/.exec(text)
  return match === null ? undefined : Number(match[1])
}

function saysWhenReady({ raw }: Container): boolean {
  return member(raw, 'startupProbe') !== undefined || at(raw, 'lifecycle', 'postStart') !== undefined
}
