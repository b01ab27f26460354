import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type RuleEntry, renderRulesText, ruleEntry } from '../../inspect/index.ts'
import { safeText } from '../../lint/text.ts'
import { ruleSuggestion } from '../../policy/suggestion.ts'
import { formatOf, sendAs, sendProblem, unknownFormat } from '../http/replies.ts'
import { get } from '../http/requests.ts'
import type { PolicyState } from '../keepers/contracts.ts'
import type { ServerPorts } from '../ports.ts'
import type { RegistryState } from '../registry-prober/prober.ts'

/** GET /rules, /rules/ID and /policy: the rules and the policy in force. */
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
  if (rule === undefined)
    return sendProblem(reply, 404, format, `Unknown rule "${safeText(id)}"${ruleSuggestion(id, registry)} (GET /rules lists all rules)`)
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
  const options = Object.keys(entry.defaultOptions).length === 0 ? [] : [`Default options: ${JSON.stringify(entry.defaultOptions)}`]
  return `${[head, entry.summary, entry.rationale, entry.remediation, ...options, ...entry.references, entry.docs].join('\n\n')}\n`
}

function sendPolicy(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const format = formatOf(request)
  if (format === undefined) return sendProblem(reply, 400, format, unknownFormat)
  const { policy, texts, state } = ports.policyInForce()
  const states = ports.registryStates()
  return sendAs(
    reply,
    format,
    () => ({ id: policy.id, state, sources: texts, registries: states.map(stateEntry) }),
    () =>
      [
        `# policy ${policy.id}\n`,
        ...policyStateLines(state),
        ...states.map(stateLine),
        ...texts.map(({ file, text }) => `---\n# from ${safeText(file)}\n${text.trimEnd()}\n`),
      ].join(''),
  )
}

/** The origin of the policy in force, and the errors of a newer policy that was refused. */
function policyStateLines(state: PolicyState | undefined): string[] {
  if (state === undefined) return []
  const { origin, refused } = state
  const words = { file: 'from files', configmap: 'from its ConfigMap', 'last-good': 'the last good one', 'built-in': 'built in' }
  const lines = [words[origin], ...(refused === undefined ? [] : [`refused: policy ${refused.id}`, ...refused.errors])]
  return lines.map((line) => `# ${safeText(line)}\n`)
}

/** The results of this replica's probes of a registry. */
function stateEntry({ checked, ...state }: RegistryState): object {
  return { ...state, checked: checked === null ? null : new Date(checked).toISOString() }
}

function stateLine({ registry, up, failures, probes }: RegistryState): string {
  const state = up === null ? 'not probed yet' : `${up ? 'up' : 'down'}, unreachable in ${failures} of the last ${probes} probes`
  return `# registry ${registry}: ${state}\n`
}
