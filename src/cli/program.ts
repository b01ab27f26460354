/** How the user calls initlint. */
export type Program = 'initlint' | 'kubectl initlint'

/**
 * The package installs the program also as kubectl-initlint, which kubectl runs as a plugin (kubectl help plugin).
 * @param path the path with which it was started, `process.argv[1]`
 */
export function programOf(path: string | undefined): Program {
  return /(?:^|[\\/])kubectl-initlint(?:\.js)?$/.test(path ?? '') ? 'kubectl initlint' : 'initlint'
}

/** What follows `initlint` where a text calls it; in a sentence about initlint, other words do. */
const commands = [
  '<command>',
  'lint',
  'images',
  'rehearse',
  'explain',
  'rules',
  'policy',
  'scan',
  'why',
  'serve',
  'doctor',
  'lsp',
  'completion',
]
const calls = new RegExp(`(?<!kubectl )\\binitlint (?=(?:${commands.join('|')})(?![\\w-]))`, 'g')

/** A help text or usage error, whose examples and hints call `initlint COMMAND`, with the name that the user typed. */
export function asCalled(text: string, name: Program): string {
  return text.replaceAll(calls, `${name} `)
}
