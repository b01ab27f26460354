/** The licenses of the packages that a bundle contains. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What esbuild says about the inputs of a bundle. */
export interface Inputs {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>
}

/** The directories of the packages whose code is in the bundle, such as `node_modules/pino`, in order. */
export function packagesOf({ outputs }: Inputs): readonly string[] {
  const found = new Set<string>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const directory = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
      if (directory !== undefined && bytesInOutput > 0) found.add(directory)
    }
  }
  return [...found].sort()
}

/** Files with the terms of a license: LICENSE, LICENCE.md, COPYING, NOTICE. */
const isTerms = /^(?:licen[cs]e|copying|notice)/i

/**
 * Name, version, license and terms of each package.
 * @param packages directories relative to `root`
 * @throws if a package states no license
 */
export function licenseTexts(packages: readonly string[], root: string): string {
  const parts = packages.map((path) => {
    const directory = join(root, path)
    const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>
    if (typeof license !== 'string') throw new Error(`${path}/package.json states no license.`)
    const terms = readdirSync(directory).filter((file) => isTerms.test(file))
    const texts = terms.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim())
    return [`${name} ${version}, ${license}`, ...texts].join('\n\n')
  })
  return `initlint contains the following packages.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
