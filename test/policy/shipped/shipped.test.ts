/** Runs `initlint policy test` on the shipped presets and the policy of manifests/; README.md explains the directories. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { presets } from '../../../src/policy/document.ts'
import { runCli } from '../../cli/fake-io.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const directories = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

t.test('every preset and the default policy have a directory', async (t) => {
  t.same(directories.sort(), ['default', ...presets].sort())
})

for (const name of directories) {
  t.test(`${name}: the verdicts are as the comments expect`, async (t) => {
    const policy = name === 'default' ? ['--policy', 'manifests/base/policy.yaml'] : []
    const argv = ['policy', 'test', `test/policy/shipped/${name}`, '--format', 'json', ...policy]
    const { code, stdout, stderr } = await runCli(argv, { cwd: root })
    const { tests, summary } = JSON.parse(stdout)
    t.same(
      tests.flatMap(({ problems }: { problems: unknown[] }) => problems),
      [],
    )
    t.same([code, stderr, summary], [0, '', { tests: 8, passed: 8, failed: 0, errors: 0 }])
  })
}

t.test('with another policy, the same comments fail', async (t) => {
  const argv = ['policy', 'test', 'test/policy/shipped/strict', '--policy', 'test/policy/shipped/off/policy.yaml']
  t.equal((await runCli(argv, { cwd: root })).code, 1)
})
