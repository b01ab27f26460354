/** The scripts that set the version and take the notes of a release. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { notesOf } from '../../scripts/release/notes.ts'
import { disagreements, placesOf, setVersion } from '../../scripts/release/version.ts'
import { packageJson, root } from '../package/support/release.ts'

const places = placesOf(root)

const changelog = `# Changelog

## Unreleased

### Added
- a

## 0.2.0 (2027-01-31)
Text.
## 0.1.0

### Added
`

/** A copy of the files that have the version. */
function copy(t: { testdir(): string }, changelog = '## Unreleased\n- new\n'): string {
  const home = t.testdir()
  for (const { file } of places) {
    mkdirSync(dirname(join(home, file)), { recursive: true })
    cpSync(join(root, file), join(home, file))
  }
  writeFileSync(join(home, 'CHANGELOG.md'), changelog)
  return home
}

t.test('all files of the project have the same version', async (t) => {
  t.same(disagreements(root), [])
})

t.test('no other file of the project mentions the image or the package with a version', async (t) => {
  const found = execFileSync('git', ['grep', '-lE', 'initlint[:@][0-9]+\\.[0-9]+\\.[0-9]+', '--', '.', ':!test', ':!CHANGELOG.md'], {
    cwd: root,
    encoding: 'utf8',
  })
  const known = new Set(places.map(({ file }) => file))
  t.same(
    found
      .trim()
      .split('\n')
      .filter((file) => !known.has(file)),
    [],
  )
})

t.test('notes are the section of a version', async (t) => {
  t.equal(notesOf(changelog, '0.2.0'), 'Text.\n')
  t.equal(notesOf(changelog, 'Unreleased'), '### Added\n- a\n')
  t.throws(() => notesOf(changelog, '0.1.0'), /empty/)
  t.throws(() => notesOf(changelog, '0.2'), /no section/)
  t.throws(() => notesOf(changelog, ''), /no section/)
  t.throws(() => notesOf(`${changelog}## 0.2.0\nb\n`, '0.2.0'), /2 sections/)
  t.match(notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), 'Unreleased'), '- ')
})

t.test('a new version is set in every place, and what was unreleased becomes its section', async (t) => {
  const home = copy(t)
  const next = '9.8.7-rc.1'
  setVersion(home, next, '2027-01-31')
  t.same(disagreements(home, `v${next}`), [])
  for (const { file } of places) {
    const [before, after] = [readFileSync(join(root, file), 'utf8'), readFileSync(join(home, file), 'utf8')]
    t.not(after, before, file)
    // Nothing else changes.
    t.equal(after.replaceAll(next, packageJson.version), before, file)
  }
  t.equal(readFileSync(join(home, 'CHANGELOG.md'), 'utf8'), `## Unreleased\n\n## ${next} (2027-01-31)\n- new\n`)
  t.throws(() => setVersion(home, '9.9.0', '2027-01-31'), /empty/, 'nothing to release')
  t.same(disagreements(home, `v${next}`), [], 'and nothing was changed')
})

t.test('what is no version is refused', async (t) => {
  const home = copy(t)
  for (const version of ['', '1', '1.2', 'v1.2.3', '01.2.3', '1.2.3+build', '1.2.3-', '1.2.3 ', '$(id)']) {
    t.throws(() => setVersion(home, version, '2027-01-31'), /is not a version/, version)
  }
  t.same(disagreements(home), [])
})

t.test('each place that disagrees is named', async (t) => {
  for (const { file } of places.filter(({ file }) => file !== 'package.json')) {
    const home = copy(t)
    const text = readFileSync(join(home, file), 'utf8')
    writeFileSync(join(home, file), text.replaceAll(packageJson.version, '7.7.7'))
    t.match(disagreements(home), [new RegExp(`^${file} has 7\\.7\\.7 instead of `)])
    writeFileSync(join(home, file), text.replaceAll(packageJson.version, ''))
    const isRequired = placesOf(home).some((place) => place.file === file)
    t.match(disagreements(home), isRequired ? [new RegExp(`^${file} does not have the version`)] : [])
  }
  const home = copy(t)
  t.match(disagreements(home, 'v7.7.7'), [/^The tag is v7\.7\.7/, /no section/])
})
