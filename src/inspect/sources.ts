/**
 * Files that are not applied as they are: templates of Helm charts, and the sources of kustomizations. A template is no YAML, a patch is no
 * complete object, and an image that a kustomization replaces never runs, so what is said about them would be wrong.
 */

import { readManifest } from '../manifest/index.ts'
import { asArray, asString, member } from '../model/json.ts'
import { inSingleQuotes } from '../model/shell-text.ts'
import type { Input, InputError } from './output.ts'
import { count } from './words.ts'

/** A kustomization or a chart whose sources were left out of the findings. */
export interface SourceNote {
  /** The directory of the kustomization or the chart. */
  readonly directory: string
  /** The number of patches that were not judged, and of findings on images that it replaces. */
  readonly patches: number
  readonly images: number
  /** The number of templates that were not judged; only charts have any. */
  readonly templates: number
  /** Prints the findings on what is applied. */
  readonly command: string
}

/** What is known about the files of the inputs. The methods count what they answer with true, for `notes` and `problems`. */
export interface Sources {
  /** Whether a file is a template of a Helm chart. @param isBroken whether it cannot be read as YAML */
  isTemplate(input: Input, isBroken: boolean): boolean
  /** Whether a kustomization of the inputs uses the file as a patch. */
  isPatch(file: string | null): boolean
  /** Whether the file belongs to a kustomization or a chart and is no manifest itself. */
  isSource(file: string | null): boolean
  /** Whether a kustomization of the inputs replaces an image in the file. */
  replaces(file: string | null, image: string): boolean
  /** One error per chart. */
  problems(): readonly InputError[]
  /** One note per kustomization. */
  notes(): readonly SourceNote[]
}

