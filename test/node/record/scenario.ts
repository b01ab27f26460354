/** What the recorder runs: objects as a user writes them, with the commands that really run, and the cause that is known. */
import type { JsonObject } from '../../../src/model/json.ts'
import type { ImageRecipe } from '../support/images.ts'

/** An image of a scenario, and where it is at the start. */
export interface RecordedImage extends Partial<Pick<ImageRecipe, 'user' | 'files' | 'command'>> {
  readonly at: 'node' | 'registry'
}

/** Something that happens while a scenario is recorded. */
export interface RecordedAction {
  /** Seconds after its objects were created. */
  readonly after: number
  readonly do: 'delete' | 'apply'
  readonly object: JsonObject
}

/** One scenario. */
export interface RecordedScenario {
  readonly name: string
  /** Created in this order. Pods and templates get what the node requires (`onNode`). */
  readonly objects: readonly JsonObject[]
  readonly images?: Readonly<Record<string, RecordedImage>>
  readonly actions?: readonly RecordedAction[]
  /** How long it is watched, seconds. */
  readonly seconds: number
  readonly truth: Truth
}

/** What the scenario was made to show. */
export interface Truth {
  /** A class of `initlint why`. */
  readonly cause: string
  readonly stage: string
  readonly container: string | null
  /** Whether waiting helps. */
  readonly waiting: 'yes' | 'no' | 'unknown'
  /** What cures it, as a note for the reader. */
  readonly remedy: string
}

/** An image that is always on the node, with busybox and a program `git` that answers as git does. */
export const commonImage = 'registry.test/tools:1'

/** A script that answers as git does: the clone fails if its target has files, and succeeds otherwise. */
const git = `#!/bin/sh
target=$3
if [ -d "$target" ] && [ -n "$(ls -A "$target")" ]; then
  echo "fatal: destination path '$target' already exists and is not an empty directory." >&2
  exit 128
fi
echo "Cloning into '$target'..." >&2
mkdir -p "$target/.git" && echo ref > "$target/.git/HEAD"
`

export const commonFiles = { 'bin/git': git }

/** A container that runs a script of busybox's shell. */
export function script(name: string, text: string, more: JsonObject = {}): JsonObject {
  return { name, image: commonImage, command: ['sh', '-c', text], ...more }
}

/** A container that keeps running. */
export const app = (more: JsonObject = {}): JsonObject => script('app', 'sleep 100000', more)

/** A pod. */
export function pod(name: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec }
}

/** A controller with a pod template. */
export function owner(
  kind: 'Deployment' | 'StatefulSet' | 'Job' | 'DaemonSet',
  name: string,
  podSpec: JsonObject,
  spec: JsonObject = {},
): JsonObject {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: podSpec }
  if (kind === 'Job') return { apiVersion: 'batch/v1', kind, metadata: { name }, spec: { ...spec, template } }
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { selector: { matchLabels: labels }, ...spec, template } }
}

/** Whether a pod leaves the choice of a node to the scheduler. */
export const forScheduler = 'recorder.test/for-scheduler'

/** Adds what the node requires to the pod or the template of an object. */
export function onNode(object: JsonObject): JsonObject {
  const spec = object.spec as JsonObject
  if (object.kind === 'Pod') return { ...object, spec: podSpecOnNode(spec, object) }
  if (object.kind === 'CronJob') {
    const jobTemplate = spec.jobTemplate as JsonObject
    return { ...object, spec: { ...spec, jobTemplate: { ...jobTemplate, spec: templateOnNode(jobTemplate.spec as JsonObject) } } }
  }
  return spec !== undefined && 'template' in spec ? { ...object, spec: templateOnNode(spec) } : object
}

function templateOnNode(spec: JsonObject): JsonObject {
  const template = spec.template as JsonObject
  return { ...spec, template: { ...template, spec: podSpecOnNode(template.spec as JsonObject, template) } }
}

function podSpecOnNode(spec: JsonObject, { metadata }: JsonObject): JsonObject {
  const annotations = (metadata as JsonObject | undefined)?.annotations as JsonObject | undefined
  const isScheduled = annotations !== undefined && forScheduler in annotations
  return {
    // The node has no network plugin.
    hostNetwork: true,
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 2,
    ...(!isScheduled && { nodeName: 'node1' }),
    ...spec,
  }
}
