// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Generates scripts from a grammar: effects on storages, guards, and shell constructs around them. Equal seeds give equal scripts. */
import { allEffects, type Effect, kindOfLetter, providers, textOn } from './effects.ts'
import { filled, statusForms } from './forms.ts'
import type { Random } from './random.ts'
import { claimFolder, ownFolder, podFolder, rootMark } from './reality.ts'

const claim = `${rootMark}/${claimFolder}`
const storages = [claim, claim, `${rootMark}/${podFolder}`, `${rootMark}/${ownFolder}`] as const

/** The effects whose tools are all available. */
export function usableEffects(has: (tool: string) => boolean): readonly Effect[] {
  return allEffects.filter(({ tools }) => tools.every(has))
}

/** An effect that fails on a rerun, and one that shows how often it ran. */
const [failing, showing] = ['mkdir %d', 'echo y >> %g']

/**
 * Every single effect, and every pair that can interact (both use the same name, or one uses the entire folder), on the claim; half of the
 * pairs under `set -e`. Also every form in which an exit status matters.
 */
export function* smallScripts(effects: readonly Effect[]): Generator<string> {
  for (const form of statusForms) {
    yield filled(form, textOn(failing, claim), textOn(showing, claim))
    yield filled(form, textOn(showing, claim), textOn(failing, claim))
    yield filled(form, textOn(failing, claim), textOn('touch %f', claim))
  }
  for (const effect of effects) {
    yield sequence([effect], false)
    for (const [index, second] of effects.entries()) if (canInteract(effect, second)) yield sequence([effect, second], index % 2 === 0)
  }
}

function sequence(effects: readonly Effect[], stops: boolean): string {
  const place = new Place(claim)
  const lines = effects.flatMap((effect) => [...place.provide(effect), place.done(effect)])
  return [...(stops ? ['set -e'] : []), ...lines].join('\n')
}

function lettersIn({ text }: Effect): ReadonlySet<string> {
  return new Set([...text.matchAll(/%([fgdelbr])(?!\w)/g)].map((match) => match[1] ?? ''))
}

function canInteract(a: Effect, b: Effect): boolean {
  const [left, right] = [lettersIn(a), lettersIn(b)]
  return left.size === 0 || right.size === 0 || [...left].some((letter) => right.has(letter))
}

/** Tracks what exists on one storage in a straight run: scripts whose first run fails prove nothing. */
class Place {
  readonly storage: string
  readonly #present = new Set<string>()

  constructor(storage: string) {
    this.storage = storage
  }

