/** What is shipped in manifests/, rendered by kustomize and by Helm as people do it. */
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
 * An overlay of a site, as manifests/README.md describes it, in a copy of manifests/.
 * @param folder where the copy may be made
 * @param kustomization what stands in it beside its kind
 * @param files texts beside it, by name
 * @returns the overlay's folder
 */
export function site(folder: string, kustomization: object, files: Readonly<Record<string, string>> = {}): string {
  cpSync(join(root, 'manifests'), join(folder, 'manifests'), { recursive: true })
  const path = join(folder, 'manifests/overlays/site')
  mkdirSync(path)
  const whole = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...kustomization }
  for (const [name, text] of Object.entries({ ...files, 'kustomization.yaml': JSON.stringify(whole) }))
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

/** Runs helm, which finds no settings of the person's. @param env such as KUBECONFIG */
export function helm(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const settings = { HELM_CONFIG_HOME: '/nowhere', HELM_CACHE_HOME: '/nowhere', HELM_DATA_HOME: '/nowhere' }
  return run(join(binaries, 'helm'), args, { input, env: { ...settings, ...env } })
}

/** `helm template` with values from stdin. */
export function template(values: object, { name = 'initlint', namespace = 'initlint' }: Release = {}): Promise<Finished> {
  return helm(['template', name, chart, '--namespace', namespace, '--values', '-'], JSON.stringify(values))
}

/** The objects that the chart makes of values. */
export async function templated(values: object, release: Release = {}): Promise<readonly unknown[]> {
  return objectsOf(await template(values, release))
}

function objectsOf({ code, stdout, stderr }: Finished): readonly unknown[] {
  if (code !== 0) throw new Error(stderr)
  return loadAll(stdout).filter((object) => object !== null)
}

/** Kinds that come with somebody else's CustomResourceDefinitions: this API server does not know them. */
const foreignGroups = ['cert-manager.io', 'monitoring.coreos.com']

/** Those objects that a plain API server takes. */
export function withoutForeign(objects: readonly unknown[]): readonly unknown[] {
  return objects.filter((object) => !foreignGroups.includes(asString(member(object, 'apiVersion'))?.split('/')[0] ?? ''))
}

export const list = (items: readonly unknown[]): object => ({ apiVersion: 'v1', kind: 'List', items })
