import { safeText, shorten } from '../lint/text.ts'
import { leftBehind } from '../rules/hazard-words.ts'
import { storageWords } from '../rules/init-scripts.ts'
import {
  type AnalyzedInit,
  applied,
  type ContainerCommand,
  type ContainerHazard,
  mountOf,
  type Rerun,
  shownPlace,
} from '../script/index.ts'
import { forPeople } from './output.ts'
import { type Paint, plain } from './paint.ts'
import type { RehearsedEntry, RehearseOutput } from './rehearse.ts'
import { count, enumerate } from './words.ts'

/** Maximum width of a printed script line or command. */
const maxWidth = 120
/** Maximum number of printed lines of a script. */
const maxLines = 300
/** Maximum number of paths listed for a command. */
const maxPaths = 3

const verdicts: Readonly<Record<RehearsedEntry['verdict'], string>> = {
  safe: 'safe to run again',
  unsafe: 'not safe to run again',
  unknown: 'cannot tell whether it is safe to run again',
}

const reruns: Readonly<Record<Rerun, string>> = {
  retry: 'the next attempt in the same pod',
  rerun: 'a restart of the same pod',
  replace: 'a new pod',
}

/**
 * The rehearsals as text: each script with what its commands leave behind, on which storage, in the first run and in the rerun; then
 * the hazards with their fixes, and what could not be analyzed. Everything is safe to print.
 * @returns lines that end with a line feed
 */
export function renderRehearseText({ containers }: RehearseOutput, color: Paint | false): string {
  if (containers.length === 0) return 'Nothing to rehearse: no workload has an init container\n'
  const paint = color === false ? plain : color
  const summary = (['unsafe', 'unknown', 'safe'] as const).flatMap((verdict) => {
    const number = containers.filter((entry) => entry.verdict === verdict).length
    return number === 0 ? [] : [`${number} ${verdict}`]
  })
  return `${containers.map((entry) => block(entry, paint)).join('\n')}\n${count(containers.length, 'init container')}: ${enumerate(summary)}\n`
}

function block(entry: RehearsedEntry, paint: Paint): string {
  const { init, file, place } = entry[forPeople]
  const where = file === null ? '' : `${paint('place', `${safeText(file)}${place === null ? '' : `:${place.line}`}`)}  `
  const { kind, namespace, name } = entry.object
  const title = safeText(`${kind} ${namespace}/${name}, initContainers "${entry.container}"`)
  const tone = entry.verdict === 'unsafe' ? 'warning' : entry.verdict === 'unknown' ? 'faint' : 'info'
  return [
    `${where}${title}: ${paint(tone, verdicts[entry.verdict])}`,
    ...scriptLines(init, paint),
    ...init.hazards.flatMap((hazard) => hazardLines(hazard, init)),
    ...init.unknown.map(({ line, why }) => safeText(`  not analyzed${line === null ? '' : `, line ${line}`}: ${why}`)),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** The script, with a note below each line that leaves something behind or fails. */
function scriptLines({ found, commands, mounts }: AnalyzedInit, paint: Paint): string[] {
  if (found === undefined) return []
  const lines = found.text.replace(/\n+$/, '').split('\n')
  const shown = lines.slice(0, maxLines).flatMap((text, index) => {
    const notes = commands.filter(({ line }) => line === index + 1).flatMap((command) => noteOf(command, mounts))
    return [`${gutter(index + 1)}${cell(text)}`, ...notes.map((note) => `${gutter('')}${paint('faint', `  ${cell(note)}`)}`)]
  })
  return lines.length > maxLines ? [...shown, `${gutter('')}… ${count(lines.length - maxLines, 'more line')}`] : shown
}

function gutter(line: number | ''): string {
  return `${String(line).padStart(5)} | `
}

function cell(text: string, width = maxWidth): string {
  return shorten(safeText(text.replaceAll('\t', '  ').replaceAll('\n', ' ')), width)
}

/** The paths that a command changes, each with its storage; at most a few, then how many more. */
export function changedPlaces({ writes }: ContainerCommand, mounts: AnalyzedInit['mounts']): readonly string[] {
  const paths = writes.slice(0, maxPaths).map(({ place, storage }) => {
    const mount = place.kind === 'file' ? mountOf(place.path, mounts) : undefined
    return `${shownPlace(place)} (${mount === undefined && storage === 'container' ? storageWords.container : storageWords[storage]})`
  })
  return writes.length > maxPaths ? [...paths, `${writes.length - maxPaths} more`] : paths
}

function noteOf(command: ContainerCommand, mounts: AnalyzedInit['mounts']): string[] {
  const { program, first, again } = command
  const paths = changedPlaces(command, mounts)
  if (paths.length === 0 && !(first === 0 && again !== 0) && again !== null) return []
  const did =
    first === null ? 'skips it' : first === 0 ? (paths.length === 0 ? 'succeeds' : `changes ${enumerate(paths)}`) : `exits ${first}`
  const does = again === null ? 'skips it' : again === 0 ? 'succeeds' : `exits ${again}`
  return [`${program}: first run ${did}; rerun ${does}`]
}

const obligations: Readonly<Record<ContainerHazard['obligation'], string>> = {
  repeat: 'on a rerun after success',
  failure: 'on a rerun after a command failed',
  stop: 'on a rerun after it was killed between two commands',
  interrupted: 'on a rerun after this command was killed partway',
}

const outcomes: Readonly<Record<ContainerHazard['outcome'], string>> = {
  fails: 'fails',
  duplicates: 'appends the same content again',
  replaces: 'regenerates it',
  differs: 'produces a different result',
}

/** A difference after an interrupted run means that the rerun skips the command, so its work is never done. */
function outcomeOf({ outcome, obligation }: ContainerHazard): string {
  return outcome === 'differs' && obligation !== 'repeat' ? 'is skipped' : outcomes[outcome]
}

/** What goes wrong in which rerun, and what caused it. */
export function hazardInWords(hazard: ContainerHazard): string {
  const outcome = hazard.outcome === 'fails' && hazard.status > 1 ? `exits ${hazard.status}` : outcomeOf(hazard)
  const { place } = leftBehind(hazard)
  return `\`${hazard.program}\` ${outcome} ${obligations[hazard.obligation]} (${reruns[hazard.rerun]}): ${place} still exists`
}

function hazardLines(hazard: ContainerHazard, { found }: AnalyzedInit): string[] {
  const line = found?.origin === 'command' ? '' : `line ${hazard.line} `
  return [
    cell(`  ${line}${hazardInWords(hazard)}`, 2 * maxWidth),
    `    ${cell(hazard.fix, 2 * maxWidth)}`,
    ...repairedLines(hazard, found?.text ?? ''),
  ]
}

/** The lines of the script that the repair changes, as they are afterward. */
function repairedLines({ edits = [] }: ContainerHazard, text: string): string[] {
  const [first, last] = [edits[0], edits.at(-1)]
  if (first === undefined || last === undefined) return []
  const repaired = applied(edits, text)
  const start = text.lastIndexOf('\n', first.start - 1) + 1
  const end = repaired.length - text.length + (text.indexOf('\n', last.end) + 1 || text.length + 1) - 1
  const number = text.slice(0, start).split('\n').length
  const kept = new Set(text.split('\n'))
  return repaired
    .slice(start, end)
    .split('\n')
    .map((line, index) => [number + index, line] as const)
    .filter(([, line]) => !kept.has(line))
    .map(([place, line]) => `${String(place).padStart(5)} + ${cell(line)}`)
}
