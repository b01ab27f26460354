/** The oldest supported Node; the same as `engines` in package.json. */
const oldest = { major: 22, minor: 19 } as const

/**
 * Checks whether a Node can run initlint.
 * @param version `process.versions.node`
 * @returns an error message, or undefined if the version is new enough
 */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined
  return `initlint needs Node ${oldest.major}.${oldest.minor} or later, but this is Node ${version}: install a later version, or run initlint through npm in a clone (npm run -s initlint), which uses its own Node.`
}
