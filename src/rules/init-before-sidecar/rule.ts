import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import { at, member } from '../../model/json.ts'
import { textOf } from '../../script/index.ts'
import { isLocal, probeOf } from '../../script/shape/server-probes.ts'
import { placeOf, type ScriptedInit, scriptedInits } from '../init-scripts.ts'
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
    for (const init of scriptedInits(workload, context)) {
      if (init.script.hasBackground()) continue
      const place = sidecars.indexOf(init.container)
      for (const { offset, port, retries } of needsOf(init)) {
        const sidecar = sidecars.onPort(port)
        if (sidecar === undefined) continue
        const isLater = sidecar.index > place
        if (!isLater && (retries || delaysNext(sidecar.container))) continue
        yield {
          messageId: isLater ? 'later' : 'notReady',
          subject: init.container,
          pointer: init.rehearsal.pointer,
          data: { ...placeOf(init.rehearsal, offset), server: `localhost:${port}`, sidecar: sidecar.container.name },
          milder: !isLater,
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

/** The local ports that a script needs: those in its commands and those in its environment. */
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
    // Whether the program that reads the variable retries is unknown, so only the wrong order is reported.
    if (port !== undefined) needs.push({ offset: 0, port, retries: true })
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
