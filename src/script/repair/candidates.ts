/** The changes that may repair a hazard, best first. None is certain: each is tried. */

import type { Edit } from '../change/draft.ts'
import { cleaned, guarded as guardedWith, guardInWords } from '../change/kit.ts'
import { type Candidate, isWritten, removed, replaced, type Situation, type WrittenWord, withoutSlash } from '../change/situation.ts'
import { catalogue } from '../commands/catalogue.ts'
import { keyOf } from '../value/value.ts'
import { isLock } from './words.ts'

export function candidatesFor(situation: Situation): readonly Candidate[] {
  const { hazard, program } = situation
  // A directory that two runs can both create is no lock.
  if (isLock(hazard)) return []
  if (hazard.obligation === 'interrupted')
    return [...(catalogue.get(program)?.repairs?.interrupted?.(situation) ?? []), ...written(situation)]
  const known = programCandidates(situation)
  const general = hazard.outcome === 'fails' ? forFailure(situation) : forDifference(situation)
  return [...exiting(situation), ...known, ...retested(situation), ...general]
}

/** Ends the script if the command fails, so that nothing marks its work as done. */
function exiting(situation: Situation): readonly Candidate[] {
  const { obligation, outcome, rerun } = situation.hazard
  // After a failure that ends the script, the container is retried.
  if (obligation !== 'failure' || outcome !== 'differs' || rerun !== 'rerun') return []
  const edits = situation.before('', ' || exit 1')
  return edits.length === 0 ? [] : [{ edits, short: 'append || exit 1 to it' }]
}

/** The repairs that the program of a hazard that does not need a kill within it has. */
export function programCandidates(situation: Situation): readonly Candidate[] {
  const { hazard, program } = situation
  if (isLock(hazard)) return []
  const repairs = catalogue.get(program)?.repairs
  return (hazard.outcome === 'fails' ? repairs?.failing : repairs?.differing)?.(situation) ?? []
}

function forFailure(situation: Situation): readonly Candidate[] {
  const { hazard } = situation
  const refused = hazard.isRefused === true && !isOpen(situation) ? cleaned(situation) : []
  return [...refused, ...guarded(situation, '-e'), ...written(situation), ...ephemeral(situation)]
}

/** Whether a redirection of a group around the command keeps a file open: it must not be removed meanwhile. */
function isOpen({ site }: Situation): boolean {
  return site?.redirections.some((redirection) => redirection.kind !== 'here' && redirection.kind !== 'duplicate') === true
}

/** Removes the first result, if it is on storage of the pod alone: on other storage, the app may have added to it. */
function ephemeral(situation: Situation): readonly Candidate[] {
  return situation.hazard.storage === 'pod' && !isOpen(situation) ? cleaned(situation, 'rm -rf') : []
}

function forDifference(situation: Situation): readonly Candidate[] {
  const test = situation.hazard.outcome === 'replaces' ? '-s' : '-e'
  // On storage that outlives the pod, the file may contain what others wrote: it is not emptied if there is another way.
  const isOwn = situation.hazard.storage === 'pod'
  const once = [...appendOnce(situation), ...appendAllOnce(situation)]
  const appends = isOwn ? [...overwritten(situation), ...once] : [...once, ...overwritten(situation)]
  return [...appends, ...guarded(situation, test), ...written(situation), ...ephemeral(situation)]
}

/** Guards the command, or the whole statement, with a test of its result. */
function guarded(situation: Situation, test: string): readonly Candidate[] {
  const path = situation.written()
  if (path === undefined) return []
  const guard = `[ ${test} ${path} ]`
  return [situation.before(`${guard} || `), situation.beforeWhole(`${guard} || `)]
    .filter((edits) => edits.length > 0)
    .map((edits) => ({ edits, short: guardInWords(guard) }))
}

/** Writes the file anew instead of appending to it: the first append starts it, or a command in front of a loop empties it. */
function overwritten(situation: Situation): readonly Candidate[] {
  const {
    text,
    site,
    writers: [writer = site],
  } = situation
  const path = situation.written()
  if (writer === undefined || path === undefined) return []
  const targets = [...writer.statement.redirections, ...writer.redirections].flatMap((redirection) =>
    'operator' in redirection && redirection.operator === '>>' ? [redirection.target] : [],
  )
  const starts = targets.flatMap(({ span }): Candidate[] => {
    const start = text.lastIndexOf('>>', span.start - 1)
    return start === -1 || text.slice(start + 2, span.start).trim() !== ''
      ? []
      : [{ edits: [{ start, end: start + 2, text: '>' }], advice: `write ${path} with > before appending to it` }]
  })
  if (targets.length === 0) return starts
  const { start } = writer.outermost.span
  return [
    ...starts,
    { edits: [{ start, end: start, text: `: > ${path}\n${indentAt(start, text)}` }], advice: `empty ${path} first, with : > ${path}` },
  ]
}

