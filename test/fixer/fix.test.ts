/** Fixes of generated manifests: nothing but the pull policies and the scripts changes, and a second run changes nothing. */
import t from 'tap'
import { faultOf } from '../../src/fixer/check.ts'
import { fixInputs } from '../../src/fixer/index.ts'
import { forPeople, type Input, lintInputs } from '../../src/inspect/index.ts'
import { readManifest } from '../../src/manifest/index.ts'
import * as fc from '../support/properties.ts'
import { damage, fix, optionsFor, strictest } from './fixing.ts'

const digest = `sha256:${'a'.repeat(64)}`
const images = fc.constantFrom(
  'nginx',
  'nginx:1.27',
  `nginx:latest@${digest}`,
  'always.example/a:1',
  'ghcr.io/a/b:1',
  `q.example/a@${digest}`,
)
const policies = fc.constantFrom(undefined, undefined, 'Always', 'IfNotPresent', 'Never', '""', "'Always'", '"IfNotPresent"')
const comments = fc.constantFrom('', '', ' # why', ' # 🙂 {{}', '   #', ` # ${'long '.repeat(60)}`, ' #\ttab')
const scripts = fc.constantFrom(
  undefined,
  'mkdir /d/x',
  'mkdir /d/🙂 && ln -s /a /d/b',
  'set -e\n# make it\nmkdir /d/x\ncp /a /d/y\nmv /d/y /d/z\n',
)

