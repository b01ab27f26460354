/** Finds out which kinds of custom resources a cluster has, and lists them. */
import type { KubeConfig } from '@kubernetes/client-node'
import { asArray, asString, at, type JsonObject, member } from '../model/json.ts'
import { groupOf } from '../model/workload-kinds.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { readable } from './api-calls.ts'
import { getPage, type ListedResource, ListRefused, type ListSelection, listAll } from './object-lists.ts'

/** A kind that is listed if the cluster has it. */
export interface WantedKind {
  readonly group: string
  /** Undefined for the preferred version of the API server. */
  readonly version?: string
  readonly kind: string
}

/** What could not be listed, and why. */
export interface Missed {
  readonly what: string
  readonly why: string
}

/**
 * Hands every object of some kinds to `take`. A kind that is not installed is passed over. If a list begins again, objects come twice.
 * @returns what cannot be listed
 * @throws StartError if the API server cannot be reached
 */
export async function listCustomResources(
  config: KubeConfig,
  selection: ListSelection,
  wanted: readonly WantedKind[],
  take: (object: JsonObject) => void,
): Promise<readonly Missed[]> {
  const groups = await readable(() => getPage(config, '/apis'), 'get /apis')
  if (groups instanceof ListRefused) return [{ what: 'custom resources', why: groups.message }]
  const missed: Missed[] = []
  for (const group of asArray(member(groups, 'groups'))) {
    const name = asString(member(group, 'name')) ?? ''
    const ofGroup = wanted.filter((kind) => kind.group === name)
    if (ofGroup.length === 0) continue
    try {
      missed.push(...(await listGroup(config, selection, ofGroup, versionsOf(group), take)))
    } catch (error) {
      // Another server can serve a group, and not answer. If it is the API server itself, the next list fails.
      if (!(error instanceof StartError)) throw error
      missed.push({ what: name, why: error.message })
    }
  }
  return missed
}

async function listGroup(
  config: KubeConfig,
  selection: ListSelection,
  wanted: readonly WantedKind[],
  versions: readonly string[],
  take: (object: JsonObject) => void,
): Promise<readonly Missed[]> {
  const { resources, refused } = await servedKinds(config, wanted, versions)
  const missed = [...refused]
  for (const resource of resources) {
    // A kind without a namespace is in none of those that are selected.
    if (selection.namespace !== undefined && !resource.isNamespaced) continue
    const what = `${resource.resource}.${groupOf(resource.apiVersion)}`
    const answer = await readable(() => listAll(config, resource, selection, take, () => undefined), `list ${what}`)
    // 404: the definition was deleted since.
    if (answer instanceof ListRefused && answer.status !== 404) {
      missed.push({ what: selection.namespace === undefined ? what : `${what} in ${selection.namespace}`, why: answer.message })
    }
  }
  return missed
}

/** The versions of an APIGroup, the preferred one first (apimachinery pkg/apis/meta/v1, type APIGroup). */
function versionsOf(group: unknown): readonly string[] {
  const all = asArray(member(group, 'versions')).map((each) => asString(member(each, 'version')))
  const names = [asString(at(group, 'preferredVersion', 'version')), ...all].filter((name) => name !== undefined && name !== '')
  return [...new Set(names as string[])]
}

interface CustomResource extends ListedResource {
  readonly isNamespaced: boolean
}

/** The resources of the wanted kinds of a group, each in one version: that which is wanted, or the first that serves it. */
async function servedKinds(
  config: KubeConfig,
  wanted: readonly WantedKind[],
  versions: readonly string[],
): Promise<{ readonly resources: readonly CustomResource[]; readonly refused: readonly Missed[] }> {
  const left = new Set(wanted)
  const resources: CustomResource[] = []
  const refused: Missed[] = []
  for (const version of versions) {
    const here = [...left].filter((kind) => kind.version === undefined || kind.version === version)
    const [first] = here
    if (first === undefined) continue
    const apiVersion = `${first.group}/${version}`
    const answer = await readable(() => getPage(config, `/apis/${apiVersion}`), `get /apis/${apiVersion}`)
    if (answer instanceof ListRefused) {
      if (answer.status !== 404) refused.push({ what: apiVersion, why: answer.message })
      continue
    }
    for (const found of asArray(member(answer, 'resources'))) {
      const resource = asString(member(found, 'name')) ?? ''
      const kind = here.find((each) => each.kind === member(found, 'kind'))
      // Not `rollouts/status`, and nothing that can only be created.
      if (kind === undefined || !/^[a-z0-9-]+$/.test(resource) || !asArray(member(found, 'verbs')).includes('list')) continue
      left.delete(kind)
      resources.push({ apiVersion, kind: kind.kind, resource, isNamespaced: member(found, 'namespaced') !== false })
    }
  }
  return { resources, refused }
}
