import type { FastifyRequest } from 'fastify'
import type { Body } from '../bounds/body.ts'
import { defaultLimits } from '../bounds/limits.ts'
import { isTooComplex } from '../bounds/structure.ts'

/** The parsed body of a review, or the readable part of it. */
export type ReviewBody =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Too large or too complex: only the beginning. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Not JSON, with the reason for the client. */
  | { readonly kind: 'unreadable'; readonly message: string }

/** Reads the body of a review: only JSON, and only if parsing it takes reasonable time and memory. */
export function readReviewBody(request: FastifyRequest, body: Body): ReviewBody {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return { kind: 'unreadable', message: 'The body is compressed; send it without a Content-Encoding.' }
  }
  if (body.kind === 'cut') return { kind: 'prefix', prefix: body.prefix.toString('utf8') }
  if (body.kind === 'shed') return { kind: 'unreadable', message: 'The body was not read.' }
  if (isTooComplex(body.bytes)) return { kind: 'prefix', prefix: prefixOf(body) }
  return parse(body.bytes)
}

/** The beginning of a body, as long as the part that is kept of a body that is too large. */
export function prefixOf(body: Body): string {
  return body.kind === 'whole' ? body.bytes.toString('utf8', 0, defaultLimits.prefixBytes) : ''
}

/** Parses JSON. The error message has the position but quotes nothing, because the body may contain secrets. */
function parse(bytes: Buffer): ReviewBody {
  if (bytes.length === 0) return { kind: 'unreadable', message: 'The body is empty; POST an AdmissionReview in JSON.' }
  try {
    return { kind: 'value', value: JSON.parse(bytes.toString('utf8')) }
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    const where = position === undefined ? '' : ` (error at character ${Number(position) + 1})`
    return { kind: 'unreadable', message: `The body is not JSON${where}; POST an AdmissionReview in JSON, or POST manifests to /lint.` }
  }
}