/** One container as lines: an item of a sequence with an indentation of two. */
const container = fc
  .record({
    image: images,
    policy: policies,
    comment: comments,
    script: scripts,
    style: fc.constantFrom('block', 'block', 'image first', 'flow', 'long flow', 'json', 'quoted keys'),
    anchor: fc.constantFrom('', '', '', '&c'),
    alias: fc.boolean(),
  })
  .map(({ image, policy, comment, script, style, anchor, alias }) => {
    const mounts = '[{name: d, mountPath: /d}]'
    const command = script === undefined ? [] : [`command: [sh, -c, ${JSON.stringify(script)}]`]
    const set = policy === undefined ? [] : [`imagePullPolicy: ${policy}`]
    const json = {
      image,
      ...(policy === undefined ? {} : { imagePullPolicy: policy.replaceAll(/['"]/g, '') }),
      ...(script === undefined ? {} : { command: ['sh', '-c', script] }),
      name: 'NAME',
      volumeMounts: [{ name: 'd', mountPath: '/d' }],
    }
    const own = anchor === '' ? '' : `${anchor}NAME `
    const after = anchor !== '' && alias ? [`- *cNAME`] : []
    const pairs = [`image: ${image}`, ...set, ...command, 'name: NAME', `volumeMounts: ${mounts}`]
    switch (style) {
      case 'flow':
        return [`- ${own}{${pairs.join(', ')}}${comment}`, ...after]
      case 'long flow':
        return [`- ${own}{`, ...pairs.map((pair) => `    ${pair},${comment}`), '  }', ...after]
      case 'json':
        return [`- ${own}${JSON.stringify(json)}${comment}`, ...after]
      case 'quoted keys':
        return [
          `- ${own.trimEnd()}${own === '' ? '"name": "NAME"' : ''}`,
          ...(own === '' ? [] : ['  "name": "NAME"']),
          `  "image": "${image}"${comment}`,
          ...after,
        ]
      default: {
        const block = script?.includes('\n')
          ? [
              'command:',
              '- sh',
              '- -c',
              `- |${comment}`,
              ...script
                .trimEnd()
                .split('\n')
                .map((line) => `  ${line}`),
            ]
          : command
        const fields = [
          `image: ${image}${comment}`,
          `# between${comment}`,
          ...set.map((one) => `${one}${comment}`),
          ...block,
          `volumeMounts: ${mounts}`,
        ]
        const lines = style === 'image first' ? [...fields, 'name: NAME'] : ['name: NAME', ...fields]
        if (own !== '') return [`- ${own.trimEnd()}`, ...lines.map((line) => `  ${line}`), ...after]
        return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)
      }
    }
  })

const manifest = fc
  .record({
    inits: fc.array(container, { maxLength: 3 }),
    apps: fc.array(container, { minLength: 1, maxLength: 3 }),
    crlf: fc.boolean(),
    bom: fc.boolean(),
    ends: fc.boolean(),
    before: comments,
    kind: fc.constantFrom('Pod', 'Deployment'),
  })
  .map(({ inits, apps, crlf, bom, ends, before, kind }) => {
    let number = 0
    const list = (name: string, items: readonly (readonly string[])[], indent: string) =>
      items.length === 0
        ? []
        : [`${indent}${name}:${before}`, ...items.flatMap((lines) => named(lines, `c${number++}`).map((line) => `${indent}${line}`))]
    const spec = (indent: string) => [
      ...list('initContainers', inits, indent),
      ...list('containers', apps, indent),
      `${indent}volumes: [{name: d, emptyDir: {}}]`,
    ]
    const metadata = 'metadata: {name: 🙂, labels: {a: b}}'
    const lines =
      kind === 'Pod'
        ? ['apiVersion: v1', 'kind: Pod', metadata, 'spec:', ...spec('  ')]
        : [
            'apiVersion: apps/v1',
            'kind: Deployment',
            metadata,
            'spec:',
            '  selector: {matchLabels: {a: b}}',
            '  template:',
            `    ${metadata}`,
            '    spec:',
            ...spec('      '),
          ]
    const text = ['# top', ...lines, '---', 'a: &x 1', 'b: *x'].join(crlf ? '\r\n' : '\n')
    return `${bom ? '\uFEFF' : ''}${text}${ends ? (crlf ? '\r\n' : '\n') : ''}`
  })

function named(lines: readonly string[], name: string): readonly string[] {
  return lines.map((line) => line.replaceAll('NAME', name))
}

t.test('generated manifests: only pull policies and scripts change, no comment is lost, and a second run changes nothing', async (t) => {
  const counts = { changed: 0, policies: 0, scripts: 0 }
  fc.assert(
    fc.property(manifest, (text) => {
      if (readManifest(text).errors.length > 0) throw new Error(JSON.stringify(readManifest(text).errors))
      const { inputs, fixed, faults } = fix([{ file: 'a.yaml', text }])
      const after = inputs[0]?.text ?? ''
      if (faults.length > 0) throw new Error(faults[0]?.message)
      const wrong = damage(text, after)
      if (wrong !== undefined) throw new Error(`${wrong}\n${after}`)
      const again = fix(inputs)
      if (again.fixed.size > 0) throw new Error(`a second run changes\n${after}\nto\n${again.inputs[0]?.text}`)
      if (after !== text) counts.changed++
      for (const { to } of fixed.get(0) ?? []) counts[to === undefined ? 'scripts' : 'policies']++
    }),
    { numRuns: 150 },
  )
  t.ok(counts.changed > 90 && counts.policies > 150 && counts.scripts > 20, JSON.stringify(counts))
})

const pod = (containers: string, file = 'a.yaml'): Input => ({
  file,
  text: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${containers}`,
})
const fixable = pod('  - name: a\n    image: nginx:1.27\n    imagePullPolicy: Always\n')

t.test('the scope: pull policies, or scripts, too; never exempted findings', async (t) => {
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  volumes: [{name: d, emptyDir: {}}]\n  initContainers:\n  - name: i\n    image: nginx:1.27\n    imagePullPolicy: Always\n    command: [sh, -c, mkdir /d/x]\n    volumeMounts: [{name: d, mountPath: /d}]\n  containers: [{name: a, image: "nginx:1.27"}]\n'
  const policies = text.replace('Always', 'IfNotPresent')
  const textOf = (...options: readonly [policy: string, scope: 'pull-policies' | 'all']) =>
    fix([{ file: 'a.yaml', text }], ...options).inputs[0]?.text
  t.equal(textOf(strictest, 'pull-policies'), policies)
  t.equal(textOf(strictest, 'all'), policies.replace('mkdir', 'mkdir -p'))
  t.equal(textOf(`${strictest}exemptions: [{rules: ["*"], reason: known}]\n`, 'all'), text)
})

t.test('an input that must not be changed stays as it is, and the others are fixed', async (t) => {
  const inputs = [fixable, { ...fixable, file: 'b.yaml' }]
  const options = optionsFor(strictest)
  const only: number[][] = []
  const { fixed, ...result } = fixInputs(inputs, lintInputs(inputs, options), {
    scope: 'all',
    mayFix: (index) => index === 1,
    lint: (texts, some) => {
      only.push([...some])
      return lintInputs(texts, { ...options, only: some })
    },
  })
  t.strictSame([...fixed.keys()], [1])
  t.equal(result.inputs[0], fixable)
  t.match(result.inputs[1]?.text, /IfNotPresent/)
  t.strictSame(only, [[1]], 'only what has changed is linted again')
})

t.test('edits that would change something else: the text stays as it is, and it is a fault', async (t) => {
  const options = optionsFor(strictest)
  const output = lintInputs([fixable], options)
  const wrong = {
    ...output,
    diagnostics: output.diagnostics.map((entry) => ({ ...entry, edits: [{ file: 'a.yaml', start: 0, end: 10, text: 'kind' }] })),
  }
  const { inputs, fixed, faults } = fixInputs([fixable], wrong, { scope: 'all', mayFix: () => true, lint: () => output })
  t.strictSame(inputs, [fixable])
  t.equal(fixed.size, 0)
  t.match(faults, [{ input: 0, entry: { rule: 'pull-always-fragile-registry' }, message: String }])
})

t.test('fixes that undo each other end', async (t) => {
  const output = lintInputs([fixable], optionsFor(strictest))
  const values = ['IfNotPresent', 'Always']
  let passes = 0
  const lint = ([input]: readonly Input[]) => {
    const value = values[passes++ % 2] ?? ''
    const end = (input?.text.length ?? 0) - 1
    const edits = [{ file: 'a.yaml', start: (input?.text.lastIndexOf(' ') ?? 0) + 1, end, text: value }]
    const change = { document: 0, base: '', pointer: '/spec/containers/0/imagePullPolicy', to: { value, from: null } }
    return {
      ...output,
      diagnostics: output.diagnostics.map((entry) => ({ ...entry, edits, [forPeople]: { ...entry[forPeople], change } })),
    }
  }
  const { inputs, faults } = fixInputs([fixable], lint([fixable]), { scope: 'all', mayFix: () => true, lint })
  t.equal(faults.length, 0)
  t.equal(passes, 51, 'one more than the maximum')
  t.equal(damage(fixable.text, inputs[0]?.text ?? ''), undefined)
})

t.test('the check of a changed text', async (t) => {
  const before = 'a: &x {b: c}\nd: *x\n---\ne: [f]\n'
  const changes = [
    { document: 0, pointer: '/d', value: 'g' },
    { document: 1, pointer: '/e/0', value: 'h' },
  ]
  t.equal(faultOf(before, before, []), undefined)
  t.equal(faultOf(before, 'a: {b: c} # new\nd: g\n---\ne: [h]\n', changes), undefined)
  t.type(faultOf(before, 'a: {b: c}\nd: g\n---\ne: [f]\n', changes), 'string', 'a missing change')
  t.type(faultOf(before, 'a: {b: d}\nd: g\n---\ne: [h]\n', changes), 'string', 'another change')
  t.type(
    faultOf('a: &x {b: c}\nd: *x\n', 'a: &x {b: e}\nd: *x\n', [{ document: 0, pointer: '/d/b', value: 'e' }]),
    'string',
    'through an alias',
  )
  t.type(faultOf(before, 'a: {b: c}\nd: g\n', changes), 'string', 'a missing document')
  t.type(faultOf('a: b\n', 'a: b\n---\n%x\n', []), 'string', 'a new error')
  t.type(faultOf('a: b\n', 'a: c\na: b\n', []), 'string', 'a repeated key')
})
