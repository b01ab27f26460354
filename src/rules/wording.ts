/** Phrases that several rules share, so that the same fact is always worded the same way. */
import type { OptionsSchema } from '../lint/rule.ts'
import type { ImageUse } from '../model/image-use.ts'

/** The effect of Always. The message needs the data `registry`. */
export const everyStart = 'every container start contacts {{registry}}'

/** The effect of IfNotPresent for a moving tag. */
export const differentVersions = 'nodes can run different versions'

/** The schema of a rule without options. */
export const noOptions: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }

/** The key of the pull policy in a manifest: image volumes have a shorter one (core/v1 ImageVolumeSource). */
export function policyField(use: ImageUse): 'imagePullPolicy' | 'pullPolicy' {
  return use.list === 'volumes' ? 'pullPolicy' : 'imagePullPolicy'
}
