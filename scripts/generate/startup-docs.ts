/**
 * The start of a pod on a rule's page: the block `<!-- startup … -->` in its rule.md names a bad example and a scenario, and the startup
 * model provides the result.
 */
import { load } from 'js-yaml'
import { asString, isObject, member } from '../../src/model/json.ts'
import { readWorkload, type Workload } from '../../src/model/workload.ts'
import { renderPictures } from '../../src/startup/picture/picture.ts'
import { explainStart } from '../../src/startup/play/explain.ts'
import { readScenario } from '../../src/startup/scenario/scenario-json.ts'
import { describeEnd } from '../../src/startup/timeline/describe.ts'
import { marksOf } from '../../src/startup/timeline/marks.ts'
import type { Timeline } from '../../src/startup/timeline/timeline.ts'

/** The parsed block of a rule.md. */
interface StartupBlock {
  /** The number of the bad example, from 1. */
  readonly example: number
  /** The scenario as the beginning of a sentence: `While docker.io is down`. */
  readonly when: string
  /** What the reader should conclude, one or two sentences; may be empty. */
  readonly so: string
  /** The scenario in the format of `explain --scenario`. */
  readonly scenario: unknown
}

/** The page of a rule and its picture. */
export interface StartupDocs {
  /** The page with the block replaced by the result. */
  readonly page: string
  /** The picture, an SVG document. */
  readonly picture: string
}

/** The folder of the pictures of rules, within docs/rules. */
export const pictureFolder = 'images'

const marker = /<!-- startup\n([\s\S]*?)\n-->/

/**
 * Models the start that the block of a page describes.
 * @param page the text of rule.md
 * @throws Error if the block is missing or invalid
 */
export function startupDocs(ruleId: string, page: string): StartupDocs {
  const found = marker.exec(page)
  if (found === null) throw new Error(`src/rules/${ruleId}/rule.md has no block "<!-- startup … -->"`)
  const block = readBlock(ruleId, load(found[1] ?? ''))
  const workload = badExample(ruleId, page, block.example)
  const read = readScenario(block.scenario)
  if (!read.ok || read.notes.length > 0) throw new Error(`the scenario of ${ruleId}: ${read.ok ? read.notes.join(' ') : read.problem}`)
  const timeline = explainStart(workload, read.scenario)
  const title = `${workload.kind.toLowerCase()}/${workload.name}`
  const markdown = [
    `${block.when}:`,
    watched(workload, timeline),
    `![${title}. ${describeEnd(timeline)}](${pictureFolder}/${ruleId}.svg)`,
    ...(block.so === '' ? [] : [block.so.trim()]),
  ].join('\n\n')
  return {
    page: page.replace(marker, () => markdown),
    picture: renderPictures([{ timeline, title, conditions: block.when.replaceAll('`', ''), notes: [describeEnd(timeline)] }]),
  }
}

function readBlock(ruleId: string, value: unknown): StartupBlock {
  const when = asString(member(value, 'when'))
  if (!isObject(value) || when === undefined) throw new Error(`the block of ${ruleId} needs the keys when and scenario`)
  return {
    example: Number(member(value, 'example') ?? 1),
    when,
    so: asString(member(value, 'so')) ?? '',
    scenario: member(value, 'scenario') ?? {},
  }
}

function badExample(ruleId: string, page: string, number: number): Workload {
  const from = page.indexOf('\n## Bad\n')
  const fences = [...page.slice(from, page.indexOf('\n## ', from + 1)).matchAll(/\n```yaml\n([\s\S]*?)\n```\n/g)]
  const object = load(fences[number - 1]?.[1] ?? '')
  const workload = isObject(object) ? readWorkload(object, { namespace: 'default', source: 'manifest' }) : undefined
  if (workload === undefined) throw new Error(`bad example ${number} of ${ruleId} is not a workload`)
  return workload
}

/** The output of `kubectl get pod --watch`. */
function watched(workload: Workload, timeline: Timeline): string {
  const name = podName(workload)
  const { marks, rest } = marksOf(timeline)
  const rows = marks
    .filter(({ kind }) => kind === 'columns')
    .map(({ at, columns: { status, ready, restarts } }) => [name, ready, status, String(restarts), age(at)])
  const table = [['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)) + 3)
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(''))
  return ['```text', `$ kubectl get pod ${name} --watch`, ...lines, ...(rest === null ? [] : ['…']), '```'].join('\n')
}

/** The pod's name as its controller would generate it, with a constant random part. */
function podName({ kind, name }: Workload): string {
  if (kind === 'Pod') return name
  return kind === 'StatefulSet' ? `${name}-0` : kind === 'Deployment' ? `${name}-5d4f8c7b9d-x7k2p` : `${name}-x7k2p`
}

/** The AGE column (k8s.io/apimachinery pkg/util/duration, HumanDuration), up to three hours. */
function age(seconds: number): string {
  const whole = Math.floor(seconds)
  if (whole < 120) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  return minutes < 10 && whole % 60 > 0 ? `${minutes}m${whole % 60}s` : `${minutes}m`
}
