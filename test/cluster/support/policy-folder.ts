/** A policy folder like a mounted ConfigMap: the symlink `..data` to the current folder is swapped in one step (kubelet's AtomicWriter). */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policyId } from '../../../src/server/keepers/policy-files.ts'
import type { Cleanup } from './control-plane.ts'

/** A policy document without apiVersion and kind. */
export interface PolicyBody {
  readonly preset?: string
  readonly [key: string]: unknown
}

export interface PolicyFolder {
  readonly path: string
  /** Swaps in another policy, which is in force a moment later. @returns its id, for waiting until then */
  write(policy: PolicyBody): string
}

export function policyFolder(t: Cleanup, first: PolicyBody): PolicyFolder {
  const path = mkdtempSync(join(tmpdir(), 'initlint-policy-'))
  t.teardown(async () => rmSync(path, { recursive: true, force: true }))
  let version = 0
  const write = (policy: PolicyBody) => {
    version += 1
    const folder = `..version-${version}`
    mkdirSync(join(path, folder))
    const document = { apiVersion: 'initlint.dev/v1alpha1', kind: 'Policy', ...policy }
    // JSON is YAML.
    const text = JSON.stringify(document, null, 2)
    writeFileSync(join(path, folder, 'policy.yaml'), text)
    symlinkSync(folder, join(path, '..data_tmp'))
    renameSync(join(path, '..data_tmp'), join(path, '..data'))
    if (version === 1) symlinkSync(join('..data', 'policy.yaml'), join(path, 'policy.yaml'))
    else rmSync(join(path, `..version-${version - 1}`), { recursive: true })
    return policyId([{ file: 'policy.yaml', text }])
  }
  write(first)
  return { path, write }
}
