/**
 * Runs before any TypeScript (`npm start`, `npm run initlint`, `npm test`): if something is missing, prints one sentence and exits with 2.
 * Plain JavaScript without dependencies, so that it runs on a Node without TypeScript support and in a clone without node_modules.
 */
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'

const root = new URL('../', import.meta.url)

/** `>=22.19` of package.json. */
const oldest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).engines.node.replace('>=', '')

function isTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

function missing() {
  if (!existsSync(new URL('node_modules', root))) return 'node_modules is missing: run npm ci first.'
  if (!isTooOld()) return undefined
  const found = `initlint needs Node ${oldest} or newer and this is Node ${process.versions.node}`
  if (existsSync(new URL('node_modules/.bin/node', root))) return `${found}: run it with npm, which uses the Node in node_modules/.bin.`
  return `${found}, and the Node that npm ci installs in node_modules/.bin is missing (--ignore-scripts omits it): run npm rebuild node.`
}

const sentence = missing()
if (sentence !== undefined) {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 2
}
