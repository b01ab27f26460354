/** Repairs of downloads: a complete file under its name, or none. */
import type { Edit } from '../../change/draft.ts'
import type { Repairs } from '../../change/kit.ts'
import { isWritten, removed, replaced, type Situation, withoutSlash } from '../../change/situation.ts'
import { textOf } from '../../value/value.ts'

/** Edits that let a command write to another path; undefined if it is not known how. */
type Redirected = (situation: Situation, path: string, temporary: string) => readonly Edit[] | undefined

/** Downloads to a temporary name and renames the file when it is complete; only if it does not exist yet, if the script does not check. */
const elsewhere =
  (redirected: Redirected): Repairs =>
  (situation) => {
    const { site, isMountPoint } = situation
    const path = situation.written()
    if (path === undefined || isMountPoint || site === undefined) return []
    const edits = redirected(situation, path, `${path}.tmp`)
    if (edits === undefined) return []
    const advice = `write to ${path}.tmp, then mv it to ${path}`
    const move = ` && mv ${path}.tmp ${path}`
    const guards = site.guard === undefined ? [`[ -e ${path} ] || `, ''] : ['']
    return guards.map((guard) => {
      const [open, close] = guard === '' ? ['', ''] : ['{ ', '; }']
      return { edits: [...edits, ...situation.before(`${guard}${open}`, `${move}${close}`)], advice }
    })
  }

/** Replaces the word that names the file: an operand of an option, or the target of a redirection. */
function named(situation: Situation): Edit | undefined {
  const word = situation.path === undefined ? undefined : situation.naming(situation.path).at(-1)
  return word === undefined ? undefined : replaced(word, `${withoutSlash(situation.raw(word))}.tmp`)
}

/** Short options of curl in one word. */
const cluster = /^-[A-Za-z#]+$/

const curlRedirected: Redirected = (situation, _path, temporary) => {
  const { texts, name } = situation
  if (name === undefined) return undefined
  const fails = texts.some((text = '') => text.startsWith('--fail') || (cluster.test(text) && text.includes('f')))
  // Without it, an error page would be renamed, too.
  const fail = fails ? [] : situation.withOptions('-f')
  const target = named(situation)
  if (target !== undefined) return [...fail, target]
  // The remote name is what `-O` takes from the URL.
  const remote = situation.writtenRest.find(({ value }) => {
    const text = textOf(value) ?? ''
    return text === '--remote-name' || (cluster.test(text) && text.includes('O'))
  })
  if (remote === undefined) return undefined
  const rest = situation.raw(remote).replace(/^--remote-name$|O/, '')
  return [...fail, replaced(remote, `${rest === '-' || rest === '' ? '' : `${rest} `}-o ${temporary}`)]
}

const wgetRedirected: Redirected = (situation, _path, temporary) => {
  const kept = situation.rest.filter(isWritten).filter(({ value }) => /^(-nc|--no-clobber|-c|--continue)$/.test(textOf(value) ?? ''))
  const rest = kept.map((word) => removed(word, situation.text))
  const target = named(situation)
  if (target !== undefined) return [...rest, target]
  const isNamed = situation.texts.some((text) => text === undefined || /^-\w*O|^--output-document/.test(text))
  return isNamed || situation.name === undefined ? undefined : [...situation.withOptions(`-O ${temporary}`), ...rest]
}

export const curlElsewhere = elsewhere(curlRedirected)
export const wgetElsewhere = elsewhere(wgetRedirected)
