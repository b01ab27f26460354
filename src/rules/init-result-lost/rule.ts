import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import type { Workload } from '../../model/workload.ts'
import { mountOf, shownPath } from '../../script/index.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'ownFiles' | 'unsharedVolume'

/** Directories for temporary files, and those of the kernel. */
const scratch = /^\/(tmp|var\/tmp|proc|sys|dev|run|var\/run|root\/\.cache)(\/|$)/

/** An init container whose complete result is lost when it exits. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-result-lost',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['path'],
    since: '0.1.0',
    summary: 'No other container can read what an init container writes.',
    rationale:
      'Each container has its own file system, even if the image is the same. What an init container writes outside of volumes is discarded when it exits, and an emptyDir that no other container mounts is out of reach.',
    remediation: 'Write to a volume that the app mounts too.',
    references: ['https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#using-init-containers'],
    messages: {
      ownFiles:
        'writes only to its own file system ({{path}}), which is discarded when it exits; write to a volume that the app mounts too',
      unsharedVolume: 'writes only to the emptyDir "{{volume}}" ({{path}}), which no other container mounts; mount it in the app too',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { container, pointer, facts, unknown, commands, mounts } of context.scripts.analyzed()) {
      if (facts === null || unknown.length > 0) continue
      const writes = commands.flatMap((command) => command.writes)
      const [first] = writes
      if (first === undefined || writes.some(({ path }) => path.startsWith('//') || scratch.test(path))) continue
      const volumes = new Set<string>()
      let isLost = true
      for (const { path, storage } of writes) {
        if (storage === 'container') continue
        const volume = mountOf(path, mounts)?.volume
        if (storage !== 'pod' || volume === undefined || isMountedElsewhere(volume, container, workload)) isLost = false
        else volumes.add(volume)
      }
      // Any other program may do work that is not lost.
      if (!isLost || !facts.onlyTouchesFiles) continue
      const [volume] = volumes
      const shown = writes.find(({ path }) => mountOf(path, mounts)?.volume === volume) ?? first
      const path = shownPath(shown.path)
      const messageId = volume === undefined ? 'ownFiles' : 'unsharedVolume'
      const data = { path, ...(volume === undefined ? {} : { volume }) }
      yield { messageId, subject: container, pointer, data }
    }
  },
})

function isMountedElsewhere(volume: string, container: Container, workload: Workload): boolean {
  return (workload.mounters().get(volume) ?? []).some((other) => other !== container)
}
