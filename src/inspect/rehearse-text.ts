import { safeText, shorten } from '../lint/text.ts'
import { leftBehind } from '../rules/hazard-words.ts'
import { storageWords } from '../rules/init-scripts.ts'
import {
  type ContainerCommand,
  type ContainerHazard,
  type ContainerRehearsal,
  mountOf,
  type Rerun,
  shortName,
  shownPath,
} from '../script/index.ts'
import { forPeople } from './output.ts'
import { type Paint, plain } from './paint.ts'
import type { RehearsedEntry, RehearseOutput } from './rehearse.ts'
import { count, enumerate } from './words.ts'

/** Longest line of a script, and longest command, that is printed whole. */
const maxWidth = 120
/** Most lines of one script that are printed. */
const maxLines = 300
/** Most paths that are named for one command. */
const maxPaths = 3

const verdicts: Readonly<Record<RehearsedEntry['verdict'], string>> = {
  safe: 'safe to run again',
  unsafe: 'not safe to run again',
  unknown: 'not known whether it is safe to run again',
}

const reruns: Readonly<Record<Rerun, string>> = {
  retry: 'the next try in the same pod',
  rerun: 'a restart of the same pod',
  replace: 'a new pod',
}

/**
 * The rehearsals as a person reads them: each script with what its commands leave behind, on which storage, in the first run and in
 * the next one; then the hazards with their fixes, and what could not be followed. Everything is safe to print.
 * @returns lines that end with a line feed
 */
export function renderRehearseText({ containers }: RehearseOutput, colour: Paint | false): string {
  if (containers.length === 0) return 'Nothing to rehearse: no workload has an init container\n'
  const paint = colour === false ? plain : colour
  const summary = (['unsafe', 'unknown', 'safe'] as const).flatMap((verdict) => {
    const number = containers.filter((entry) => entry.verdict === verdict).length
    return number === 0 ? [] : [`${number} ${verdict}`]
  })
  return `${containers.map((entry) => block(entry, paint)).join('\n')}\n${count(containers.length, 'init container')}: ${enumerate(summary)}\n`
}

function block(entry: RehearsedEntry, paint: Paint): string {
  const { rehearsal, file, place } = entry[forPeople]
  const where = file === null ? '' : `${paint('place', `${safeText(file)}${place === null ? '' : `:${place.line}`}`)}  `
  const { kind, namespace, name } = entry.object
  const title = safeText(`${kind} ${namespace}/${name}, initContainers "${entry.container}"`)
  const tone = entry.verdict === 'unsafe' ? 'warning' : entry.verdict === 'unknown' ? 'faint' : 'info'
  return [
    `${where}${title}: ${paint(tone, verdicts[entry.verdict])}`,
    ...scriptLines(rehearsal, paint),
    ...rehearsal.hazards.flatMap((hazard) => hazardLines(hazard, rehearsal)),
    ...rehearsal.unknown.map(({ line, why }) => safeText(`  not followed${line === null ? '' : `, line ${line}`}: ${why}`)),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** The script with a note under each line that leaves something behind or fails. */
function scriptLines({ found, commands, mounts }: ContainerRehearsal, paint: Paint): string[] {
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

function noteOf({ command, writes, first, again }: ContainerCommand, mounts: ContainerRehearsal['mounts']): string[] {
  const paths = writes.slice(0, maxPaths).map(({ path, storage }) => {
    const mount = path.startsWith('//') ? undefined : mountOf(path, mounts)
    return `${shownPath(path)} (${mount === undefined && storage === 'container' ? storageWords.container : storageWords[storage]})`
  })
  if (writes.length > maxPaths) paths.push(`${writes.length - maxPaths} more`)
  if (paths.length === 0 && !(first === 0 && again !== 0) && again !== null) return []
  const did =
    first === null ? 'not carried out' : first === 0 ? (paths.length === 0 ? 'done' : `changes ${enumerate(paths)}`) : `exits ${first}`
  const does = again === null ? 'not carried out' : again === 0 ? 'done' : `exits ${again}`
  return [`${shortName(command)}: first run ${did}; again ${does}`]
}

const obligations: Readonly<Record<ContainerHazard['obligation'], string>> = {
  repeat: 'run again after success',
  failure: 'tried again after a command failed',
  stop: 'run again after it was killed between two commands',
  interrupted: 'rerun after this command was killed partway',
}

const outcomes: Readonly<Record<ContainerHazard['outcome'], string>> = {
  fails: 'fails',
  duplicates: 'adds the same again',
  replaces: 'makes another one',
  differs: 'leaves something else',
}

/** What another run does not do any more is more than a difference: nobody makes up for it. */
function outcomeOf({ outcome, obligation }: ContainerHazard): string {
  return outcome === 'differs' && obligation !== 'repeat' ? 'is not made up for' : outcomes[outcome]
}

function hazardLines(hazard: ContainerHazard, { found }: ContainerRehearsal): string[] {
  const line = found?.origin === 'command' ? '' : `line ${hazard.line} `
  const outcome = hazard.outcome === 'fails' && hazard.status > 1 ? `exits ${hazard.status}` : outcomeOf(hazard)
  const { place } = leftBehind(hazard)
  return [
    cell(
      `  ${line}\`${hazard.program}\` ${outcome}, ${obligations[hazard.obligation]} (${reruns[hazard.rerun]}): ${place} is still there`,
      2 * maxWidth,
    ),
    `    ${cell(hazard.fix, 2 * maxWidth)}`,
  ]
}
