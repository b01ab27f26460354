import { defineRule } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import type { Workload } from '../../model/workload.ts'
import { type ContainerCommand, isInImageFolder, mountOf, type Place, type Storage, shownPlace } from '../../script/index.ts'
import { isWhole } from '../../startup/api-server/whole.ts'
import { noOptions } from '../wording.ts'

interface FileWrite {
  readonly place: Place
  readonly path: string
  readonly storage: Storage
}

type MessageId = 'ownFiles' | 'unsharedVolume'

/** Directories for temporary files, and those of the kernel. */
const scratch = /^\/(tmp|var\/tmp|proc|sys|dev|run|var\/run|root\/\.cache)(\/|$)/

/**
 * Files that all containers of a pod share, because the runtime mounts those of the sandbox (containerd internal/cri/server/container_create.go,
 * linuxContainerMounts).
 */
const ofSandbox = /^\/etc\/(?:resolv\.conf|hostname)$/

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
      const writes = fileWritesOf(commands)
      const [first] = writes
      if (first === undefined || writes.some(({ path }) => scratch.test(path) || mayBeKept(path, mounts))) continue
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
      // The volumes that a patch does not mount may be mounted in its target.
      if (!isWhole(workload)) return
      const [volume] = volumes
      const shown = writes.find(({ path }) => mountOf(path, mounts)?.volume === volume) ?? first
      const path = shownPlace(shown.place)
      const messageId = volume === undefined ? 'ownFiles' : 'unsharedVolume'
      const data = { path, ...(volume === undefined ? {} : { volume }) }
      yield { messageId, subject: container, pointer, data }
    }
  },
})

/** Whether other containers may see the path: the image may start in a volume. */
function mayBeKept(path: string, mounts: readonly unknown[]): boolean {
  return ofSandbox.test(path) || (mounts.length > 0 && isInImageFolder(path))
}

/** What the commands write to files; nothing if they also change a thing of a service, which is not lost. */
function fileWritesOf(commands: readonly ContainerCommand[]): readonly FileWrite[] {
  const writes: FileWrite[] = []
  for (const command of commands) {
    for (const { place, storage } of command.writes) {
      if (place.kind === 'thing') return []
      writes.push({ place, path: place.path, storage })
    }
  }
  return writes
}

function isMountedElsewhere(volume: string, container: Container, workload: Workload): boolean {
  return (workload.mounters().get(volume) ?? []).some((other) => other !== container)
}
