/** Repairs of git commands. */
import { cleaned, guarded, type Repairs, renamed } from '../../change/kit.ts'
import { isWritten, replaced, type Situation, withoutSlash } from '../../change/situation.ts'

/** The directory of a clone: the path of the hazard may be within it. */
function repositoryOf({ path = '' }: Situation): string {
  return /^(.+)\/\.git(?:\/.*)?$/.exec(path)?.[1] ?? path
}

/** Clones next to the directory, and renames the clone when it is complete. */
const cloneElsewhere: Repairs = (situation) => {
  const repository = repositoryOf(situation)
  const [target] = situation.naming(repository).slice(-1)
  if (target === undefined) return []
  const path = withoutSlash(situation.raw(target))
  const isGuarded = situation.site?.guard !== undefined
  const guard = isGuarded ? '' : `[ -d ${path} ] || `
  const [open, close] = isGuarded ? ['', ''] : ['{ ', '; }']
  const edits = [
    ...situation.before(`${guard}${open}rm -rf ${path}.tmp && `, ` && mv ${path}.tmp ${path}${close}`),
    replaced(target, `${path}.tmp`),
  ]
  return [{ edits, advice: `clone into ${path}.tmp, then mv it to ${path}` }]
}

/** Removes what an earlier clone left at a mount point, which itself cannot be removed. */
const cloneAnew: Repairs = (situation) => {
  const path = situation.written(repositoryOf(situation))
  if (path === undefined) return []
  const command = `find ${path} -mindepth 1 -delete`
  return [{ edits: situation.before(`${command} && `), advice: `run ${command} first` }]
}

const gitClone: Repairs = (situation) => {
  // While its init containers run, nothing but this script has used what is on an emptyDir. On a claim, the app may have worked in the clone.
  const isOwn = situation.hazard.storage === 'pod'
  if (situation.isMountPoint) return isOwn ? cloneAnew(situation) : []
  const anew = isOwn && situation.site?.guard === undefined ? cleaned(situation, 'rm -rf') : []
  return [...anew, ...cloneElsewhere(situation)]
}

/** Subcommands of git that create something. */
export const failing: Repairs = (situation) => {
  const { texts } = situation
  if (texts.includes('clone')) return gitClone(situation)
  if (texts.includes('remote')) return remoteAdd(situation)
  if (texts.includes('checkout')) return renamed(situation, '-b', '-B')
  if (texts.includes('switch')) return renamed(situation, '-c', '-C')
  return ['tag', 'branch'].flatMap((word) => renamed(situation, word, `${word} -f`))
}

/** `git remote add` fails if the remote exists; `git remote set-url` fails if it does not. */
const remoteAdd: Repairs = (situation) => {
  const { name, rest, texts, text } = situation
  const add = rest[texts.indexOf('add', texts.indexOf('remote'))]
  const last = rest.at(-1)
  if (name === undefined || add === undefined || !isWritten(add) || last === undefined || !isWritten(last)) return []
  const [start, operands] = [text.slice(name.span.start, add.span.start), text.slice(add.span.end, last.span.end)]
  return guarded(situation, `${start}set-url${operands} 2> /dev/null`)
}

export const interrupted: Repairs = (situation) => (situation.texts.includes('clone') ? gitClone(situation) : [])
