import { comparedHost } from '../model/registry-host.ts'
import { compileGlob, type Glob } from './glob.ts'

/** A glob of `registry/repository` whose host has the form in which hosts are compared. */
export function comparedPattern(pattern: string): string {
  const slash = pattern.indexOf('/')
  return slash === -1 ? pattern : `${comparedHost(pattern.slice(0, slash))}${pattern.slice(slash)}`
}

/** Compiles a glob of `registry/repository`. Its host is normalized like that of a reference. */
export function compileNameGlob(pattern: string): Glob {
  return compileGlob(comparedPattern(pattern))
}
