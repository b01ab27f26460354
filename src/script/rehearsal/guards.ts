/** Guards that test what only an archive, a clone or a copied directory can bring. */

import { supposedIn } from '../machine/assumptions.ts'
import { broughtTo } from '../machine/brought.ts'
import { type FileSystem, nameOf, start } from '../machine/file-system.ts'
import { isMeantFromRoot } from '../machine/image-folder.ts'
import type { Machine } from '../machine/machine.ts'

/** A guard that never holds in a case, and whether an archive or a clone is assumed to lack what it tests, or a copied directory. */
export type LackedGuard = 'unpacked' | 'copied' | null

/** Names of what apps and scripts of images create later: configurations, databases, keys and markers. */
const madeLater =
  /^\.(?!git$)|conf|setting|secret|install|init|done|ready|complete|\.(?:env|ini|json|ya?ml|toml|db|sqlite\d?|lock|log|pid|key|pem|crt)$/i

/** Names of what scripts themselves make to remember that they ran. */
const marker = /^\.|install|init|done|ready|complete/i

/** Names of samples and of lists of dependencies, which look like configurations and come with an app. */
const shipped = /^(?:default|example|sample)\b|\b(?:default|example|sample|dist)$|^(?:package|composer)\.json$/i

/** Names of programs, pages and texts about them, which nothing creates later. */
const program = /\.(?:php|phar|html?|m?js|css|py|rb|pl|sh|jar|war|so|dll|exe)$|^(?:readme|license|version|makefile|gemfile)\b/i

/** Whether an app or a script of the image may create what is tested. */
function isMadeLater(path: string): boolean {
  return madeLater.test(nameOf(path)) && !shipped.test(nameOf(path))
}

/** Whether what is tested comes with an app. */
function isProgram(path: string): boolean {
  return shipped.test(nameOf(path)) || program.test(nameOf(path)) || /\/s?bin\/[^/]+$/.test(path)
}

/**
 * Whether a script tests for something that is not there before its first run, and that is not there afterward in this case either, because
 * what was unpacked or copied is assumed to lack it. A guard that never holds is not what its author means, so the other cases tell what an
 * attempt that fails or is killed leaves to it. The app may create what is tested later: names that suggest so do not count, and for a
 * directory of the image, which is less certain than an archive, only tests for programs and for directories do. The same holds for
 * `[ -d /data/x ] || tar xf FILE data/x`: the working directory of the image must be the root directory.
 * @param initial the files before the first run
 * @param clean the first run, not disturbed
 */
export function lackedGuard(initial: FileSystem, clean: Machine): LackedGuard {
  const { world } = clean
  let lacked: LackedGuard = null
  for (const path of clean.tested) {
    if (initial.look(path)?.kind !== 'absent') continue
    const wanted = world.expected(path)
    if (!marker.test(nameOf(path)) && isOfOtherKind(path, wanted, clean)) return 'unpacked'
    if (isMadeLater(path)) continue
    if (clean.files.look(path)?.kind === 'absent' && isMeantFromRoot(path, world)) return 'unpacked'
    const layers = broughtTo(path, clean)
    if (layers.length === 0) continue
    const isCopied = layers.some(({ source }) => source === start)
    if (isCopied && wanted !== 'folder' && !isProgram(path)) continue
    const kind = supposedIn(layers, world)
    if (kind === undefined || (kind !== 'absent' && (wanted === undefined || kind === wanted))) continue
    if (!isCopied || isProgram(path)) return 'unpacked'
    lacked = 'copied'
  }
  return lacked
}

/** Whether the script leaves a file where it tests for a directory, or a directory where it tests for a file. */
function isOfOtherKind(path: string, wanted: 'file' | 'folder' | undefined, { files }: Machine): boolean {
  const kind = files.look(path)?.kind
  return wanted !== undefined && (kind === 'file' || kind === 'folder') && kind !== wanted && files.writerOf(path) !== null
}
