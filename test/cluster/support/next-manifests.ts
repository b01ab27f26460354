/** The manifests of a possible next version of initlint: they change what exists, and they add an object. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './control-plane.ts'
import { nextVersion } from './next-version.ts'

/** An object that only the next version has. */
export const newObject = 'initlint-next'

/** The timeout of its webhook for workloads. */
export const newTimeout = 4

const configMap = (namespace: string): string => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${newObject}${namespace}}\n`

/** Creates them in a directory, with the kustomization and the chart. */
export function createNextManifests(folder: string): void {
  cpSync(join(root, 'manifests'), folder, { recursive: true })
  const edit = (file: string, from: string | RegExp, to: string): void => {
    const path = join(folder, file)
    const before = readFileSync(path, 'utf8')
    const after = before.replace(from, to)
    if (after === before) throw new Error(`${file} has changed: the next version cannot be created from it`)
    writeFileSync(path, after)
  }
  edit('base/state.yaml', /$/, configMap(''))
  edit('chart/templates/state.yaml', /$/, configMap(', namespace: {{ .Release.Namespace }}'))
  edit('base/validating-webhook.yaml', 'timeoutSeconds: 5', `timeoutSeconds: ${newTimeout}`)
  edit('chart/values.yaml', 'timeoutSeconds: 5', `timeoutSeconds: ${newTimeout}`)
  edit('base/deployment.yaml', '--max-semi-space-size=16', '--max-semi-space-size=24')
  edit('chart/templates/deployment.yaml', '--max-semi-space-size=16', '--max-semi-space-size=24')
  edit('chart/Chart.yaml', /ersion: 0\.1\.0/g, `ersion: ${nextVersion}`)
}
