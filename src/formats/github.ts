import { count } from '../inspect/words.ts'
import {
  type Finding,
  findingsOf,
  locationOf,
  type Note,
  notesOf,
  objectText,
  type Problem,
  pathOf,
  problemsOf,
  type Report,
} from './report.ts'

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

type Command = (typeof commands)[keyof typeof commands]

/** Annotations of each command that GitHub shows for a step; it drops the others (https://github.com/orgs/community/discussions/26680). */
const shownPerStep = 10

/**
 * Findings as workflow commands, which GitHub Actions turns into annotations
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), and a last line with their number, for the log.
 */
export function renderGithub(report: Report): string {
  const annotations = [
    ...problemsOf(report).map((problem) => problemAnnotation(problem, report)),
    ...findingsOf(report).map((finding) => findingAnnotation(finding, report)),
    ...notesOf(report).map((note) => noteAnnotation(note, report)),
  ]
  const numbers = new Map<Command, number>()
  for (const { name } of annotations) numbers.set(name, (numbers.get(name) ?? 0) + 1)
  const isCut = [...numbers.values()].some((number) => number > shownPerStep)
  const note = isCut ? `; GitHub shows ${shownPerStep} errors, warnings and notices each for a step, this log has all` : ''
  const total = `initlint: ${count(annotations.length, 'annotation')} in ${count(report.inputs.length, 'file')}${note}`
  return [...annotations.map(commandLine), total].map((line) => `${line}\n`).join('')
}

/** A workflow command. */
interface Annotation {
  readonly name: Command
  readonly properties: Readonly<Record<string, string | number | null>>
  readonly message: string
}

type Properties = Annotation['properties']

function findingAnnotation({ entry, level, path, statement }: Finding, report: Report): Annotation {
  const { file, line, column, endLine, endColumn, rule, hint, docs, object } = entry
  // GitHub ignores columns of annotations with several lines.
  const isOneLine = line === endLine
  const place =
    locationOf(file, report) === undefined ? {} : { file: path, line, endLine, ...(isOneLine ? { col: column, endColumn } : {}) }
  const subject = locationOf(file, report) === undefined ? `${objectText(object)}: ` : ''
  const message = `${subject}${statement}\n${hint}\n${docs}`
  return { name: commands[level], properties: { ...place, title: rule }, message }
}

function problemAnnotation({ file, path, line, column, message, rule }: Problem, report: Report): Annotation {
  const place: Properties = locationOf(file, report) === undefined ? {} : { file: path, line, col: column }
  return { name: 'error', properties: { ...place, title: rule ?? 'unreadable input' }, message }
}

function noteAnnotation({ file, line, column, message }: Note, report: Report): Annotation {
  const place: Properties = locationOf(file, report) === undefined ? {} : { file: pathOf(file, report), line, col: column }
  return { name: 'notice', properties: { ...place, title: 'initlint' }, message }
}

/** An annotation as a line, escaped as in actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty). */
function commandLine({ name, properties, message }: Annotation): string {
  const given = Object.entries(properties).filter(([, value]) => value !== null)
  const list = given.map(([key, value]) => `${key}=${escapeData(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`).join(',')
  return `::${name} ${list}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
