import { planOf } from '../../src/lint/plan.ts'
import type { LintRequest } from '../../src/lint/policy-port.ts'
import { createRegistry, type Registry } from '../../src/lint/registry.ts'
import { type Action, type AnyRule, defineRule } from '../../src/lint/rule.ts'
import { defaultTemplatePaths } from '../../src/model/pod-templates.ts'
import type { Policy } from '../../src/policy/index.ts'

/** A policy that records its requests. */
export interface StubPolicy extends Policy {
  readonly requests: LintRequest[]
}

interface Answers {
  readonly actions?: Readonly<Record<string, Action>>
  readonly exempted?: { readonly by: string; readonly reason: string }
  readonly notices?: readonly string[]
}

/** A policy whose action is warn unless `actions` has another one. */
export function stubPolicy({ actions = {}, exempted, notices = [] }: Answers = {}): StubPolicy {
  const requests: LintRequest[] = []
  return {
    id: 'stub',
    fix: { on: 'pods', force: false },
    alwaysPullImages: false,
    allowsIgnores: true,
    templates: defaultTemplatePaths,
    isPlaceholder: () => false,
    probes: [],
    requests,
    forWorkload: (request) => {
      requests.push(request)
      return {
        context: {
          registry: () => ({ fragile: false, pull: undefined, allowed: true, servedBy: undefined, reason: undefined }),
          isPreloaded: () => false,
          isMutableTag: () => false,
          isPlaceholder: () => false,
          alwaysPullImages: false,
          runtime: 'containerd',
          scripts: request.scripts,
          now: request.now,
        },
        isOn: () => true,
        planFor: (rules) =>
          planOf(
            rules,
            () => true,
            () => ({}),
          ),
        canDeny: () => true,
        options: () => ({}),
        decide: (rule) => ({ action: actions[rule] ?? 'warn', everyPod: false, ...(exempted === undefined ? {} : { exempted }) }),
        notices,
      }
    },
    warns: () => true,
    isController: () => false,
    isEnforcing: () => false,
    endedExemptions: () => [],
  }
}

const options = { optionsSchema: { type: 'object', additionalProperties: false, properties: {} }, defaultOptions: {} } as const
const common = { ...options, severity: 'warning', recommended: 'warn', fixKind: 'none', since: '0.1.0', references: [] } as const

/** Reports every image. */
export const imageRule: AnyRule = defineRule({
  meta: {
    ...common,
    id: 'every-image',
    category: 'image',
    summary: 'An image.',
    rationale: 'For tests.',
    remediation: 'Remove it.',
    messages: { image: 'it names {{image}}' },
  },
  *check(workload) {
    for (const use of workload.imageUses()) {
      yield { messageId: 'image', subject: use, pointer: use.imagePointer, data: { image: use.image } }
    }
  },
})

/** Reports the pull policy of every container, which may be absent, and the pod. */
export const absentRule: AnyRule = defineRule({
  meta: {
    ...common,
    id: 'absent-key',
    category: 'pull',
    severity: 'info',
    summary: 'A key that may be absent.',
    rationale: 'For tests.',
    remediation: 'Set it.',
    messages: { key: 'a key', pod: 'the pod' },
  },
  *check(workload) {
    for (const use of workload.imageUses()) yield { messageId: 'key', subject: use, pointer: use.policyPointer, data: {} }
    yield { messageId: 'pod', subject: null, pointer: `${workload.podSpecPointer}/restartPolicy`, data: {} }
  },
})

/** Always throws. */
export const brokenRule: AnyRule = defineRule({
  meta: {
    ...common,
    id: 'broken-rule',
    category: 'init',
    summary: 'Broken.',
    rationale: 'For tests.',
    remediation: 'Fix it.',
    messages: { never: 'never' },
  },
  check() {
    throw new Error('the rule is broken')
  },
})

export function registryOf(...rules: AnyRule[]): Registry {
  return createRegistry(rules)
}
