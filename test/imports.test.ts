import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')
const configFile = join(root, 'dependency-cruiser.config.cjs')
const { forbidden } = createRequire(import.meta.url)(configFile) as { readonly forbidden: readonly { readonly name: string }[] }

/** Violations to plant: a file, its import (a file of src/ or a module), and the rule that must report it; null: part of the previous one. */
const violations: readonly (readonly [from: string, to: string, rule: string | null])[] = [
  ['src/manifest/planted.ts', 'src/model/target.ts', 'src: manifest imports upwards only'],
  ['src/model/planted.ts', 'src/script/index.ts', 'src: model imports upwards only'],
  ['src/script/rehearsal/planted.ts', 'src/rules/target.ts', 'src: script imports upwards only'],
  ['src/startup/play/planted.ts', 'src/rules/target.ts', 'src: startup imports upwards only'],
  ['src/lint/planted.ts', 'src/rules/target.ts', 'src: lint imports upwards only'],
  ['src/rules/image-latest/planted.ts', 'src/policy/target.ts', 'src: rules imports upwards only'],
  ['src/policy/planted.ts', 'src/admission/target.ts', 'src: policy imports upwards only'],
  ['src/admission/planted.ts', 'src/inspect/target.ts', 'src: admission imports upwards only'],
  ['src/inspect/planted.ts', 'src/formats/target.ts', 'src: inspect imports upwards only'],
  ['src/formats/planted.ts', 'src/fixer/target.ts', 'src: formats imports upwards only'],
  ['src/fixer/planted.ts', 'src/library/target.ts', 'src: fixer imports upwards only'],
  ['src/library/planted.ts', 'src/scan/target.ts', 'src: library imports upwards only'],
  ['src/scan/planted.ts', 'src/diagnosis/target.ts', 'src: scan imports upwards only'],
  ['src/diagnosis/planted.ts', 'src/server/ports.ts', 'src: diagnosis imports upwards only'],
  ['src/server/http/planted.ts', 'src/cluster/target.ts', 'src: server imports upwards only'],
  ['src/cluster/planted.ts', 'src/cli/target.ts', 'src: cluster imports upwards only'],
  ['src/cli/planted.ts', 'src/main.ts', 'src: cli imports upwards only'],

  ['src/script/limits.ts', 'src/script/value/target.ts', 'src/script: limits.ts imports upwards only'],
  ['src/script/value/planted.ts', 'src/script/syntax/target.ts', 'src/script: value imports upwards only'],
  ['src/script/syntax/planted.ts', 'src/script/machine/target.ts', 'src/script: syntax imports upwards only'],
  ['src/script/shape/planted.ts', 'src/script/container/target.ts', 'src/script: shape imports upwards only'],
  ['src/script/container/planted.ts', 'src/script/machine/target.ts', 'src/script: container imports upwards only'],
  ['src/script/machine/planted.ts', 'src/script/shell/target.ts', 'src/script: machine imports upwards only'],
  ['src/script/change/planted.ts', 'src/script/commands/kit/target.ts', 'src/script: change imports upwards only'],
  ['src/script/commands/command.ts', 'src/script/commands/kit/target.ts', 'src/script: commands/command.ts imports upwards only'],
  ['src/script/shell/planted.ts', 'src/script/rehearsal/target.ts', 'src/script: shell imports upwards only'],
  ['src/script/commands/kit/planted.ts', 'src/script/rehearsal/target.ts', 'src/script: commands imports upwards only'],
  ['src/script/rehearsal/planted-index.ts', 'src/script/index.ts', 'src/script: rehearsal imports upwards only'],
  ['src/script/repair/planted.ts', 'src/script/analysis/target.ts', 'src/script: repair imports upwards only'],
  ['src/script/analysis/planted.ts', 'src/script/index.ts', 'src/script: analysis imports upwards only'],

  ['src/script/commands/command.ts', 'src/script/commands/kit/target.ts', 'src/script/commands: command.ts imports upwards only'],
  ['src/script/commands/kit/planted-files.ts', 'src/script/commands/files/target.ts', 'src/script/commands: kit imports upwards only'],
  ['src/script/commands/files/planted.ts', 'src/script/commands/sql/target.ts', 'src/script/commands: files imports upwards only'],
  ['src/script/commands/sql/planted.ts', 'src/script/commands/databases/target.ts', 'src/script/commands: sql imports upwards only'],
  ['src/script/commands/keys/planted.ts', 'src/script/commands/system/target.ts', 'src/script/commands: keys imports upwards only'],
  ['src/script/commands/system/planted.ts', 'src/script/commands/shells/target.ts', 'src/script/commands: system imports upwards only'],
  ['src/script/commands/shells/planted.ts', 'src/script/commands/git/target.ts', 'src/script/commands: shells imports upwards only'],
  ['src/script/commands/archives/planted.ts', 'src/script/commands/text/target.ts', 'src/script/commands: archives imports upwards only'],
  ['src/script/commands/downloads/planted.ts', 'src/script/commands/git/target.ts', 'src/script/commands: downloads imports upwards only'],
  ['src/script/commands/git/planted.ts', 'src/script/commands/databases/target.ts', 'src/script/commands: git imports upwards only'],
  [
    'src/script/commands/databases/planted.ts',
    'src/script/commands/services/target.ts',
    'src/script/commands: databases imports upwards only',
  ],
  ['src/script/commands/services/planted.ts', 'src/script/commands/text/target.ts', 'src/script/commands: services imports upwards only'],
  ['src/script/commands/text/planted.ts', 'src/script/commands/catalogue.ts', 'src/script/commands: text imports upwards only'],

  ['src/startup/scenario/planted.ts', 'src/startup/node/target.ts', 'src/startup: scenario imports upwards only'],
  ['src/startup/api-server/planted.ts', 'src/startup/node/target.ts', 'src/startup: api-server imports upwards only'],
  ['src/startup/node/planted.ts', 'src/startup/kubelet/target.ts', 'src/startup: node imports upwards only'],
  ['src/startup/timeline/planted.ts', 'src/startup/picture/target.ts', 'src/startup: timeline imports upwards only'],
  ['src/startup/status/planted.ts', 'src/startup/kubelet/target.ts', 'src/startup: status imports upwards only'],
  ['src/startup/picture/planted.ts', 'src/startup/kubelet/target.ts', 'src/startup: picture imports upwards only'],
  ['src/startup/kubelet/planted.ts', 'src/startup/play/target.ts', 'src/startup: kubelet imports upwards only'],
  ['src/startup/play/planted.ts', 'src/startup/restore/target.ts', 'src/startup: play imports upwards only'],

  ['src/server/bounds/planted.ts', 'src/server/observe/target.ts', 'src/server: bounds imports upwards only'],
  ['src/server/observe/planted.ts', 'src/server/keepers/target.ts', 'src/server: observe imports upwards only'],
  ['src/server/registry-prober/planted.ts', 'src/server/keepers/target.ts', 'src/server: registry-prober imports upwards only'],
  ['src/server/keepers/planted.ts', 'src/server/certificates/target.ts', 'src/server: keepers imports upwards only'],
  ['src/server/certificates/planted.ts', 'src/server/ports.ts', 'src/server: certificates imports upwards only'],
  ['src/server/analysis/planted.ts', 'src/server/ports.ts', 'src/server: analysis imports upwards only'],
  ['src/server/ports.ts', 'src/server/state.ts', 'src/server: ports.ts imports upwards only'],
  ['src/server/state.ts', 'src/server/http/target.ts', 'src/server: state.ts imports upwards only'],
  ['src/server/self-test.ts', 'src/server/http/target.ts', 'src/server: self-test.ts imports upwards only'],
  ['src/server/http/planted-route.ts', 'src/server/routes/target.ts', 'src/server: http imports upwards only'],
  ['src/server/routes/planted.ts', 'src/server/app.ts', 'src/server: routes imports upwards only'],
  ['src/server/app.ts', 'src/server/server.ts', 'src/server: app.ts imports upwards only'],

  ['web/link/planted.ts', 'web/engine/target.ts', 'web: link imports upwards only'],
  ['web/engine/planted.ts', 'web/page/target.ts', 'web: engine imports upwards only'],
  ['web/page/planted.ts', 'web/build/target.ts', 'web: page imports upwards only'],
  ['web/build/planted.ts', 'web/vite.config.ts', 'web: build imports upwards only'],
  ['web/vite.config.ts', 'web/virtual-modules.d.ts', 'web: vite.config.ts imports upwards only'],
  ['web/new-room/planted.ts', 'web/link/target.ts', 'web: every file has its room'],
  ['src/cli/planted-page.ts', 'web/page/target.ts', 'src-never-imports-the-playground'],
  ['web/engine/planted-server.ts', 'src/server/ports.ts', 'the-worker-uses-only-the-core'],
  ['web/engine/planted-node.ts', 'node:fs', 'the-page-has-no-node-modules'],
  ['web/page/planted-engine.ts', 'src/library/target.ts', 'the-page-leaves-the-engine-to-its-worker'],
  ['web/page/planted-package.ts', 'tap', 'only-packages-of-the-page'],

  ['src/new-folder/planted.ts', 'src/model/target.ts', 'every-folder-has-its-place'],
  ['src/script/new-room/planted.ts', 'src/script/limits.ts', 'src/script: every file has its room'],
  ['src/script/commands/new-room/planted.ts', 'src/script/commands/command.ts', 'src/script/commands: every file has its room'],
  ['src/startup/planted.ts', 'src/startup/node/target.ts', 'src/startup: every file has its room'],
  ['src/server/planted.ts', 'src/server/ports.ts', 'src/server: every file has its room'],
  ['src/script/shape/planted-value.ts', 'src/script/value/target.ts', 'shape-reads-only-syntax'],
  ['src/script/commands/files/planted-shell.ts', 'src/script/shell/target.ts', 'commands-never-see-the-interpreter'],
  ['src/script/commands/files/planted-machine.ts', 'src/script/machine/machine.ts', 'only-shells-get-the-machine'],
  ['src/script/commands/files/planted-shell-state.ts', 'src/script/machine/shell-state.ts', 'only-shells-get-the-machine'],
  ['src/script/shell/planted-command.ts', 'src/script/commands/files/target.ts', 'the-interpreter-gets-the-catalogue-as-a-value'],
  ['src/script/commands/services/planted-git.ts', 'src/script/commands/git/target.ts', 'commands-import-no-other-section'],
  ['src/script/commands/git/planted-archive.ts', 'src/script/commands/archives/target.ts', 'only-text-imports-archives'],
  ['src/script/shape/planted-parser.ts', 'unbash', 'only-the-parser-knows-unbash'],
  ['src/rules/planted.ts', 'src/script/rehearsal/target.ts', 'scripts-are-read-through-their-index'],
  ['src/policy/planted-clock.ts', 'node:fs', 'core-is-pure'],
  ['src/inspect/planted-server.ts', 'fastify', 'core-has-no-server-packages'],
  ['src/cli/planted-library.ts', 'src/library/target.ts', 'the-library-is-only-a-face'],
  ['src/model/one.ts', 'src/model/two.ts', 'no-cycles'],
  ['src/model/two.ts', 'src/model/one.ts', null],
  ['src/cluster/planted-missing.ts', 'src/cluster/missing.ts', 'nothing-unresolved'],
  ['src/cli/planted-dev.ts', 'tap', 'only-bundled-packages'],
]

