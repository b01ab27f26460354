/** Reads the inputs of a rehearsal from the manifest. */
import type { Container } from '../../model/containers.ts'
import { asString, member } from '../../model/json.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import { type ContainerScript, claimTemplatesOf, type NoScript, scriptOf } from '../container/container-script.ts'
import { environmentOf } from '../container/environment.ts'
import { mountedTexts } from '../container/mounted-text.ts'
import { mountsOf, type Rerun } from '../container/storage.ts'
import { userOf } from '../container/user.ts'
import type { RehearsalInput } from './rehearse.ts'

/** The setting of a script: its storage, its user, and how it runs again. */
export type RunSetting = Pick<RehearsalInput, 'mounts' | 'reruns' | 'user' | 'workingFolder'> & Required<Pick<RehearsalInput, 'texts'>>

export interface ContainerInputs {
  readonly found: ContainerScript | NoScript
  readonly setting: RunSetting
}

/** Reads the inputs of a rehearsal from a container. Never throws. */
export function inputsOf(container: Container, workload: Workload, siblings: Siblings): ContainerInputs {
  const mounts = mountsOf(container, workload.podSpec, claimTemplatesOf(workload))
  const texts = mountedTexts(mounts, workload, siblings)
  const environment = environmentOf(container.raw, (name) => siblings.configMap(workload.namespace, name))
  const workingFolder = folderKey(asString(member(container.raw, 'workingDir')))
  const setting = { mounts, texts, reruns: rerunsOf(container, workload), user: userOf(container, workload.podSpec), workingFolder }
  return { found: scriptOf(container, environment, texts), setting }
}

/**
 * With restartPolicy: Never, a failed init container is not retried and its pod gets no new sandbox
 * (kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions): it only runs again in a new pod.
 */
function rerunsOf({ raw }: Container, workload: Workload): readonly Rerun[] {
  const policy = asString(member(raw, 'restartPolicy')) ?? workload.restartPolicy
  const isFinal = policy === 'Never' && member(raw, 'restartPolicyRules') === undefined
  return isFinal ? ['replace'] : ['retry', 'rerun', 'replace']
}

/** The working directory as a path key: '' is the root. Without workingDir, the image decides, and it is nearly always the root. */
function folderKey(folder: string | undefined): string {
  return folder === undefined || folder === '/' ? '' : folder.replace(/(?<!\/)\/+$/, '')
}
