/** Analyzes init scripts in tests. */
import type { Container } from '../../src/model/containers.ts'
import { noSiblings, type Siblings } from '../../src/model/siblings.ts'
import type { Workload } from '../../src/model/workload.ts'
import { plainAnalyst } from '../../src/script/analysis/analyst.ts'
import { type AnalyzedInit, InitScripts } from '../../src/script/analysis/init-scripts.ts'

/** All init containers of a workload with the analyses of their scripts. */
export function analyzedInits(workload: Workload, siblings: Siblings = noSiblings): readonly AnalyzedInit[] {
  return new InitScripts(workload, siblings, plainAnalyst).analyzed()
}

/** One of them. @throws Error if the container is not an init container of the workload */
export function analyzedInit(container: Container, workload: Workload, siblings: Siblings = noSiblings): AnalyzedInit {
  const found = analyzedInits(workload, siblings).find((init) => init.container === container)
  if (found === undefined) throw new Error(`${container.name} is not an init container`)
  return found
}
