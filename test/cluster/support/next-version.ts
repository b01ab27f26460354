/** A possible next version of initlint: with a rule that this version does not have, and a policy key that it does not know. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cleanup, root } from './control-plane.ts'

export const nextVersion = '99.0.0'
/** The rule of the next version: it reports containers with this name. */
export const newRule = { id: 'container-outdated', container: 'outdated' } as const
/** The policy key of the next version. */
export const newKey = 'seasons'

const ruleText = `import { defineRule } from '../../lint/rule.ts'
import { noOptions } from '../wording.ts'

export const rule = defineRule({
  meta: {
    id: '${newRule.id}',
    category: 'image',
    severity: 'warning',
    recommended: 'audit',
    fixKind: 'none',
    since: '${nextVersion}',
    summary: 'A container is named ${newRule.container}.',
    rationale: 'Such containers are obsolete.',
    remediation: 'Choose another name.',
    references: [],
    messages: { named: 'the name is obsolete; choose another one' },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload) {
    for (const container of workload.containers()) {
      if (container.name === '${newRule.container}') yield { messageId: 'named', subject: container, pointer: container.pointer, data: {} }
    }
  },
})
`

/** Creates the next version from a copy of this tree. @returns the path of its program */
export function createNextVersion(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-next-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const settings: object = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...settings, version: nextVersion }))
  mkdirSync(join(folder, 'src/rules', newRule.id))
  writeFileSync(join(folder, 'src/rules', newRule.id, 'rule.ts'), ruleText)
  edit(folder, 'src/rules/index.ts', /^export/m, `export { rule as newRule } from './${newRule.id}/rule.ts'\nexport`)
  edit(
    folder,
    'src/policy/read.ts',
    'withoutUnknownRules(source.tree, registry)',
    `withoutUnknownRules(withoutNewKey(source.tree), registry)`,
  )
  edit(
    folder,
    'src/policy/read.ts',
    /$/,
    `\nfunction withoutNewKey({ ${newKey}: _, ...tree }: LocatedDocument['tree']): LocatedDocument['tree'] {\n  return tree\n}\n`,
  )
  return join(folder, 'src/main.ts')
}

function edit(folder: string, file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`${file} has changed: the next version cannot be created from it`)
  writeFileSync(path, after)
}
