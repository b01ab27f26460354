export type { Policy, PolicyProblem } from './policy.ts'
