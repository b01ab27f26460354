/** Builds the playground for `npm start` unless it is newer than all its sources. Without it, the server still starts. */
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const directory = join(root, 'dist/playground')

function builtAt(): number {
  return statSync(join(directory, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function changedAt(): number {
  const sources = globSync(['{src,web}/**/*.{ts,tsx,md,css,html,svg}', 'examples/**/*.yaml', 'package-lock.json'], { cwd: root })
  return Math.max(...sources.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0))
}

if (builtAt() < changedAt()) {
  try {
    const { buildPage } = await import('./page.ts')
    await buildPage(directory)
  } catch (error) {
    process.stderr.write(`The playground could not be built, so GET / answers 404: ${String(error)}\n`)
  }
}
