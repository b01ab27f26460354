import { readFileSync } from 'node:fs'
import t from 'tap'
import { knownMinors, versionOf } from '../../../src/startup/node/kubernetes-versions.ts'
import { readScenario } from '../../../src/startup/scenario/read-scenario.ts'
import { container, startPod } from '../support/recordings.ts'

t.test('a version that is not known behaves like the last one before it, and an unreadable one like the default', async (t) => {
  t.same(knownMinors, ['1.36', '1.37'])
  t.equal(versionOf('1.37').minor, '1.37')
  t.equal(versionOf('v1.99.3').minor, '1.37')
  t.equal(versionOf('1.30').minor, '1.36')
  t.equal(versionOf().minor, '1.36')
  t.equal(versionOf('new').minor, '1.36')
})

/** A sidecar that ends soon and stays in back-off, and an app that ends later. */
function appBehindSidecar(kubernetes: string) {
  return startPod(
    { initContainers: [container('side', { restartPolicy: 'Always' })], containers: [container('app')] },
    {
      kubelet: { crashLoopMaxSeconds: 300, kubernetes },
      containers: {
        side: { runs: [{ seconds: 2, exit: 1 }] },
        app: { runs: [{ seconds: 50, exit: 1 }, { seconds: null }] },
      },
    },
  )
}

t.test('an app container restarts although its sidecar is in back-off since 1.37, and waits for it before', async (t) => {
  const restartOf = (kubernetes: string): number =>
    appBehindSidecar(kubernetes).steps.filter(({ lane, kind }) => lane === 'app' && kind === 'run')[1]?.at ?? Number.POSITIVE_INFINITY
  t.ok(restartOf('1.37') < 60, String(restartOf('1.37')))
  t.ok(restartOf('1.36') > 60, String(restartOf('1.36')))
})

t.test('a scenario names a minor version', async (t) => {
  t.match(readScenario({ kubelet: { kubernetes: '1.37' } }), { ok: true, scenario: { kubelet: { kubernetes: '1.37' } } })
  t.match(readScenario({ kubelet: { kubernetes: 1.37 } }), { ok: false })
})

t.test('docs/kubernetes-versions.md names each switch of each version', async (t) => {
  const page = readFileSync(new URL('../../../docs/kubernetes-versions.md', import.meta.url), 'utf8')
  for (const minor of knownMinors) t.match(page, minor)
  for (const name of Object.keys(versionOf())) if (name !== 'minor') t.match(page, `\`${name}\``)
})
