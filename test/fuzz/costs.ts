/** What an input costs, for the search for the worst one and for the bench: the whole path that a server or a user would take. */
import { answerReview } from '../../src/admission/index.ts'
import { explainInputs, imagesOfInputs, lintInputs } from '../../src/inspect/index.ts'
import { builtInPolicy, reviewPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { podOf, workloadPolicy } from '../policy/support.ts'
import { pod, portsOf, review } from '../support/reviews.ts'
import { analyzeScript } from './script-analysis.ts'

const registry = defaultRegistry()
const now = Date.UTC(2026, 10, 22)
const ports = portsOf(`preset: strict
registries:
${Array.from({ length: 50 }, (_, index) => `- {match: "registry-${index}.example/*/team-*/**", fragile: true, allowed: true}\n`).join('')}
mutableTags: [stable, "*-rc*", "nightly-*-*"]`)
const lintOptions = { policy: builtInPolicy('strict', registry), registry, namespace: 'default', now, docsBase: 'https://docs.example' }
/** As for POST /explain. */
const explainOptions = { namespace: 'default', conditions: [], limits: { workloads: 100, starts: 1000 } }

/** By the name of the target: does the work for one text. */
export const costs: ReadonlyMap<string, (text: string) => void> = new Map<string, (text: string) => void>([
  ['scripts', (text) => void analyzeScript(text)],
  // One image per line, as the containers of one Pod.
  [
    'references',
    (text) => {
      const containers = text.split('\n').map((image, index) => ({ name: `c${index}`, image, imagePullPolicy: 'Always' }))
      answerReview('validate', review({ object: pod({ image: 'web' }, { spec: { containers } }) }), ports)
    },
  ],
  ['policies', judgeBy],
  [
    'manifests',
    (text) => {
      const inputs = [{ file: null, text }]
      lintInputs(inputs, lintOptions)
      imagesOfInputs(inputs, explainOptions)
      explainInputs(inputs, explainOptions)
    },
  ],
  ['bodies', answerBody],
])

function judgeBy(text: string): void {
  const { policy } = reviewPolicy([{ file: 'policy.yaml', text }], registry, { id: 'worst', now })
  const workload = podOf({ images: ['registry.example/a/b/c/d:stable', 'nginx'] })
  if (policy === undefined) return
  const decided = workloadPolicy(policy, workload, { user: 'jane', now })
  for (const { meta } of registry.rules) for (const use of workload.imageUses()) decided.decide(meta.id, use)
}

function answerBody(text: string): void {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return
  }
  for (const endpoint of ['validate', 'mutate'] as const) JSON.stringify(answerReview(endpoint, body, ports))
}
