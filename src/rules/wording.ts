/** Phrases and the vocabulary that several rules share, so that one thing is always called by one name. */
import type { OptionsSchema } from '../lint/rule.ts'
import type { ImageUse } from '../model/image-use.ts'

/** What Always means at run time. The message needs the data `registry`. */
export const everyStart = 'every start needs {{registry}}'

/** What IfNotPresent means for a tag that moves. */
export const differentCopies = 'nodes keep different copies'

/** For rules without options. */
export const noOptions: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }

/** How the pull policy of an image use is spelt in a manifest: image volumes have a shorter key (core/v1 ImageVolumeSource). */
export function policyField(use: ImageUse): 'imagePullPolicy' | 'pullPolicy' {
  return use.list === 'volumes' ? 'pullPolicy' : 'imagePullPolicy'
}
