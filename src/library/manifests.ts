import type { Input } from '../inspect/index.ts'
import { isObject } from '../model/json.ts'
import type { Manifests } from './types.ts'

/** How the command line names standard input. */
const unnamed = '-'

const expected = 'a text, {file, text}, an object with kind, or an array of these'

/**
 * The inputs of the engine.
 * @throws TypeError if a value is none of `Manifests`; what a text contains never throws
 */
export function inputsOf(manifests: Manifests): readonly Input[] {
  if (typeof manifests === 'string') return [{ file: unnamed, text: manifests }]
  return (Array.isArray(manifests) ? manifests : [manifests]).map(inputOf)
}

function inputOf(value: unknown): Input {
  if (!isObject(value)) throw new TypeError(`Manifests are ${expected}.`)
  const { file, text } = value
  if (typeof file === 'string' && typeof text === 'string') return { file, text }
  if (typeof value.kind === 'string') return { file: null, text: JSON.stringify(value) }
  throw new TypeError(`Manifests are ${expected}; this object has neither file and text nor a kind.`)
}
