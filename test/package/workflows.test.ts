/** The workflows of GitHub: valid, pinned, and with no more permissions than they need. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { asArray, asObject, asString, at, isObject } from '../../src/model/json.ts'
import { run } from '../cluster/support/processes.ts'
import { buildPrograms, pathOf } from '../cluster/support/programs.ts'
import { root } from './support/release.ts'

const directory = join(root, '.github/workflows')
const texts = new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]))

/** The jobs of a workflow by name. */
const jobsOf = (file: string): readonly (readonly [string, unknown])[] => Object.entries(asObject(at(load(texts.get(file) ?? ''), 'jobs')))

t.test('actionlint and ShellCheck find nothing', async (t) => {
  t.equal(
    buildPrograms(['actionlint'], (line) => t.comment(line)),
    undefined,
  )
  // Without it, actionlint would check no script, and say nothing about that.
  t.equal((await run('shellcheck', ['--version'])).code, 0, 'apt-get install shellcheck')
  const check = (text: string) => run(pathOf('actionlint'), ['-no-color', '-shellcheck', 'shellcheck', '-'], { cwd: root, input: text })
  t.same([...texts.keys()].sort(), ['ci.yml', 'release.yml'])
  for (const [file, text] of texts) {
    const found = await check(text)
    t.equal(found.code, 0, `${file}\n${found.stdout}`)
  }
  const text = texts.get('release.yml') ?? ''
  t.match(await check(text.replace('needs: artifacts', 'needs: artefacts')), { code: 1, stdout: /artefacts/ })
  t.match(await check(text.replace('echo "$TOKEN"', 'echo $TOKEN')), { code: 1, stdout: /SC2086/ })
})

t.test('each action is pinned by the hash of a commit, with its version', async (t) => {
  const action = readFileSync(join(root, 'action.yml'), 'utf8')
  for (const [file, text] of [...texts, ['action.yml', action] as const]) {
    const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, use = '']) => use)
    t.ok(uses.length > 0, file)
    t.same(
      uses.filter((use) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use) && use !== './.github/workflows/ci.yml'),
      [],
    )
  }
  // One version of each action.
  const pins = [...texts.values(), action].flatMap((text) =>
    [...text.matchAll(/uses: (\S+)@([0-9a-f]{40})/g)].map(([, name = '', hash = '']) => [name, hash] as const),
  )
  for (const [name, hash] of pins) t.same([...new Set(pins.flatMap(([other, hash]) => (other === name ? [hash] : [])))], [hash], name)
})

t.test('a workflow has no permissions, and each job only those that it needs', async (t) => {
  const permissions = Object.fromEntries(
    [...texts.keys()].flatMap((file) => {
      t.same(at(load(texts.get(file) ?? ''), 'permissions'), {}, file)
      return jobsOf(file).map(([job, value]) => [`${file} ${job}`, at(value, 'permissions')])
    }),
  )
  t.strictSame(permissions, {
    'ci.yml test': { contents: 'read' },
    'release.yml ci': { contents: 'read' },
    'release.yml artifacts': { contents: 'read' },
    'release.yml npm': { 'id-token': 'write' },
    'release.yml image': { contents: 'read', packages: 'write', 'id-token': 'write' },
    'release.yml chart': { packages: 'write', 'id-token': 'write' },
    'release.yml release': { contents: 'write', 'id-token': 'write' },
  })
})

t.test('nothing is published before CI has passed, and only jobs of the environment "release" can write', async (t) => {
  const jobs = new Map(jobsOf('release.yml'))
  const needsOf = (job: unknown): readonly string[] => {
    const needs = at(job, 'needs')
    return typeof needs === 'string' ? [needs] : asArray(needs).flatMap((name) => asString(name) ?? [])
  }
  const reaches = (name: string): boolean => name === 'ci' || needsOf(jobs.get(name)).some(reaches)
  for (const [name, job] of jobs) {
    t.ok(reaches(name), `${name} needs ci`)
    const writes = Object.values(asObject(at(job, 'permissions'))).includes('write')
    t.equal(at(job, 'environment'), writes ? 'release' : undefined, name)
  }
  t.same([...needsOf(jobs.get('release'))].sort(), ['artifacts', 'chart', 'image', 'npm'])
  t.equal(asString(at(jobs.get('ci'), 'uses')), './.github/workflows/ci.yml')
})

t.test('no text of an event gets into a script', async (t) => {
  for (const [file] of texts) {
    const steps = jobsOf(file).flatMap(([, job]) => asArray(at(job, 'steps')).filter(isObject))
    const scripts = steps.flatMap(({ run }) => asString(run) ?? [])
    t.ok(scripts.length > 0)
    t.same(
      scripts.filter((script) => script.includes('${{')),
      [],
      file,
    )
  }
})

t.test('the scripts and files that the workflows name exist', async (t) => {
  const named = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/\b(?:scripts|test)\/[\w./-]+\.(?:ts|mod)\b|\.ci\/run/g)].map(([path]) => path),
  )
  t.ok(named.length >= 4)
  for (const path of new Set(named)) t.ok(readFileSync(join(root, path), 'utf8') !== '', path)
})
