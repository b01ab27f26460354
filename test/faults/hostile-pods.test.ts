/** Pods of a tenant who attacks: with the settings of the Deployment, they neither end the server nor get a forbidden image in. */
import t from 'tap'
import { build, worstRecipes } from '../fuzz/recipe.ts'
import { Client, ordinary, scriptReview } from './support/client.ts'
import { startDeployed } from './support/deployed.ts'

/** What no Pod may make the server use, MiB: less than half of the memory limit of the Deployment. */
const mostResident = 350

const denying = `registries: [{match: "registry.example/**", allowed: true}]\n`

/** A script of this length from one repeated part; different numbers give different scripts. */
const repeated = (part: string, length: number, number: number): string => `# ${number}\n${part.repeat(Math.floor(length / part.length))}`

for (const part of ['#{{', ':;', '$(a)']) {
  t.test(`80 Pods with a script of 16 kB and one with 100 of 15 kB, of ${part}: alive, within the memory`, async (t) => {
    const server = await startDeployed(t)
    const client = new Client(server, 4)
    t.after(() => client.close())
    for (let number = 0; number < 80; number++) t.match(await client.review(scriptReview([repeated(part, 16_000, number)])), { code: 200 })
    const hundred = Array.from({ length: 100 }, (_, index) => repeated(part, 15_000, 100 + index))
    t.match(await client.review(scriptReview(hundred)), { code: 200 })
    t.match(await client.review(ordinary), { code: 200, allowed: true })
    t.ok(server.resident() < mostResident, `${server.resident()} MiB`)
    t.equal(server.ended(), undefined)
  })
}

t.test('a forbidden image with six of the worst scripts and two seconds to judge: denied', async (t) => {
  const server = await startDeployed(t, { policy: denying })
  const client = new Client(server, 1)
  t.after(() => client.close())
  t.match(await client.review(scriptReview(['true']), 2, 60), { code: 200, allowed: true })
  for (const [name, recipe] of worstRecipes('scripts')) {
    const scripts = Array.from({ length: 6 }, (_, index) => `${build(recipe, 10_000)}\n# ${index}`)
    // The client waits longer than it says: what counts here is the answer, not its time.
    const { allowed } = await client.review(scriptReview(scripts, 'evil.example/miner:1'), 2, 60)
    t.equal(allowed, false, name)
  }
})