/** Two forms of an import: type stripping keeps the first and erases the second, which is on the last line of its file. */
const forms = {
  import: (specifier: string) => `import { value } from '${specifier}'\nexport const planted = value\n`,
  'export type … from at the end': (specifier: string) => `export const planted = 1\n\nexport type { Value } from '${specifier}'`,
}

/** Rules about code at run time, which allow type imports. */
const allowsTypes: ReadonlySet<string> = new Set(['no-cycles', 'core-has-no-server-packages', 'the-page-leaves-the-engine-to-its-worker'])

interface Cruise {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] }
}

/** Runs dependency-cruiser with the project's rules on a tree that contains only the violations. @returns `FILE: RULE` of each report */
async function reports(form: (specifier: string) => string): Promise<ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-imports-'))
  try {
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const texts = new Map<string, string>()
    const isOwn = (to: string): boolean => /^(src|web)\//.test(to)
    for (const [, to, rule] of violations) {
      if (isOwn(to) && rule !== 'nothing-unresolved') texts.set(to, 'export const value = 1\nexport type Value = number\n')
    }
    for (const [from, to] of violations) {
      const specifier = isOwn(to) ? `./${relative(dirname(from), to)}` : to
      texts.set(from, `${texts.get(from) ?? ''}${form(specifier).replaceAll('planted', `planted${texts.size}`)}\n`)
    }
    for (const [file, text] of texts) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const { summary } = JSON.parse(await cruise(folder)) as Cruise
    return new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function cruise(folder: string): Promise<string> {
  const program = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26 }
    execFile(
      process.execPath,
      [program, '--config', configFile, '--output-type', 'json', 'src', 'web'],
      options,
      (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr, { cause: error }))
        else resolve(stdout)
      },
    )
  })
}

for (const [name, form] of Object.entries(forms)) {
  t.test(`every planted violation is reported: ${name}`, async (t) => {
    const found = await reports(form)
    const expected = violations.filter(([, , rule]) => rule !== null && (form === forms.import || !allowsTypes.has(rule)))
    t.strictSame(
      expected.map(([from, , rule]) => `${from}: ${rule}`).filter((line) => !found.has(line)),
      [],
    )
  })
}

t.test('every rule has a planted violation', async (t) => {
  const planted = new Set(violations.map(([, , rule]) => rule).filter((rule) => rule !== null))
  t.strictSame([...planted].sort(), forbidden.map(({ name }) => name).sort())
})
