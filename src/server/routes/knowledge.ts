import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type RuleEntry, renderRulesText, ruleEntry } from '../../inspect/index.ts'
import { safeText } from '../../lint/text.ts'
import type { ServerPorts } from '../ports.ts'
import { formatOf, sendAs, sendProblem, unknownFormat } from '../replies.ts'
import { get } from '../requests.ts'

/** GET /rules, /rules/ID and /policy: what initlint judges by. */
export function addKnowledgeRoutes(app: FastifyInstance, ports: ServerPorts): void {
  get(app, '/rules', (request, reply) => sendRules(request, reply, ports))
  get(app, '/rules/:id', (request, reply) => sendRule(request, reply, ports))
  get(app, '/policy', (request, reply) => sendPolicy(request, reply, ports))
}

function sendRules(request: FastifyRequest, reply: FastifyReply, { registry, docsBase }: ServerPorts): FastifyReply {
  const format = formatOf(request)
  if (format === undefined) return sendProblem(reply, 400, format, unknownFormat)
  return sendAs(
    reply,
    format,
    () => ({ rules: registry.rules.map((rule) => ruleEntry(rule, docsBase)) }),
    () => renderRulesText(registry),
  )
}

function sendRule(request: FastifyRequest, reply: FastifyReply, { registry, docsBase }: ServerPorts): FastifyReply {
  const format = formatOf(request)
  if (format === undefined) return sendProblem(reply, 400, format, unknownFormat)
  const { id } = request.params as { readonly id: string }
  const rule = registry.get(id)
  if (rule === undefined) return sendProblem(reply, 404, format, `There is no rule "${safeText(id)}"; GET /rules lists them.`)
  const entry = ruleEntry(rule, docsBase)
  return sendAs(
    reply,
    format,
    () => entry,
    () => renderRule(entry),
  )
}

function renderRule(entry: RuleEntry): string {
  const head = `${entry.id}  (${entry.severity}; preset recommended: ${entry.recommended}; fix: ${entry.fix})`
  const options =
    Object.keys(entry.defaultOptions).length === 0 ? [] : [`Options, as they stand by default: ${JSON.stringify(entry.defaultOptions)}`]
  return `${[head, entry.summary, entry.rationale, entry.remediation, ...options, ...entry.references, entry.docs].join('\n\n')}\n`
}

function sendPolicy(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const format = formatOf(request)
  if (format === undefined) return sendProblem(reply, 400, format, unknownFormat)
  const { policy, texts } = ports.policyInForce()
  return sendAs(
    reply,
    format,
    () => ({ id: policy.id, sources: texts }),
    () => [`# policy ${policy.id}\n`, ...texts.map(({ file, text }) => `---\n# from ${safeText(file)}\n${text.trimEnd()}\n`)].join(''),
  )
}
