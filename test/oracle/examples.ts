/** The catalogue's executable examples, really run: setup, the script, the script again. */
import { type Again, type Example, expected } from '../script/examples/example.ts'
import { fileFamilyExamples } from '../script/examples/index.ts'
import { Sandbox } from './reality.ts'
import type { Common } from './shells.ts'
import { serve } from './web.ts'

export interface ExampleResults {
  readonly passed: number
  /** One line for each example that is otherwise than it says. */
  readonly failed: readonly string[]
  /** Examples that need a tool that this machine lacks. */
  readonly leftOut: readonly string[]
}

/** Runs every example in every shell of its families, downloads from a server of our own. */
export async function runExamples(common: Common, examples: readonly Example[] = fileFamilyExamples): Promise<ExampleResults> {
  const sandbox = new Sandbox(common, 'examples')
  const server = await serve({ 'a.txt': Buffer.from('text\n'), 'a.tgz': sandbox.imageFile('pack.tgz') })
  const results = { passed: 0, failed: [] as string[], leftOut: [] as string[] }
  try {
    for (const shell of common.shells) {
      for (const example of examples) {
        const wanted = expected(example, shell.family === 'busybox' ? 'busybox' : 'gnu')
        if (wanted === null) continue
        const name = `${shell.name}: ${example.setup === '' ? '' : `${example.setup}; `}${example.script}`
        const found = sandbox.twice(example.setup, example.script.replaceAll('http://example.org', server.address), shell)
        if (found === null) results.leftOut.push(name)
        else if (found.status === wanted.status && found.changed === wanted.changed) results.passed++
        else results.failed.push(`${name}: ${inWords(found)}; it says ${inWords(wanted)}`)
      }
    }
  } finally {
    await server.close()
  }
  return results
}

function inWords({ status, changed }: Again): string {
  return `exit ${status}, ${changed ? 'changed' : 'the same'}`
}
