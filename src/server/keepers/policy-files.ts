import { createHash } from 'node:crypto'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { FileRefused, readBoundedFile } from './bounded-file.ts'
import type { PolicyText } from './contracts.ts'
import { fileFault } from './file-fault.ts'
import { StartError } from './start-error.ts'

/** Maximum size of a policy text in bytes: the limit for a ConfigMap. */
const maxBytes = 1024 * 1024

/** The link that the kubelet swaps when a mounted ConfigMap changes; all its files are behind it. */
const mountedData = '..data'

/**
 * Reads the texts of a policy.
 * @param path a file, or a directory (a mounted ConfigMap) whose *.yaml and *.yml files are read in the order of their names
 * @param name the name to use in messages
 * @throws StartError that names what cannot be read
 */
export function readPolicyTexts(path: string, name: string = path): readonly PolicyText[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: name, text: readLimited(path) }]
    const folder = behindMount(path)
    const files = readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file) && !file.startsWith('.'))
      .sort()
    if (files.length === 0) throw new StartError(`The directory ${name} contains no policy: there is no *.yaml file in it.`)
    return files.map((file) => ({ file: join(name, file), text: readLimited(join(folder, file)) }))
  } catch (error) {
    if (error instanceof StartError) throw error
    if (error instanceof FileRefused) throw new StartError(`Cannot read the policy ${name}: ${error.message}.`)
    throw new StartError(`Cannot read the policy ${name}: ${fileFault(error)}.`)
  }
}

/** The directories to watch for changes of the policy. */
export function policyFolders(path: string): ReadonlySet<string> {
  return new Set([resolve(path), dirname(resolve(path))].filter(isFolder))
}

/** The id of a policy: the first 12 hexadecimal digits of the SHA-256 of its texts. File names are ignored, so all replicas agree. */
export function policyId(texts: readonly PolicyText[]): string {
  const hash = createHash('sha256')
  // The length before each text ensures that two texts never hash like their concatenation.
  for (const { text } of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest('hex').slice(0, 12)
}

/** Resolves the link of a mounted ConfigMap once, so that files from before and after a change never mix. */
function behindMount(folder: string): string {
  try {
    return realpathSync(join(folder, mountedData))
  } catch {
    return folder
  }
}

function readLimited(path: string): string {
  if (statSync(path).size > maxBytes)
    throw new StartError(`The policy ${basename(path)} is larger than 1 MiB, the maximum size of a ConfigMap.`)
  return readBoundedFile(path, maxBytes)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
