/** Analyzes init scripts in tests. */
import type { Container } from '../../src/model/containers.ts'
import { noSiblings, type Siblings } from '../../src/model/siblings.ts'
import { readWorkload, type Workload } from '../../src/model/workload.ts'
import { plainAnalyst } from '../../src/script/analysis/analyst.ts'
import { type AnalyzedInit, InitScripts } from '../../src/script/analysis/init-scripts.ts'

/** All init containers of a workload with the analyses of their scripts. */
export function analyzedInits(workload: Workload, siblings: Siblings = noSiblings): readonly AnalyzedInit[] {
  return new InitScripts(workload, siblings, plainAnalyst).analyzed()
}

/** The first one of a manifest. @throws Error if there is none */
export function firstAnalyzed(object: object, siblings: Siblings = noSiblings): AnalyzedInit {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const [first] = workload === undefined ? [] : analyzedInits(workload, siblings)
  if (first === undefined) throw new Error('no init container')
  return first
}

/** The one of a container. @throws Error if the container is not an init container of the workload */
export function analyzedInit(container: Container, workload: Workload, siblings: Siblings = noSiblings): AnalyzedInit {
  const found = analyzedInits(workload, siblings).find((init) => init.container === container)
  if (found === undefined) throw new Error(`${container.name} is not an init container`)
  return found
}
