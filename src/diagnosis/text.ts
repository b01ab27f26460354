/** Diagnoses for people. */
import { forPeople } from '../inspect/output.ts'
import { type Paint, plain } from '../inspect/paint.ts'
import { count } from '../inspect/words.ts'
import { safeText } from '../lint/text.ts'
import type { StageKind } from './causes/index.ts'
import type { Diagnosis, NamedObject } from './types.ts'
import { clockText, clockTexts, durationText } from './view/values.ts'
import type { WhyOutput } from './why.ts'

const stageWords: Readonly<Record<StageKind, string>> = {
  admission: 'admission: the API server has no pod',
  scheduling: 'scheduling: no node is chosen yet',
  volumes: 'volumes are being attached and mounted',
  sandbox: 'the sandbox and its network are being set up',
  'image-pull': 'image pull',
  'create-config': 'configuration of the container',
  create: 'creation of the container',
  start: 'start of the process',
  'init-run': 'running',
  'sidecar-start': 'starting',
  'app-run': 'running',
  finished: 'finished',
}

/** Longest line of evidence; the JSON has all of it. */
const maxEvidence = 2

/** All diagnoses, separated by empty lines; ends with a line feed. */
export function renderWhyText({ pods, notLookedAt = [] }: WhyOutput, color: Paint | false = false): string {
  const paint = color === false ? plain : color
  const missed = notLookedAt.map(({ what, why }) => `not looked at: ${safeText(what)} (${safeText(why)})\n`)
  return `${pods.map((each) => diagnosisText(each, paint)).join('\n')}${missed.length === 0 ? '' : `\n${missed.join('')}`}`
}

export function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  const { object, owner, status, since, cause, waiting, now, then } = diagnosis
  const people = diagnosis[forPeople]
  const age = since === null ? '' : ` for ${durationText((people.now - Date.parse(since)) / 1000)}`
  const state = [`${status}${age}`, ...(owner === null ? [] : [nameText(owner)])].filter(Boolean).join(', ')
  const head = `${paint('place', nameText(object))}${state === '' ? '' : `   ${state}`}`
  const rows: (readonly [string, readonly string[]])[] = [
    ['stage', [stageText(diagnosis)]],
    [
      'cause',
      [
        `${cause.message}   [${cause.certainty}${sourcesOf(cause.evidence)}]`,
        ...cause.evidence.slice(0, maxEvidence).map((line) => paint('faint', line)),
      ],
    ],
    ['waiting', [waitingText(waiting)]],
    ['now', now],
    ['then', then],
  ]
  const body = rows.flatMap(([label, lines]) => lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(9)}${line}`))
  return `${[head, ...body].join('\n')}\n`
}

function nameText({ kind, name }: NamedObject): string {
  return `${kind.toLowerCase()}/${name}`
}

function stageText({ stage, next, [forPeople]: { position, attempt, now, isTried } }: Diagnosis): string {
  const where = stage.container === null ? '' : `${position}, ${stage.container}: `
  const what =
    stage.kind === 'init-run' || stage.kind === 'app-run' || stage.kind === 'sidecar-start'
      ? attempt || stageWords[stage.kind]
      : [stageWords[stage.kind], attempt].filter(Boolean).join('; ')
  return `${where}${what}; ${nextText(next, now, isTried === true)}`
}

function nextText({ status, at, by, why }: Diagnosis['next'], now: number, isTried: boolean): string {
  if (at === null) return why
  const from = Date.parse(at)
  if (by === null) return why
  const to = Date.parse(by)
  const words =
    at === by
      ? `at ${clockText(from)}`
      : from <= now
        ? `within ${durationText((to - now) / 1000)}`
        : `between ${clockTexts(from, to).join(' and ')}`
  return `${isTried || status === null ? 'next attempt' : `next ${status}`} ${words}: ${why}`
}

function waitingText({ helps, until }: Diagnosis['waiting']): string {
  const condition = until === null ? '' : helps === 'no' ? `, unless ${until}` : ` until ${until}`
  if (helps === 'yes') return until === null ? 'not needed' : `helps${condition}`
  if (helps === 'no') return `does not help${condition}`
  return `may help${condition === '' ? '; it cannot be known from here' : `${condition}, but whether that happens cannot be known from here`}`
}

/** Where the evidence comes from, in a word each. */
function sourcesOf(evidence: readonly string[]): string {
  const words = evidence.map(
    (line) =>
      /^(waiting\.message|terminated\.message|terminated|event \w+|log|rehearsal|rule [\w-]+|condition \w+|status)/.exec(line)?.[1] ?? '',
  )
  const known = [...new Set(words.filter((word) => word !== ''))]
  return known.length === 0 ? '' : `: ${known.join(', ')}`
}

/** The causes of many pods, worst first: those that waiting does not cure, then those of most pods. */
export function renderGroupsText({ pods, notLookedAt = [] }: WhyOutput, color: Paint | false = false): string {
  const paint = color === false ? plain : color
  const groups = groupsOf(pods)
  const lines = groups.map(({ title, members, helps }) => {
    const namespaces = new Set(members.map(({ object }) => object.namespace))
    const tone = helps === 'no' ? 'error' : helps === 'unknown' ? 'warning' : 'info'
    const names = members.slice(0, maxNames).map(({ object }) => `${object.namespace}/${object.name}`)
    const more = members.length > maxNames ? `, and ${members.length - maxNames} more` : ''
    const [first] = members
    return [
      `${paint(tone, title)}: ${count(members.length, 'pod')} in ${count(namespaces.size, 'namespace')}`,
      `  cause    ${first?.cause.message ?? ''}`,
      `  waiting  ${first === undefined ? '' : waitingText(first.waiting)}`,
      ...(first?.now[0] === undefined ? [] : [`  now      ${first.now[0]}`]),
      `  pods     ${names.join(', ')}${more}`,
    ].join('\n')
  })
  const missed = notLookedAt.map(({ what, why }) => `not looked at: ${safeText(what)} (${safeText(why)})\n`).join('')
  return `${lines.length === 0 ? 'Every pod has started.' : lines.join('\n\n')}\n${missed === '' ? '' : `\n${missed}`}`
}

const maxNames = 10

interface Group {
  readonly title: string
  readonly helps: Diagnosis['waiting']['helps']
  readonly members: readonly Diagnosis[]
}

const severity = { no: 0, unknown: 1, yes: 2 } as const

/** Pods with the same cause at the same place (the registry, the node), worst first. */
export function groupsOf(pods: readonly Diagnosis[]): readonly Group[] {
  const byTitle = Map.groupBy(pods, (each) => `${each.cause.class}\n${subjectOf(each)}`)
  return [...byTitle]
    .map(([key, members]): Group => {
      const [cause = '', subject = ''] = key.split('\n')
      const helps = members.map((each) => each.waiting.helps).sort((a, b) => severity[a] - severity[b])[0] ?? 'unknown'
      return { title: subject === '' ? cause : `${subject} ${cause}`, helps, members }
    })
    .sort((a, b) => severity[a.helps] - severity[b.helps] || b.members.length - a.members.length || (a.title < b.title ? -1 : 1))
}

/** What pods with one cause share: the registry that a pull failed at. */
function subjectOf({ stage, cause }: Diagnosis): string {
  return stage.kind === 'image-pull'
    ? (/^([a-z0-9.-]+(?::\d+)?) (?:limits|refused|does not have|answers|rejected|requires|knows|is not available)/.exec(
        cause.message,
      )?.[1] ?? '')
    : ''
}