/** Words that only templates of Helm have; `{{ $labels.pod }}` of an alert is none. */
const helmAction =
  /\{\{-?\s*(?:\/\*|(?:include|if|range|with|define|end|else|template|tpl|toYaml|required|default)\b|\(?\s*(?:\w+\s+){0,3}\.(?:Values|Release|Chart|Files|Capabilities|Template)\b)/

const kustomizationFile = /(?:^|\/)kustomization\.ya?ml$/i
const chartFile = /(?:^|\/)Chart\.ya?ml$/

/** Maximum number of files and directories that are followed from kustomizations: bases refer to bases. */
const maxSteps = 100_000

interface Kustomization {
  readonly directory: string
  readonly resources: readonly string[]
  readonly patches: readonly string[]
  readonly images: ReadonlySet<string>
}

/** Reads the kustomizations and the names of the charts among the inputs. */
export function sourcesOf(inputs: readonly Input[]): Sources {
  const charts = new Set<string>()
  const kustomizations = new Map<string, Kustomization>()
  for (const { file, text } of inputs) {
    if (file === null) continue
    const name = normal(file)
    if (chartFile.test(name)) charts.add(directoryOf(name))
    if (kustomizationFile.test(name)) kustomizations.set(directoryOf(name), readKustomization(directoryOf(name), text))
  }
  const patches = new Map<string, string>()
  const replaced = new Map<string, Map<string, string>>()
  const budget = { steps: maxSteps }
  for (const each of kustomizations.values()) {
    for (const patch of each.patches) patches.set(patch, each.directory)
    if (each.images.size > 0) follow(each, kustomizations, replaced, budget)
  }
  const templates = new Map<string, { readonly first: string | null; files: number }>()
  const found = new Map<string, number>()
  const left = new Map<string, { patches: number; images: number }>()
  const note = (directory: string | undefined, key: 'patches' | 'images'): boolean => {
    if (directory === undefined) return false
    const counts = left.get(directory) ?? { patches: 0, images: 0 }
    counts[key]++
    left.set(directory, counts)
    return true
  }
  return {
    isTemplate: ({ file, text, origin }, isBroken) => {
      const chart = file === null ? undefined : chartOf(normal(file))
      const isTemplate = text.includes('{{') && ((chart !== undefined && charts.has(chart)) || (isBroken && helmAction.test(text)))
      if (!isTemplate) return false
      const key = chart === undefined ? 'CHART' : topChart(chart, charts)
      if (origin === 'found') {
        found.set(key, (found.get(key) ?? 0) + 1)
        return true
      }
      const known = templates.get(key)
      if (known === undefined) templates.set(key, { first: file, files: 1 })
      else known.files++
      return true
    },
    isPatch: (file) => file !== null && note(patches.get(normal(file)), 'patches'),
    isSource: (file) => file !== null && (kustomizationFile.test(normal(file)) || chartFile.test(normal(file))),
    replaces: (file, image) => file !== null && note(replaced.get(normal(file))?.get(nameOf(image)), 'images'),
    problems: () => [...templates].map(([chart, { first, files }]) => templateError(chart, first, files)),
    notes: () => [
      ...[...left].map(([directory, counts]) => ({
        directory,
        ...counts,
        templates: 0,
        command: `kubectl kustomize ${quotedPath(directory)} | initlint lint -`,
      })),
      ...[...found].map(([chart, templates]) => ({ directory: chart, patches: 0, images: 0, templates, command: renders(chart) })),
    ],
  }
}

function templateError(chart: string, file: string | null, files: number): InputError {
  const what =
    files === 1
      ? 'this is a Helm template, which is not YAML'
      : `this and ${count(files - 1, 'other file')} are Helm templates, which are not YAML`
  const message = `${what}; render the chart first: ${renders(chart)}`
  return { file, line: null, column: null, message }
}

function renders(chart: string): string {
  return `helm template ${chart === 'CHART' ? chart : quotedPath(chart)} | initlint lint -`
}

/** The chart that is rendered together with those in its directory `charts`. */
function topChart(chart: string, charts: ReadonlySet<string>): string {
  const match = /^(?:(.*)\/)?charts\/[^/]+$/.exec(chart)
  const parent = match?.[1] ?? '.'
  return match !== null && charts.has(parent) ? topChart(parent, charts) : chart
}

/** The chart of a file in its directory `templates`; of a subchart, the subchart. */
function chartOf(file: string): string | undefined {
  const parts = file.split('/')
  const index = parts.slice(0, -1).lastIndexOf('templates')
  if (index === -1) return undefined
  return parts.slice(0, index).join('/') || (file.startsWith('/') ? '/' : '.')
}

function readKustomization(directory: string, text: string): Kustomization {
  const value = readManifest(text).documents[0]?.value
  const strings = (key: string): readonly string[] => asArray(member(value, key)).flatMap((item) => asString(item) ?? [])
  const paths = (key: string): readonly string[] => asArray(member(value, key)).flatMap((item) => asString(member(item, 'path')) ?? [])
  const inside = (path: string): string => normal(`${directory}/${path}`)
  return {
    directory,
    resources: [...strings('resources'), ...strings('bases'), ...strings('components')].map(inside),
    patches: [...paths('patches'), ...strings('patchesStrategicMerge'), ...paths('patchesJson6902')].map(inside),
    images: new Set(asArray(member(value, 'images')).flatMap((image) => asString(member(image, 'name')) ?? [])),
  }
}

/** Notes the images that a kustomization replaces for each file that it reaches. */
function follow(
  { directory, images, resources }: Kustomization,
  kustomizations: ReadonlyMap<string, Kustomization>,
  replaced: Map<string, Map<string, string>>,
  budget: { steps: number },
): void {
  const seen = new Set<string>()
  const left = [...resources]
  for (let path = left.pop(); path !== undefined && budget.steps > 0; path = left.pop()) {
    budget.steps--
    if (seen.has(path)) continue
    seen.add(path)
    const base = kustomizations.get(path)
    if (base !== undefined) {
      left.push(...base.resources)
      continue
    }
    const names = replaced.get(path) ?? new Map<string, string>()
    replaced.set(path, names)
    budget.steps -= images.size
    for (const image of images) if (!names.has(image)) names.set(image, directory)
  }
}

/** The name of a reference as kustomize compares it: without tag and digest (sigs.k8s.io/kustomize api/internal/image, Split). */
function nameOf(image: string): string {
  const name = image.split('@', 1)[0] ?? ''
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  return colon === -1 ? name : name.slice(0, colon)
}

function directoryOf(file: string): string {
  const slash = file.lastIndexOf('/')
  return slash === -1 ? '.' : file.slice(0, slash) || '/'
}

/** A path without `.`, `..` where possible, and repeated slashes. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}` || '.'
}

/** For a shell: as it is, or in single quotes. */
export function quotedPath(path: string): string {
  return /^[\w./@+:-]+$/.test(path) ? path : inSingleQuotes(path)
}
