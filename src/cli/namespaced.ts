import { UsageError } from './exit.ts'

/** Parses `initlint/initlint-policy`: a namespace (DNS label) and the name of a ConfigMap or Secret (DNS subdomain). */
export function namespaced(flag: string, text: string): { namespace: string; name: string } {
  const found = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(text)
  const [, namespace, name] = found ?? []
  if (namespace === undefined || name === undefined) {
    throw new UsageError(`${flag}: "${text}" is not NAMESPACE/NAME; an example is initlint/initlint-policy.`)
  }
  return { namespace, name }
}
