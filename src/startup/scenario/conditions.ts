/** Conditions for `explain --if`: short names for common scenarios. */

export type Condition =
  /** `afterSeconds` null: from the beginning. */
  | { readonly kind: 'registry-down'; readonly registry: string; readonly afterSeconds: number | null }
  | { readonly kind: 'unauthorized'; readonly registry: string }
  | { readonly kind: ImageCondition; readonly image: string }
  | { readonly kind: 'killed-in'; readonly container: string }
  | { readonly kind: 'container-dies'; readonly container: string }
  /** `times` null: on every attempt. */
  | { readonly kind: 'init-fails'; readonly container: string; readonly times: number | null }
  /** `afterSeconds` null: once the pod has settled. */
  | { readonly kind: 'node-reboots'; readonly afterSeconds: number | null }

/** Conditions about an image. */
export type ImageCondition = 'image-missing' | 'image-cached' | 'repushed' | 'fixed'

export type ConditionRead = { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly problem: string }

/** The values that `--if` accepts, for help texts and messages. */
export const conditionForms = [
  'registry-down=HOST[@AFTER]',
  'image-missing=REF',
  'image-cached=REF',
  'repushed=REF',
  'fixed=REF',
  'unauthorized=HOST',
  'init-fails=NAME[:TIMES]',
  'killed-in=NAME',
  'container-dies=NAME',
  'node-reboots[=AFTER_SECONDS]',
] as const

/** Limits for failures and seconds: higher values reveal nothing new, and the model has to simulate them. */
const maxTimes = 100
const maxSeconds = 86_400

/** Reads one condition. @param text the value of `--if` or `?if=` */
export function readCondition(text: string): ConditionRead {
  const split = text.indexOf('=')
  const word = split < 0 ? text : text.slice(0, split)
  const value = split < 0 ? '' : text.slice(split + 1)
  switch (word) {
    case 'registry-down':
      return value === '' ? missing(word, 'HOST', 'docker.io') : readRegistryDown(value)
    case 'unauthorized':
      return value === '' ? missing(word, 'HOST', 'docker.io') : { ok: true, condition: { kind: word, registry: value } }
    case 'image-missing':
    case 'image-cached':
    case 'repushed':
    case 'fixed':
      return value === '' ? missing(word, 'REF', 'nginx:1.27') : { ok: true, condition: { kind: word, image: value } }
    case 'init-fails':
      return value === '' ? missing(word, 'NAME', 'migrate:2') : readInitFails(value)
    case 'killed-in':
    case 'container-dies':
      return value === '' ? missing(word, 'NAME', 'migrate') : { ok: true, condition: { kind: word, container: value } }
    case 'node-reboots':
      return split < 0 ? { ok: true, condition: { kind: word, afterSeconds: null } } : readSeconds(value)
    default:
      return { ok: false, problem: `"${text}" is not a condition; the conditions are ${conditionForms.join(', ')}` }
  }
}

function readRegistryDown(value: string): ConditionRead {
  // A host name contains no @.
  const [registry = '', after, ...rest] = value.split('@')
  const seconds = after === undefined ? null : wholeNumber(after, maxSeconds)
  if (registry === '' || seconds === undefined || rest.length > 0) {
    return {
      ok: false,
      problem: `"registry-down=${value}": AFTER is a number of seconds from 0 to ${maxSeconds}, as in registry-down=docker.io@60`,
    }
  }
  return { ok: true, condition: { kind: 'registry-down', registry, afterSeconds: seconds } }
}

function readInitFails(value: string): ConditionRead {
  // Container names are DNS labels, which contain no colon.
  const [container = '', times, ...rest] = value.split(':')
  if (times === undefined) return { ok: true, condition: { kind: 'init-fails', container, times: null } }
  const number = wholeNumber(times, maxTimes)
  if (rest.length > 0 || container === '' || number === undefined || number === 0) {
    return { ok: false, problem: `"init-fails=${value}": TIMES is a number from 1 to ${maxTimes}, as in init-fails=migrate:2` }
  }
  return { ok: true, condition: { kind: 'init-fails', container, times: number } }
}

function readSeconds(value: string): ConditionRead {
  const seconds = wholeNumber(value, maxSeconds)
  if (seconds === undefined) {
    return { ok: false, problem: `"node-reboots=${value}": AFTER_SECONDS is a number from 0 to ${maxSeconds}, as in node-reboots=60` }
  }
  return { ok: true, condition: { kind: 'node-reboots', afterSeconds: seconds } }
}

function wholeNumber(text: string, most: number): number | undefined {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  return number <= most ? number : undefined
}

function missing(word: string, what: string, example: string): ConditionRead {
  return { ok: false, problem: `"${word}" needs ${what} after an equals sign, for example ${word}=${example}` }
}

/** The condition in plain English, to follow "what if". */
export function conditionInWords(condition: Condition): string {
  switch (condition.kind) {
    case 'registry-down':
      return condition.afterSeconds === null
        ? `registry ${condition.registry} is down`
        : `registry ${condition.registry} goes down after ${condition.afterSeconds} s`
    case 'unauthorized':
      return `registry ${condition.registry} rejects the credentials of the pod`
    case 'image-missing':
      return `${condition.image} is missing from its registry`
    case 'image-cached':
      return `${condition.image} is on the node`
    case 'fixed':
      return `${condition.image} cannot be pulled, and then the manifest is corrected`
    case 'repushed':
      return `${condition.image} is pushed again, and then its containers are restarted`
    case 'init-fails':
      return `init container ${condition.container} fails ${condition.times === null ? 'every time' : times(condition.times)}`
    case 'killed-in':
      return `init container ${condition.container} is killed`
    case 'container-dies':
      return `container ${condition.container} is killed`
    case 'node-reboots':
      return condition.afterSeconds === null ? 'the node reboots' : `the node reboots after ${condition.afterSeconds} s`
  }
}

function times(number: number): string {
  return number === 1 ? 'once' : `${number} times`
}

/** The condition as the value of `--if`. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'registry-down':
      return `registry-down=${condition.registry}${condition.afterSeconds === null ? '' : `@${condition.afterSeconds}`}`
    case 'unauthorized':
      return `unauthorized=${condition.registry}`
    case 'killed-in':
    case 'container-dies':
      return `${condition.kind}=${condition.container}`
    case 'image-missing':
    case 'image-cached':
    case 'repushed':
    case 'fixed':
      return `${condition.kind}=${condition.image}`
    case 'init-fails':
      return `init-fails=${condition.container}${condition.times === null ? '' : `:${condition.times}`}`
    case 'node-reboots':
      return condition.afterSeconds === null ? 'node-reboots' : `node-reboots=${condition.afterSeconds}`
  }
}
