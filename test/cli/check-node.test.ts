/** scripts/check-node.js, which `npm start` runs first because Node may be too old for TypeScript. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t, { type Test } from 'tap'

const root = join(import.meta.dirname, '..', '..')
const check = 'scripts/check-node.js'

/** A clone with or without what `npm ci` installs. */
function clone(t: Test, installed: readonly string[]): string {
  const folder = t.testdir({ scripts: {} })
  for (const file of ['package.json', check]) copyFileSync(join(root, file), join(folder, file))
  for (const path of installed) mkdirSync(join(folder, path), { recursive: true })
  return folder
}

function run(node: string, folder: string, version?: string) {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  const args = [...(version === undefined ? [] : ['--import', pretend]), join(folder, check)]
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

const tooOld = (sentence: RegExp) => ({ status: 2, stdout: '', stderr: sentence })
const needsRebuild =
  /^initlint needs Node 22\.19 or newer and this is Node \d+\.[^\n]*node_modules\/\.bin is missing[^\n]*npm rebuild node\.\n$/

t.test('a supported Node in an installed clone: no output', async (t) => {
  t.match(run(process.execPath, root), { status: 0, stdout: '', stderr: '' })
  for (const version of ['22.19.0', '23.0.0', '24.21.0']) t.match(run(process.execPath, root, version), { status: 0, stderr: '' })
})

t.test('an old Node after npm ci --ignore-scripts: one sentence with what is missing and what to run', async (t) => {
  const folder = clone(t, ['node_modules'])
  for (const version of ['18.20.8', '20.20.2', '22.18.0']) t.match(run(process.execPath, folder, version), tooOld(needsRebuild))
})

t.test('an old Node although a new one is in node_modules: one sentence', async (t) => {
  t.match(
    run(process.execPath, clone(t, ['node_modules/.bin/node']), '20.20.2'),
    tooOld(/^initlint needs Node 22\.19[^\n]*with npm[^\n]*\.\n$/),
  )
})

t.test('a clone without node_modules: one sentence', async (t) => {
  t.match(run(process.execPath, clone(t, [])), tooOld(/^node_modules is missing[^\n]*npm ci[^\n]*\n$/))
})

const others = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
const old = others.find((node) => /^v(1\d|20|21)\./.test(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? ''))

t.test('an actual old Node: the same sentence', { skip: old === undefined && 'this machine has no Node below 22' }, async (t) => {
  if (old === undefined) return
  const folder = clone(t, ['node_modules'])
  t.match(run(old, folder), tooOld(needsRebuild))
  writeFileSync(join(folder, 'main.ts'), 'const x: number = 1')
  t.not(spawnSync(old, [join(folder, 'main.ts')]).status, 0, 'this Node cannot run TypeScript')
})

t.test('npm start, npm run initlint and npm test run the check first', async (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of ['start', 'initlint', 'test']) t.match(scripts[name], /^node scripts\/check-node\.js && /, name)
})
