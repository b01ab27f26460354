/** Checks the facts that the models of kubectl and helm are compared with, using the real programs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { clusterFacts } from '../support/service-facts.ts'
import { startControlPlane } from './support/control-plane.ts'
import { run } from './support/processes.ts'
import { binaries } from './support/programs.ts'

const { config, mustKubectl } = await startControlPlane(t, [])

t.test('kubectl and helm exit with the statuses in the facts', async (t) => {
  const folder = t.testdir({ home: {} })
  mkdirSync(join(folder, 'chart', 'templates'), { recursive: true })
  writeFileSync(join(folder, 'chart', 'Chart.yaml'), 'apiVersion: v2\nname: chart\nversion: 1.0.0\n')
  writeFileSync(
    join(folder, 'chart', 'templates', 'c.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-c"}\n',
  )
  const path = `${binaries}${delimiter}${process.env.PATH ?? ''}`
  for (const [index, { before, command, statuses }] of clusterFacts.entries()) {
    const namespace = `facts-${index}`
    await mustKubectl(['create', 'namespace', namespace])
    const env = { PATH: path, HOME: join(folder, 'home'), KUBECONFIG: config.kubeconfigPath, HELM_NAMESPACE: namespace }
    // The facts name no namespace: each has one, which is the default of kubectl and helm.
    await mustKubectl(['config', 'set-context', '--current', `--namespace=${namespace}`])
    const shell = (text: string) => run('sh', ['-c', text], { env, cwd: folder })
    if (before !== undefined) {
      const { code, stderr } = await shell(before)
      t.equal(code, 0, `before: ${before}: ${stderr}`)
    }
    const [first, second] = [await shell(command), await shell(command)]
    t.same([first.code, second.code], statuses, `${command} (${before ?? 'nothing'} before)\n${first.stderr}${second.stderr}`)
  }
})
