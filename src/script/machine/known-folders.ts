/** Directories that exist without an assumption. */

/** The file system of the node, as a container that shares its process namespace sees it (proc(5), /proc/pid/root). */
export const nodeRoot = '/proc/1/root'

/** Directories of every image that contains a shell. Source: Filesystem Hierarchy Standard 3.0, chapters 3 and 4; proc(5). */
export const knownFolders: ReadonlySet<string> = new Set([
  ...['/bin', '/etc', '/tmp', '/usr', '/usr/bin', '/usr/local', '/usr/local/bin', '/usr/share', '/var'],
  ...['/proc', '/proc/1', nodeRoot],
])
