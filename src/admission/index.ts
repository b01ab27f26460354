/** AdmissionReview in, AdmissionReview out: pure functions over the wire format. */
export { type Answer, answerFault, answerOversize, answerReview, type Endpoint } from './answer.ts'
export type { NoteTarget, WorkloadNote } from './notes.ts'
export {
  answerOtherObject,
  answerPolicyReview,
  answerPolicyUnchecked,
  type PolicyAnswer,
  type PolicyReviewRecord,
} from './policy-review.ts'
export type { AdmissionPorts } from './ports.ts'
export type { AdmissionRecord } from './record.ts'
export { badRequest } from './response.ts'
