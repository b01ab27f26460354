/** Repairs of commands that copy, move, link and unpack files. */
import { guarded, one, type Repairs, withLetters } from '../../change/kit.ts'
import { removed, replaced, withoutSlash } from '../../change/situation.ts'
import { keyOf } from '../../value/value.ts'

/** Skips the command if its input is gone, because it has consumed it. */
export const consumes: Repairs = (situation) =>
  situation.operands.slice(0, -1).flatMap((word) => guarded(situation, `[ ! -e ${situation.raw(word)} ]`))

/** Skips the command if its only operand is gone. */
export const consumesAll: Repairs = (situation) => {
  const [first, ...others] = situation.operands
  return first === undefined || others.length > 0 ? [] : guarded(situation, `[ ! -e ${situation.raw(first)} ]`)
}

/** `cp -r a b` copies into b if it exists; `cp -r a/. b` never nests. */
export const copyInto: Repairs = (situation) => {
  const [source, target, ...more] = situation.operands
  if (source === undefined || target === undefined || more.length > 0) return []
  const from = withoutSlash(situation.raw(source))
  const edits = [...situation.before(`mkdir -p ${situation.raw(target)} && `), replaced(source, `${from}/.`)]
  const short = `copy ${from}/. into it, after mkdir -p`
  // BusyBox cp fails at a symbolic link that exists already, unless -f is set.
  return [{ edits, short }, ...withLetters(situation, 'f').map((candidate) => ({ edits: [...edits, ...candidate.edits], short }))]
}

/** Adds -f, and -n for a symbolic link, so that the link is replaced. */
export const relinked: Repairs = (situation) =>
  withLetters(situation, situation.texts.some((text) => /^-\w*s|^--symbolic/.test(text ?? '')) ? 'fn' : 'f')

/** Options with which cp and mv do not overwrite. */
export const keeping = /^(-n|--no-clobber|--update=none|-[a-zA-Z]*n[a-zA-Z]*)$/

/** Copies again on storage that only init containers have used so far: an incomplete copy is overwritten. */
export const overwriting: Repairs = ({ hazard, writtenRest, text }) => {
  const kept = writtenRest.filter(({ value }) => /^(-n|--no-clobber|--update=none)$/.test(keyOf(value)))
  return hazard.storage === 'pod' ? one(kept.map((word) => removed(word, text))) : []
}
