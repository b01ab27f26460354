/** The Dockerfile copies into its first stage all that the build needs, .dockerignore lets it, and processes run with its environment. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { imageEnvironment } from '../support/image-environment.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the first stage copies from the project. */
function copiedByBuild(): readonly string[] {
  const [, build = ''] = readFileSync(join(root, 'Dockerfile'), 'utf8').split(/^FROM /m)
  return [...build.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
}

t.test('the first stage of the Dockerfile builds everything that the second one copies', async (t) => {
  const home = t.testdir()
  const copied = copiedByBuild()
  t.ok(copied.includes('src') && copied.includes('web'))
  const allowed = new Set(readFileSync(join(root, '.dockerignore'), 'utf8').match(/(?<=^!).+$/gm))
  for (const path of copied) {
    t.ok(allowed.has(path), `.dockerignore lets ${path} in`)
    mkdirSync(dirname(join(home, path)), { recursive: true })
    // As **/*.test.ts of .dockerignore.
    cpSync(join(root, path), join(home, path), { recursive: true, filter: (name) => !name.endsWith('.test.ts') })
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: home, stdio: 'pipe' })
  t.ok(['main.js', 'library.js', 'playground/index.html'].every((path) => existsSync(join(home, 'dist', path))))
  t.ok(readdirSync(join(home, 'dist/playground/assets')).some((name) => /^worker-.*\.js\.gz$/.test(name)))
})

t.test('memory that the compiler of V8 has used goes back to the system', async (t) => {
  const { MALLOC_MMAP_THRESHOLD_: threshold = '', ...others } = imageEnvironment()
  // kMaximumSegmentSize: a larger threshold would have no effect on its segments.
  t.ok(Number(threshold) > 0 && Number(threshold) <= 32 * 1024, threshold)
  t.same(others, { NODE_ENV: 'production' })
})
