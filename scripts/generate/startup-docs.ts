/**
 * What a rule's page shows of a start: the block `<!-- startup … -->` in its rule.md says which bad example meets which world, the startup
 * model says what follows.
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

/** A block, as it stands in rule.md. */
interface StartupBlock {
  /** Which bad example, from 1. */
  readonly example: number
  /** The world in words, the beginning of a sentence: `While docker.io is down`. */
  readonly when: string
  /** What a reader should make of the answer, a sentence or two; empty for nothing. */
  readonly so: string
  /** In the format of `explain --scenario`. */
  readonly scenario: unknown
}

/** What the model says to the block of one page. */
export interface StartupDocs {
  /** The page with the block replaced by what it stands for. */
  readonly page: string
  /** The picture, an SVG document. */
  readonly picture: string
}

/** Where the pictures of rules stand, within docs/rules. */
export const pictureFolder = 'images'

const marker = /<!-- startup\n([\s\S]*?)\n-->/

/**
 * Plays what the block of a page asks for.
 * @param page the text of rule.md
 * @throws Error where the block is missing or wrong
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
  if (workload === undefined) throw new Error(`bad example ${number} of ${ruleId} is no workload`)
  return workload
}

/** What `kubectl get pod --watch` prints. */
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

/** As controllers name their pods; the random part is always the same here. */
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
