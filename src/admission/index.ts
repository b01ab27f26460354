/** AdmissionReview in, AdmissionReview out: pure functions over the wire format. */
export { type AdmissionPorts, type Answer, answerOversize, answerReview, type Endpoint } from './answer.ts'
export type { AdmissionRecord } from './record.ts'
export { badRequest } from './response.ts'
