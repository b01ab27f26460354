/** The oldest Node that runs initlint; the same as `engines` in package.json. */
const oldest = { major: 22, minor: 19 } as const

/**
 * Says why a Node cannot run initlint.
 * @param version `process.versions.node`
 * @returns a sentence, or undefined where the version is new enough
 */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined
  return `initlint needs Node ${oldest.major}.${oldest.minor} or newer and this is Node ${version}: install a newer one, or run it by npm in a clone (npm run -s initlint), which brings its own.`
}
