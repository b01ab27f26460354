/**
 * Directories of images that usually contain symbolic links. BusyBox cp fails when it copies a link over an existing one, so for these the
 * result of a second copy is not known.
 */

/**
 * Directories of a Linux distribution. Those for local files (Filesystem Hierarchy Standard 3.0, 4.9 and 4.11) and those of web servers are
 * content of the image.
 */
const distribution = /^\/(bin|sbin|lib\w*|usr|etc|var|run|proc|sys|dev|nix)(\/|$)/
const content = /^\/(usr\/(local|src)\/(?!s?bin(\/|$)|lib\w*(\/|$))[^/]|usr\/share\/[^/]+\/[^/]|var\/(www|lib\/[^/]+)(\/|$))/

/**
 * Trees of packages: npm links programs in `node_modules/.bin`, virtualenv the interpreter in `bin`, and shared libraries and runtimes have
 * links between their versions.
 */
const packages =
  /\/(node_modules|\.?v?env|virtualenv|(site|dist)-packages|vendor|lib(32|64)?|jdk|jre|java|openjdk|python[\d.]*|ruby|perl\d*|conda)(\/|-|$)/

/** Programs of several names, web servers with logs that are links to /dev/stdout, releases, and the root of an application with its packages. */
const roots = /\/(s?bin|logs?|current|releases|nginx|apache2?|httpd|app|application|src|code|workspace|repo|site)$/

/** Whether a directory of an image usually contains symbolic links. @param path absolute, '' for the root */
export function usuallyHoldsLinks(path: string): boolean {
  if (path === '') return true
  return (distribution.test(path) && !content.test(path)) || packages.test(path) || roots.test(path)
}
