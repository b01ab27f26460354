import type { LabelExpression, LabelSelector } from './document.ts'

/** One condition of a compiled label selector. A label that is not set reads as undefined. */
export type LabelCondition = (label: (key: string) => string | undefined) => boolean

/** Compiles a selector as Kubernetes evaluates it (apimachinery, LabelSelectorAsSelector): all labels and all expressions must match. */
export function compileSelector(selector: LabelSelector): readonly LabelCondition[] {
  const conditions: LabelCondition[] = []
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) conditions.push((label) => label(key) === value)
  for (const expression of selector.matchExpressions ?? []) conditions.push(compileExpression(expression))
  return conditions
}

function compileExpression({ key, operator, values }: LabelExpression): LabelCondition {
  const allowed = new Set(values)
  switch (operator) {
    case 'In':
      return (label) => allowed.has(label(key) ?? '') && label(key) !== undefined
    case 'NotIn':
      return (label) => label(key) === undefined || !allowed.has(label(key) ?? '')
    case 'Exists':
      return (label) => label(key) !== undefined
    case 'DoesNotExist':
      return (label) => label(key) === undefined
  }
}

/** Whether the block is a label selector rather than a plain map of labels. */
export function isSelector(labels: LabelSelector | Readonly<Record<string, string>>): labels is LabelSelector {
  return Object.hasOwn(labels, 'matchLabels') || Object.hasOwn(labels, 'matchExpressions')
}
