/** Compares the models of services with the facts about the real tools (test/support/service-facts.ts). */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { FileSystem } from '../../../src/script/machine/file-system.ts'
import { Machine } from '../../../src/script/machine/machine.ts'
import { runScript } from '../../../src/script/shell/interpret.ts'
import { flavorAnswer } from '../../../src/script/syntax/dialect.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { World } from '../../../src/script/value/world.ts'
import { clusterFacts, type ServiceFact, serviceFacts } from '../../support/service-facts.ts'
import { flavors } from '../examples/example.ts'

/** The exit statuses of both runs under every assumption, and what could not be analyzed. */
function predicted({ before = ':', command }: ServiceFact): { readonly statuses: readonly string[]; readonly unknown: readonly string[] } {
  const world = new World()
  const statuses = new Set<string>()
  const unknown = new Set<string>()
  do {
    const start = FileSystem.initial([])
    let files = start.copy()
    const run = (text: string) => {
      const machine = new Machine(
        {
          world,
          flavor: flavors.bash,
          askFlavor: (question) => flavorAnswer(question, flavors.bash),
          environment: new Map(),
          obeysModes: false,
        },
        files,
      )
      const status = runScript(parseScript(text).body, machine, catalogue)
      for (const { why } of machine.unknowns) unknown.add(why)
      files = machine.files.afterRerun(start, 'replace')
      return status
    }
    run(before)
    statuses.add([run(command), run(command)].join())
  } while (world.next())
  return { statuses: [...statuses], unknown: [...unknown] }
}

for (const [name, facts] of Object.entries({ 'kubectl and helm': clusterFacts, 'other services': serviceFacts })) {
  t.test(`the models of ${name} predict the exit statuses of the real tools`, async (t) => {
    for (const fact of facts) {
      const expected = { statuses: [fact.statuses.join()], unknown: [] }
      t.strictSame(predicted(fact), expected, `${fact.command} (${fact.before ?? 'nothing'} before): ${fact.source}`)
    }
  })
}
