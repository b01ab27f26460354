/**
 * Applies every patch of /mutate with the library that the API server uses: a patch that does not apply makes the API server reject the
 * request regardless of the failurePolicy.
 */
import { join } from 'node:path'
import jsonpatch from 'fast-json-patch'
import t from 'tap'
import { ask } from '../support/answers.ts'
import { portsOf, review } from '../support/reviews.ts'
import { run } from './support/processes.ts'
import { binaries } from './support/programs.ts'
import { generatedWorkloads } from './support/workloads.ts'

const everyFix =
  'rules: {pull-always-required: fix, pull-always-fragile-registry: fix, pull-always-pinned: fix, pull-policy-defaulted: fix, pull-policy-stale: fix}'
const registries =
  'registries: [{match: "docker.io/**", fragile: true}, {match: "registry.corp.example/**", pull: Always}, {match: "ghcr.io/**", fragile: true}]'
const policies = {
  pods: portsOf(`${everyFix}\n${registries}`),
  templates: portsOf(`${everyFix}\n${registries}\nfix: {on: templates, force: true}`),
}

/** The only paths that a patch may change: the pull policies of containers in all three lists, and of image volumes. */
const allowedPath =
  /^(\/spec|\/template\/spec|\/spec\/template\/spec|\/spec\/jobTemplate\/spec\/template\/spec)\/((c|initC|ephemeralC)ontainers\/\d+\/imagePullPolicy|volumes\/\d+\/image\/pullPolicy)$/

interface Patched {
  readonly object: object
  readonly fixOn: 'pods' | 'templates'
  readonly patch: readonly jsonpatch.Operation[]
}

const patchOf = (object: object, fixOn: Patched['fixOn']) =>
  ask('mutate', review({ object }), policies[fixOn]).patch as readonly jsonpatch.Operation[] | undefined

function patchesOf(objects: readonly object[]): readonly Patched[] {
  return (['pods', 'templates'] as const).flatMap((fixOn) =>
    objects.flatMap((object) => {
      const patch = patchOf(object, fixOn)
      return patch === undefined ? [] : [{ object, fixOn, patch }]
    }),
  )
}

/** Applies each patch as the API server does. */
async function apply(patched: readonly Patched[]): Promise<readonly { object?: object; error?: string }[]> {
  const answer = await run(join(binaries, 'json-patch'), [], { input: patched.map((entry) => `${JSON.stringify(entry)}\n`).join('') })
  if (answer.code !== 0) throw new Error(answer.stderr)
  return answer.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** What is wrong with a patch, or undefined. */
function problem({ object, fixOn, patch }: Patched, applied: { object?: object; error?: string } | undefined): string | undefined {
  if (applied?.object === undefined) return applied?.error ?? 'no answer'
  const expected = jsonpatch.applyPatch(structuredClone(object), patch, true).newDocument
  if (jsonpatch.compare(applied.object, expected).length > 0) return 'the result differs from that of fast-json-patch'
  if (!patch.every(({ op, path }) => op === 'add' && allowedPath.test(path))) return 'it changes more than pull policies'
  return patchOf(applied.object, fixOn) === undefined ? undefined : 'the fixed object is fixed again'
}

t.test('every patch applies, changes only pull policies, and leaves nothing to fix', async (t) => {
  const patched = patchesOf(generatedWorkloads(6_000))
  t.ok(patched.length > 2_000, `${patched.length} patches`)
  const applied = await apply(patched)
  const failures = patched.flatMap((entry, index) => {
    const what = problem(entry, applied[index])
    return what === undefined ? [] : [{ what, ...entry }]
  })
  t.same(failures.slice(0, 5), [], `${failures.length} of ${patched.length} patches`)
})
