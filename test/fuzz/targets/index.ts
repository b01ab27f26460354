import { bodies } from './bodies.ts'
import { equivalents } from './equivalents.ts'
import { manifests } from './manifests.ts'
import { planted } from './planted.ts'
import { policies } from './policies.ts'
import { references } from './references.ts'
import { scripts } from './scripts.ts'
import type { Target } from './target.ts'

const all = [bodies, references, policies, scripts, manifests, equivalents]

/** The targets that run by default. */
export const targetNames: readonly string[] = all.map(({ name }) => name)

/** All targets, by name. */
export const targets: ReadonlyMap<string, Target> = new Map([...all, planted].map((target) => [target.name, target]))
