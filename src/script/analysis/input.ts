/** The input of an analysis: everything in the manifest that the behavior of a script depends on. */
import type { Container } from '../../model/containers.ts'
import { asString, at, member } from '../../model/json.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource } from '../../model/workload-kinds.ts'
import { catalogue } from '../commands/catalogue.ts'
import { type ContainerScript, claimTemplatesOf, type NoScript, scriptOf, type Written } from '../container/container-script.ts'
import { type Absence, absenceIn, type Environment, environmentOf } from '../container/environment.ts'
import { type Flavor, imageFolderOf } from '../container/image-shells.ts'
import { mountedTexts } from '../container/mounted-text.ts'
import { type Mount, mountsOf, PodVolumes, type Rerun } from '../container/storage.ts'
import { type User, userOf } from '../container/user.ts'
import type { ShellOptions } from '../syntax/dialect.ts'
import type { Value } from '../value/value.ts'

/**
 * Everything that an analysis depends on, as plain data that can be sent to another thread. Where the container is in its pod, and what its
 * volumes are called, is not part of it, so that all pods of a template share one analysis.
 */
export interface ScriptInput {
  readonly text: string
  /** Positional parameters, without `$0`. */
  readonly positional: readonly Value[]
  /** `set` options that the shell is started with: `sh -ec`. */
  readonly options: Readonly<ShellOptions>
  /** The shells and tools that the image may contain. */
  readonly flavors: readonly Flavor[]
  readonly environment: Environment
  /** The volumes are numbered: it only matters which mounts show the same one. */
  readonly mounts: readonly Mount[]
  /** Mounted files whose text is known, by path. */
  readonly texts: ReadonlyMap<string, string>
  /** The ways in which the container can run again. */
  readonly reruns: readonly Rerun[]
  readonly user: User
  /** The working directory as a path key; null if the image decides, and what it decides is not known. */
  readonly workingFolder: string | null
  /** Whether the text is a program with its arguments, which no shell reads: left out if it is a script. */
  readonly isArguments?: true
  /** Whether the container's own file system is read-only: left out if it is not. */
  readonly isRootReadOnly?: true
  /** See `ContainerScript`: left out if there are none. */
  readonly unset?: readonly string[]
  /** Whether the pod shares the network of its node: left out if it does not. */
  readonly isOnHostNetwork?: true
}

/** The script of a container, and its mounts with the names of their volumes. */
export type FoundScript =
  | { readonly mounts: readonly Mount[]; readonly found: ContainerScript; readonly input: ScriptInput }
  | { readonly mounts: readonly Mount[]; readonly found: NoScript; readonly input: null }

/** What a container gets from its pod, in addition to its mounts. */
export interface PodSetting {
  readonly securityContext: unknown
  readonly isOnHostNetwork: boolean
  readonly restartPolicy: string
  /** Whether its controller may add variables: that of a custom resource. */
  readonly mayAddVariables: boolean
}

export function settingOf({ podSpec, kind, restartPolicy }: Workload): PodSetting {
  return {
    securityContext: member(podSpec, 'securityContext'),
    isOnHostNetwork: member(podSpec, 'hostNetwork') === true,
    restartPolicy,
    mayAddVariables: kind === customResource,
  }
}

/** The mounts of a container. @param volumes those of the pod, for all of its containers */
export function mountsIn(container: Container, workload: Workload, volumes = new PodVolumes(workload.podSpec)): readonly Mount[] {
  return mountsOf(container, volumes, claimTemplatesOf(workload))
}

/** Reads the input of an analysis from a container. Never throws. @param volumes those of the pod, for all of its containers */
export function inputOf(container: Container, workload: Workload, siblings: Siblings, volumes?: PodVolumes): FoundScript {
  const mounts = mountsIn(container, workload, volumes)
  const texts = mountedTexts(mounts, workload, siblings)
  return inputFrom(container, mounts, settingOf(workload), { texts, configMap: (name) => siblings.configMap(workload.namespace, name) })
}

/** What a container gets from other objects of the same input. */
export interface Given {
  /** Mounted files whose text is known, by path. */
  readonly texts: ReadonlyMap<string, string>
  configMap(name: string): ReadonlyMap<string, string> | undefined
}

/** At admission, there are no other objects. */
export const nothingGiven: Given = { texts: new Map(), configMap: () => undefined }

/** The input depends on nothing but these, so that containers for which they are equal have the same (see KnownInputs). */
export function inputFrom(container: Written, mounts: readonly Mount[], setting: PodSetting, { texts, configMap }: Given): FoundScript {
  const isAbsent: Absence | undefined = setting.mayAddVariables ? undefined : absenceIn(container.raw)
  const environment = environmentOf(container.raw, configMap, isAbsent)
  const found = scriptOf(container, environment, texts, catalogue, mounts, isAbsent)
  if ('why' in found) return { found, mounts, input: null }
  const { text, positional, options, flavors, unset } = found
  const input = {
    text,
    positional,
    options,
    flavors,
    environment,
    mounts: withNumbers(mounts),
    texts,
    reruns: rerunsOf(container, setting),
    user: userOf(container, { securityContext: setting.securityContext }),
    workingFolder: workingFolderOf(container),
    ...(at(container.raw, 'securityContext', 'readOnlyRootFilesystem') === true ? ({ isRootReadOnly: true } as const) : {}),
    ...(unset === undefined ? {} : { unset }),
    ...(setting.isOnHostNetwork ? ({ isOnHostNetwork: true } as const) : {}),
    ...(found.origin === 'command' ? ({ isArguments: true } as const) : {}),
  }
  return { found, mounts, input }
}

/** The mounts with numbers instead of the names of their volumes, in the order of the mounts. */
function withNumbers(mounts: readonly Mount[]): readonly Mount[] {
  const numbers = numbersOf(mounts)
  return mounts.map((mount, index) => ({ ...mount, volume: String(numbers[index]) }))
}

/** For each mount, the number of its volume among those of the mounts. */
export function numbersOf(mounts: readonly Mount[]): readonly number[] {
  const numbers = new Map<string, number>()
  return mounts.map(({ volume }) => {
    const number = numbers.get(volume) ?? numbers.size
    numbers.set(volume, number)
    return number
  })
}

/**
 * With restartPolicy: Never, a failed init container is not retried and its pod gets no new sandbox
 * (kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions): it only runs again in a new pod.
 */
function rerunsOf({ raw }: Written, setting: PodSetting): readonly Rerun[] {
  const policy = asString(member(raw, 'restartPolicy')) ?? setting.restartPolicy
  const isFinal = policy === 'Never' && member(raw, 'restartPolicyRules') === undefined
  return isFinal ? ['replace'] : ['retry', 'rerun', 'replace']
}

/** `workingDir`, else the working directory of the image. */
function workingFolderOf({ raw }: Written): string | null {
  const folder = asString(member(raw, 'workingDir')) ?? ''
  if (folder === '') return imageFolderOf(asString(member(raw, 'image')) ?? '') ?? null
  return folder === '/' ? '' : folder.replace(/(?<!\/)\/+$/, '')
}

/** A key of the input: inputs with equal keys have equal analyses. Each field is part of it. */
export function keyOf(input: ScriptInput): string {
  return JSON.stringify({ ...input, environment: [...input.environment], texts: [...input.texts] })
}
