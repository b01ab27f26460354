import type { FastifyRequest } from 'fastify'
import type { Body } from '../bounds/body.ts'
import { defaultLimits } from '../bounds/limits.ts'
import { isTooComplex } from '../bounds/structure.ts'

/** The body of a review, as far as it can be read. */
export type ReviewBody =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Too large or too deep: the beginning alone. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** No JSON, with the reason for the caller. */
  | { readonly kind: 'unreadable'; readonly message: string }

/** Reads the body of a review; nothing but JSON, and nothing that costs more than it should. */
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

/** The beginning of a body, as much as is kept of one that is too large. */
export function prefixOf(body: Body): string {
  return body.kind === 'whole' ? body.bytes.toString('utf8', 0, defaultLimits.prefixBytes) : ''
}

/** Parses JSON. The message says where, and quotes nothing: what was sent may hold secrets. */
function parse(bytes: Buffer): ReviewBody {
  if (bytes.length === 0) return { kind: 'unreadable', message: 'The body is empty; POST an AdmissionReview in JSON.' }
  try {
    return { kind: 'value', value: JSON.parse(bytes.toString('utf8')) }
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    const where = position === undefined ? '' : ` (it breaks off or goes wrong at character ${Number(position) + 1})`
    return { kind: 'unreadable', message: `The body is not JSON${where}; POST an AdmissionReview in JSON, and manifests to /lint.` }
  }
}
