/** Files of other projects that their Go modules contain, such as CustomResourceDefinitions. */
import { tmpdir } from 'node:os'
import { asString, member } from '../../../src/model/json.ts'
import { run } from './processes.ts'
import { requiredVersion } from './programs.ts'

/** CustomResourceDefinitions of the Prometheus operator: the newest version whose module the proxy serves here. Both kinds are `v1`. */
export const prometheusOperator = 'github.com/prometheus-operator/prometheus-operator@v0.85.0'

/** CustomResourceDefinitions of policy reports. */
export const openReports = 'github.com/openreports/reports-api@v0.2.1'

const certManagerModule = 'github.com/cert-manager/cert-manager'

/** The version that programs-cert-manager builds, with its CustomResourceDefinitions. */
export const certManager = `${certManagerModule}@${requiredVersion('programs-cert-manager', certManagerModule)}`

/** The sources of a version of Kubernetes, with the schemas that it publishes. */
export const kubernetesModule = (version: string): string => `k8s.io/kubernetes@${version}`

/**
 * Downloads a Go module, verified with the checksum database of Go.
 * @param module with its version, such as `example.com/module@v1.2.3`
 * @returns the directory of its files
 */
export async function moduleFolder(module: string): Promise<string> {
  const { code, stdout, stderr } = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir() })
  const folder = code === 0 ? asString(member(JSON.parse(stdout), 'Dir')) : undefined
  if (folder === undefined) throw new Error(`go mod download ${module}: ${stdout}${stderr}`)
  return folder
}
