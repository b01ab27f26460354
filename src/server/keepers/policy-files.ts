import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { PolicyText } from './contracts.ts'
import { StartError } from './start-error.ts'

/** Largest policy text, bytes: what a ConfigMap can hold. */
const maxBytes = 1024 * 1024

/** The link that a mounted ConfigMap swaps; all its files stand behind it. */
const mountedData = '..data'

/**
 * Reads the texts of a policy.
 * @param path a file, or a folder whose *.yaml and *.yml count in the order of their names (a mounted ConfigMap)
 * @param name how to call it in messages
 * @throws StartError with a sentence that names what cannot be read
 */
export function readPolicyTexts(path: string, name: string = path): readonly PolicyText[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: name, text: readLimited(path) }]
    const folder = behindMount(path)
    const files = readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file) && !file.startsWith('.'))
      .sort()
    if (files.length === 0) throw new StartError(`The folder ${name} holds no policy: there is no *.yaml file in it.`)
    return files.map((file) => ({ file: join(name, file), text: readLimited(join(folder, file)) }))
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`The policy ${name} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`)
  }
}

/** Folders in which a change of the policy shows. */
export function policyFolders(path: string): ReadonlySet<string> {
  return new Set([resolve(path), dirname(resolve(path))].filter(isFolder))
}

/** Names the texts: the first 12 hexadecimal digits of their SHA-256. File names do not count, so all replicas agree. */
export function policyId(texts: readonly PolicyText[]): string {
  const hash = createHash('sha256')
  // The length before each text: two texts never hash like their concatenation.
  for (const { text } of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest('hex').slice(0, 12)
}

/** A mounted ConfigMap seen through one swap: files before and after a change never mix. */
function behindMount(folder: string): string {
  try {
    return realpathSync(join(folder, mountedData))
  } catch {
    return folder
  }
}

function readLimited(path: string): string {
  if (statSync(path).size > maxBytes)
    throw new StartError(`The policy ${basename(path)} is larger than 1 MiB, more than a ConfigMap can hold.`)
  return readFileSync(path, 'utf8')
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
