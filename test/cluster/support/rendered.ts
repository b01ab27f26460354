/** Renders the manifests with kustomize and Helm, as users do. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { asString, member } from '../../../src/model/json.ts'
import { root } from './control-plane.ts'
import { type Finished, run } from './processes.ts'
import { binaries } from './programs.ts'

export const chart = join(root, 'manifests/chart')

export const overlay = (name: string): string => join(root, 'manifests/overlays', name)

/**
 * Creates an overlay `site`, as manifests/README.md describes it, in a copy of manifests/.
 * @param folder the parent folder of the copy
 * @param kustomization its content except apiVersion and kind
 * @param files the texts of further files in the overlay, by name
 * @param manifests what is copied
 * @returns the overlay's folder
 */
export function site(
  folder: string,
  kustomization: object,
  files: Readonly<Record<string, string>> = {},
  manifests = join(root, 'manifests'),
): string {
  cpSync(manifests, join(folder, 'manifests'), { recursive: true })
  const path = join(folder, 'manifests/overlays/site')
  mkdirSync(path)
  const complete = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...kustomization }
  for (const [name, text] of Object.entries({ ...files, 'kustomization.yaml': JSON.stringify(complete) }))
    writeFileSync(join(path, name), text)
  return path
}

/** The objects of an overlay. */
export async function kustomized(path: string): Promise<readonly unknown[]> {
  return objectsOf(await run(join(binaries, 'kubectl'), ['kustomize', path]))
}

export interface Release {
  readonly name?: string
  readonly namespace?: string
}

/** Runs helm without the settings of the user. @param env such as KUBECONFIG */
export function helm(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const settings = { HELM_CONFIG_HOME: '/nowhere', HELM_CACHE_HOME: '/nowhere', HELM_DATA_HOME: '/nowhere' }
  return run(join(binaries, 'helm'), args, { input, env: { ...settings, ...env } })
}

/** `helm template` with values from stdin. */
export function template(values: object, { name = 'initlint', namespace = 'initlint' }: Release = {}): Promise<Finished> {
  return helm(['template', name, chart, '--namespace', namespace, '--values', '-'], JSON.stringify(values))
}

/** The objects that the chart renders from values. */
export async function templated(values: object, release: Release = {}): Promise<readonly unknown[]> {
  return objectsOf(await template(values, release))
}

function objectsOf({ code, stdout, stderr }: Finished): readonly unknown[] {
  if (code !== 0) throw new Error(stderr)
  return loadAll(stdout).filter((object) => object !== null)
}

/** API groups of third-party CustomResourceDefinitions, which this API server does not know. */
const foreignGroups = ['cert-manager.io', 'monitoring.coreos.com']

/** The objects that an API server without these definitions accepts. */
export function withoutForeign(objects: readonly unknown[]): readonly unknown[] {
  return objects.filter((object) => !foreignGroups.includes(asString(member(object, 'apiVersion'))?.split('/')[0] ?? ''))
}

export const list = (items: readonly unknown[]): object => ({ apiVersion: 'v1', kind: 'List', items })
