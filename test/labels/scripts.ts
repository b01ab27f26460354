/** Scripts of ConfigMaps that are in another file of the project: a label can hold the text. */
import { dump, loadAll } from 'js-yaml'
import { asArray, asObject, asString, type JsonObject, member } from '../../src/model/json.ts'

/** The text of a script that a container runs from a ConfigMap. */
export interface LabeledScript {
  readonly text: string
  /** The words of the container's command line. */
  readonly words: readonly string[]
  readonly volumeMounts: readonly unknown[]
}

/** The manifest with the ConfigMaps of the scripts, as far as it does not have them. */
export function withScripts(manifest: string, scripts: readonly LabeledScript[]): string {
  if (scripts.length === 0) return manifest
  const documents = loadAll(manifest)
  const added = scripts.flatMap((script) => documents.flatMap((document) => configMapOf(script, document)))
  const known = new Set(documents.filter((document) => member(document, 'kind') === 'ConfigMap').map(nameOf))
  return [manifest, ...added.filter((configMap) => !known.has(nameOf(configMap))).map((configMap) => dump(configMap))].join('\n---\n')
}

function nameOf(document: unknown): string | undefined {
  return asString(member(member(document, 'metadata'), 'name'))
}

function configMapOf({ text, words, volumeMounts }: LabeledScript, document: unknown): JsonObject[] {
  for (const mount of volumeMounts) {
    const path = asString(member(mount, 'mountPath')) ?? ''
    const word = words.map((each) => each.trim()).find((each) => each === path || each.startsWith(`${path}/`))
    const name = word === undefined ? undefined : configMapIn(document, asString(member(mount, 'name')))
    if (word === undefined || name === undefined) continue
    const key = asString(member(mount, 'subPath')) ?? word.slice(path.length + 1)
    const namespace = asString(member(member(document, 'metadata'), 'namespace'))
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
    return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [key]: text } }]
  }
  return []
}

/** The name of the ConfigMap of a volume, wherever the volumes are in the document. */
function configMapIn(value: unknown, volume: string | undefined): string | undefined {
  for (const each of asArray(member(value, 'volumes'))) {
    if (asString(member(each, 'name')) === volume) return asString(member(member(each, 'configMap'), 'name'))
  }
  for (const child of Object.values(asObject(value) ?? {})) {
    const found = typeof child === 'object' ? configMapIn(child, volume) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