  /** Lines that create what an effect needs and is missing. */
  provide(effect: Effect): string[] {
    const lines: string[] = []
    for (const letter of effect.needs) {
      if (this.#present.has(letter)) continue
      this.#present.add(letter)
      if (letter === 't' || letter === 'k') this.#present.add('b')
      if (letter === 'h') this.#present.add('f')
      lines.push(textOn(providers[letter] ?? '', this.storage))
    }
    return lines
  }

  /** Records the effect as done. @returns its text @param as another way to write the storage's folder */
  done(effect: Effect, as = this.storage): string {
    for (const letter of effect.makes) this.#present.add(letter)
    for (const letter of effect.takes) this.#present.delete(letter)
    if (effect.makes.includes('f') || effect.takes.includes('f')) this.#present.delete('h')
    if (effect.takes.includes('b')) for (const letter of 'tk') this.#present.delete(letter)
    return textOn(effect.text, as)
  }
}

/** One script of one to six effects. */
export function randomScript(random: Random, effects: readonly Effect[]): string {
  const places = storages.map((storage) => new Place(storage))
  const lines: string[] = []
  if (random.chance(0.5)) lines.push(random.pick(['set -e', 'set -e', 'set -eu', 'set -u', 'set -o pipefail', 'set -euo pipefail']))
  const favorite = random.pick(places)
  const short = effects.filter(({ text }) => !/[\n;|&'"]/.test(text))
  const body: string[] = []
  // Short scripts are more frequent: most faults appear with few effects, and every further effect costs several runs.
  for (let count = 1 + Math.min(random.below(6), random.below(6)); count > 0; count--) {
    const place = random.chance(0.7) ? favorite : random.pick(places)
    if (short.length > 0 && random.chance(0.15)) body.push(...formed(random, place, short))
    else body.push(...item(random, place, random.pick(effects), body.length))
    if (random.chance(0.08)) body.push(random.pick(idle))
  }
  lines.push(...framed(random, favorite.storage, body))
  return lines.join('\n')
}

/** Statements that change only exit statuses. */
const idle = [
  'false || true',
  'x=1',
  '[ "${x:-}" = 1 ] && echo one',
  '! true || :',
  '(exit 3) || true',
  'if false; then exit 1; fi',
  'true | true',
] as const

type Decoration = (text: string, at: { readonly guard: string; readonly index: number }) => string[]

/** Ways to write a statement. `guard` is a test that succeeds once the effect has happened. */
const decorations: readonly Decoration[] = [
  (text) => [`{ ${text}; } || true`],
  (text) => [`{ ${text}; } 2>/dev/null || :`],
  (text) => [`( ${text} )`],
  (text) => [`{ ${text}; } && echo ok`],
  (text) => [`{ ${text}; } || exit 1`],
  (text) => ['if true; then', text, 'fi'],
  (text) => [`if ${text}; then echo ok; else echo no; fi`],
  (text, { index }) => [`step${index}() {`, text, '}', `step${index}`],
  (text, { index }) => [`step${index}() {`, text, '}', `step${index} || true`],
  (text) => ['mode=a', `case $mode in`, `a) ${text} ;;`, '*) exit 1 ;;', 'esac'],
  (text) => ['for turn in 1; do', text, 'done'],
  (text) => ['n=0', 'while [ $n -lt 1 ]; do', text, 'n=$((n + 1))', 'done'],
  (text) => ['until false; do', text, 'break', 'done'],
]

const guarded: readonly Decoration[] = [
  (text, { guard }) => [`[ ${guard} ] || { ${text}; }`],
  (text, { guard }) => [`test ${guard} || { ${text}; }`],
  (text, { guard }) => [`if ! test ${guard}; then`, text, 'fi'],
  (text, { guard }) => [`if [ ! ${guard} ]; then`, text, 'fi'],
  (text, { guard }) => [`if [ ${guard} ]; then :; else`, text, 'fi'],
  (text, { guard }) => [`[ ${guard} ] && echo there || { ${text}; }`],
  (text, { guard }) => [`[ ! ${guard} ] && { ${text}; } || true`],
]

/** Two effects in a form that depends on their exit statuses. */
function formed(random: Random, place: Place, short: readonly Effect[]): string[] {
  const [first, second] = [random.pick(short), random.pick(short)]
  const before = [...place.provide(first), ...place.provide(second)]
  return [...before, ...filled(random.pick(statusForms), place.done(first), place.done(second)).split('\n')]
}

/** One effect with what it needs, either plain or in a shell construct. */
function item(random: Random, place: Place, effect: Effect, index: number): string[] {
  const before = place.provide(effect)
  const [made = ''] = effect.makes
  const kind = kindOfLetter[made]
  const isLong = effect.text.includes('\n')
  const style = random.next()
  if (!isLong && style < 0.08) return [...before, `( cd ${place.storage} && ${place.done(effect, '.')} )`]
  if (!isLong && style < 0.16) return [...before, `dir=${place.storage}`, place.done(effect, random.chance(0.5) ? '$dir' : `\${dir}`)]
  const text = place.done(effect)
  if (isLong || style < 0.5) return [...before, text]
  if (kind !== undefined && style < 0.75) {
    const test = kind === 'folder' || kind === 'repository' ? ['-d', '-e'] : kind === 'link' ? ['-L'] : ['-f', '-e', '-s']
    return [...before, ...random.pick(guarded)(text, { guard: `${random.pick(test)} ${textOn(`%${made}`, place.storage)}`, index })]
  }
  return [...before, ...random.pick(decorations)(text, { guard: '', index })]
}

/** Wraps the body in markers, locks, traps or exits. */
function framed(random: Random, storage: string, body: readonly string[]): string[] {
  const persistent = storage.endsWith(ownFolder) ? claim : storage
  const marker = `${persistent}/.done`
  const style = random.next()
  if (style < 0.08) return [`if [ -f ${marker} ]; then exit 0; fi`, ...body, `touch ${marker}`]
  if (style < 0.12) return [`[ -f ${marker} ] && exit 0`, `touch ${marker}`, ...body]
  if (style < 0.17) return [`if [ ! -f ${marker} ]; then`, ...body, `touch ${marker}`, 'fi']
  if (style < 0.21) return [`mkdir ${persistent}/lock || exit 1`, ...body, `rmdir ${persistent}/lock`]
  if (style < 0.25) return [`trap 'rm -rf ${persistent}/lock' EXIT`, `mkdir -p ${persistent}/lock`, ...body]
  if (style < 0.29) return [`cleanup() { rm -f ${persistent}/lock; }`, 'trap cleanup EXIT', `touch ${persistent}/lock`, ...body]
  if (style < 0.32) return ["trap 'exit 0' EXIT", ...body]
  if (style < 0.36) return ['main() {', ...body, '}', 'main "$@"']
  if (style < 0.4) return [...body, 'exit 0']
  if (style < 0.43) return [...body, 'exit']
  if (style < 0.46) return ['(', ...body, ')']
  if (style < 0.49) return ['{', ...body, '} || exit 1']
  return [...body]
}
