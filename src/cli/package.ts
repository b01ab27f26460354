import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Works from src/cli and from dist/chunks (scripts/build.ts). */
const root = new URL('../../', import.meta.url)

/** The directory of the package. */
export const packageRoot = fileURLToPath(root)

/** The playground, which `npm run build` puts there. */
export const pageDirectory = fileURLToPath(new URL('dist/playground', root))

/** The version in package.json. */
export function packageVersion(): string {
  const parsed: { version?: unknown } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return String(parsed.version)
}

/** A rule's page: from docs/, which the package includes, or from the rule's directory in a clone without generated docs. */
export function rulePage(id: string): string | undefined {
  for (const path of [`docs/rules/${id}.md`, `src/rules/${id}/rule.md`]) {
    const url = new URL(path, root)
    if (existsSync(url)) return readFileSync(url, 'utf8')
  }
  return undefined
}
