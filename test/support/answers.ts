/** Reads responses of the admission layer for tests. */
import { type AdmissionPorts, type AdmissionRecord, answerReview, type Endpoint } from '../../src/admission/index.ts'
import { rulesOfWarnings } from './warnings.ts'

export interface ReadAnswer {
  readonly allowed: boolean
  readonly warnings: readonly string[]
  /** The rule ids in brackets at the start of the warnings about findings, in order. */
  readonly warned: readonly string[]
  readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[]
  readonly patch: readonly { readonly op: string; readonly path: string; readonly value: string }[] | undefined
  readonly auditAnnotations: Readonly<Record<string, string>>
  readonly response: Readonly<Record<string, unknown>>
  readonly record: AdmissionRecord
}

/** Calls one webhook and parses its response. @throws Error if the body is rejected */
export function ask(endpoint: Endpoint, body: unknown, ports: AdmissionPorts): ReadAnswer {
  const answer = answerReview(endpoint, body, ports)
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.status)}`)
  // biome-ignore lint/suspicious/noExplicitAny: the reply is read by key, as by the API server.
  const response = JSON.parse(JSON.stringify(answer.review)).response as any
  const warnings: string[] = response.warnings ?? []
  return {
    allowed: response.allowed,
    warnings,
    warned: rulesOfWarnings(warnings),
    causes: response.status?.details?.causes ?? [],
    patch: response.patch === undefined ? undefined : JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8')),
    auditAnnotations: response.auditAnnotations ?? {},
    response,
    record: answer.record,
  }
}