/** If a file gets several lines, a guard before one of them does not help: all of them get one. */
function appendAllOnce(situation: Situation): readonly Candidate[] {
  const writers = [...new Map(situation.writers.map((writer) => [writer.statement, writer])).values()]
  const guards = writers.map((writer) => {
    const [name, line, ...more] = writer.statement.words
    const [target, ...others] = writer.statement.redirections
    const isOther = name === undefined || situation.raw(name) !== 'echo' || more.length + others.length > 0
    if (isOther || line === undefined || target === undefined || !('operator' in target) || target.operator !== '>>') return []
    return situation.before(`grep -qxF -- ${situation.raw(line)} ${situation.raw(target.target)} 2> /dev/null || `, '', writer)
  })
  if (guards.length < 2 || guards.some((edits) => edits.length === 0)) return []
  return [{ edits: guards.flat(), advice: 'append each line only if grep -qxF does not find it' }]
}

function indentAt(offset: number, text: string): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*$/.test(line) ? line : ''
}

/** Lets the guard around the command test the result of the last command, not that of the first one. */
function retested(situation: Situation): readonly Candidate[] {
  const { hazard, site } = situation
  const path = situation.written()
  const [, test, operand] =
    site?.guard?.words
      .map(({ span }) => span)
      .slice(-4)
      .filter((span) => situation.raw({ span }) !== '!') ?? []
  if (hazard.obligation === 'repeat' || path === undefined || test === undefined || operand === undefined) return []
  if (!/^-[a-z]$/.test(situation.raw({ span: test }))) return []
  return [
    {
      edits: [
        { ...test, text: '-e' },
        { ...operand, text: path },
      ],
    },
  ]
}

/** Writes to a temporary name on the same volume and renames it: whole or not there. */
function written(situation: Situation): readonly Candidate[] {
  const { path, isMountPoint } = situation
  if (isMountPoint || path === undefined) return []
  const inOptions = situation.writtenRest.filter((word) => namesInOption(word, path))
  const targets = [...situation.naming(path).toReversed(), ...inOptions]
  return targets.flatMap((target) => renaming(situation, target))
}

function renaming(situation: Situation, target: WrittenWord): readonly Candidate[] {
  const path = situation.written()
  if (path === undefined) return []
  const raw = withoutSlash(situation.raw(target))
  const move = ` && mv ${path}.tmp ${path}`
  const renamed = replaced(target, `${raw}.tmp`)
  const guard = `[ -e ${path} ] || `
  const keeping = catalogue.get(situation.program)?.repairs?.keeping
  const kept = situation.writtenRest.filter(({ value }) => keeping?.test(keyOf(value)) === true)
  const within = (prefix: string, clean: string): readonly Edit[] => {
    const [open, close] = prefix === '' ? ['', ''] : ['{ ', '; }']
    return [...situation.before(`${prefix}${open}${clean}`, `${move}${close}`), renamed]
  }
  const clean = `rm -rf ${path}.tmp && `
  const edits =
    kept.length > 0
      ? [[...within(guard, ''), ...kept.map((word) => removed(word, situation.text))]]
      : [within('', ''), within('', clean), within(guard, ''), within(guard, clean)]
  return edits.map((edit) => ({ edits: edit, advice: `write to ${path}.tmp, then mv it to ${path}` }))
}

/** Appends a line only if the file does not have it yet. */
function appendOnce(situation: Situation): readonly Candidate[] {
  const [line, ...more] = situation.program === 'echo' ? situation.rest : []
  const target = situation.hazard.targets.find(({ operator }) => operator === '>>')
  if (line === undefined || !isWritten(line) || more.length > 0 || target === undefined || !isWritten(target)) return []
  return guardedWith(situation, `grep -qxF -- ${situation.raw(line)} ${situation.raw(target)} 2> /dev/null`)
}

/** Whether a value names an output in an option: `--output=PATH`, `-oPATH`. */
function namesInOption(word: WrittenWord, path: string): boolean {
  const key = keyOf(word.value)
  return key.startsWith('-') && (key.endsWith(`=${path}`) || key.slice(2) === path)
}
