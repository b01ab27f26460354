/** `initlint lsp` with a real client over standard input and output. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { maxUnits } from '../../src/cli/lsp/check.ts'
import { lintJson, writeFiles } from '../cli/fake-io.ts'
import { applied, Editor } from './client.ts'

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: nginx
`

const script = `apiVersion: v1
kind: Pod
metadata:
  name: fetch
spec:
  initContainers:
    - name: fetch
      image: alpine/git:2.49.1
      command: [sh, -ec]
      args:
        - |
          git clone https://git.example/shop.git /src/shop
      volumeMounts:
        - { name: src, mountPath: /src }
  containers:
    - name: shop
      image: registry.example/shop:2.1
  volumes:
    - name: src
      emptyDir: {}
`

async function editor(t: Test, files: Readonly<Record<string, string>> = {}, argv: readonly string[] = []): Promise<Editor> {
  const directory = t.testdir()
  writeFiles(directory, { '.git/HEAD': '', ...files })
  const started = new Editor(directory, argv)
  t.teardown(() => started.stop())
  const { capabilities, serverInfo } = await started.start()
  t.match(capabilities, { textDocumentSync: { openClose: true, change: 2 }, hoverProvider: true, codeActionProvider: {} })
  t.equal(serverInfo?.name, 'initlint')
  return started
}

const codes = (diagnostics: readonly { readonly code?: unknown }[]) => diagnostics.map(({ code }) => code)

t.test('diagnostics are the findings of lint, and follow what is typed', async (t) => {
  const client = await editor(t, { 'pod.yaml': pod })
  const first = await client.open('pod.yaml', pod)
  const { output } = await lintJson(client.directory, 'pod.yaml')
  const shown = output.diagnostics.filter(({ action }: { action: string }) => action !== 'audit')
  t.same(
    first.filter(({ severity }) => severity !== 4).map(({ code, message, range }) => [code, message, range.start, range.end]),
    shown.map(({ rule, message, line, column, endLine, endColumn }: Record<string, number>) => [
      rule,
      message,
      { line: Number(line) - 1, character: Number(column) - 1 },
      { line: Number(endLine) - 1, character: Number(endColumn) - 1 },
    ]),
  )
  t.match(first[0], { code: 'image-latest', severity: 2, source: 'initlint', codeDescription: { href: /image-latest\.md$/ } })
  // Appends a tag to the image.
  const at = { line: 7, character: '      image: nginx'.length }
  const second = await client.change('pod.yaml', ':1.27.3', { start: at, end: at })
  t.notOk(codes(second).includes('image-latest'))
  t.same(await client.close('pod.yaml'), [], 'closing removes them')
  t.equal(await client.exit(), 0)
  t.equal(client.stderr, '')
})

t.test('a broken document is one diagnostic, and the server goes on', async (t) => {
  const client = await editor(t)
  const broken = await client.open('pod.yaml', `${pod}  bad: [\n`)
  t.equal(broken.length, 1)
  t.match(broken[0], { severity: 1, source: 'initlint' })
  t.match(codes(await client.change('pod.yaml', pod)), ['image-latest'])
  for (const text of ['', '- just\n- a list\n', 'name: compose\nname: twice\nservices: {}\n', 'a: !Ref b\n'])
    t.same(await client.change('pod.yaml', text), [], JSON.stringify(text))
  for (const text of ['\u0000', '\ud800', 'a: [', '['.repeat(10_000)])
    t.match(await client.change('pod.yaml', text), [{ severity: 2, message: /^invalid YAML/ }], JSON.stringify(text.slice(0, 20)))
  const template = await client.change('pod.yaml', pod.replace('nginx', '{{ .Values.image }}').replace('spec:', 'spec: {{ if }}'))
  t.match(template, [{ severity: 3, message: /^not checked: it is a template/ }])
  t.match(codes(await client.change('pod.yaml', pod)), ['image-latest'])
})

t.test('a document that is too large is one diagnostic, and the server goes on', async (t) => {
  const client = await editor(t)
  const large = await client.open('pod.yaml', `${pod}${'#'.repeat(maxUnits)}`)
  t.match(large, [{ severity: 1, message: /larger than 1 MiB/ }])
  t.same(await client.hover('pod.yaml', 7, 15), null)
  t.same(await client.actions('pod.yaml', { start: { line: 7, character: 15 }, end: { line: 7, character: 15 } }), [])
  t.match(codes(await client.change('pod.yaml', pod)), ['image-latest'])
})

t.test('hover shows the finding, what kubectl will show, and the page of the rule', async (t) => {
  const client = await editor(t)
  await client.open('pod.yaml', script)
  const hover = await client.hover('pod.yaml', 11, 14)
  const text = (hover?.contents as { readonly value: string } | undefined)?.value ?? ''
  t.match(hover?.range?.start, { line: 11 })
  t.match(text, /^\[init-not-idempotent\]\(https:/)
  t.match(text, /What kubectl will show[\s\S]*AFTER +STATUS/)
  t.match(text, /pod\/fetch, if everything works: runs/)
  t.match(text, /\n## Why\n/)
  t.notMatch(text, /!\[|\]\((?!https?:|#)/, 'no pictures, no relative links')
  t.equal(await client.hover('pod.yaml', 0, 0), null)
})

t.test('texts of the manifest cannot become links of a hover', async (t) => {
  const client = await editor(t)
  await client.open('pod.yaml', pod.replace('image: nginx', "image: '```](command:x) [a](http://evil.example) nginx'"))
  const hover = await client.hover('pod.yaml', 7, 15)
  const [summary = ''] = ((hover?.contents as { readonly value: string } | undefined)?.value ?? '').split('\n---\n')
  const outside = summary.replace(/```text\n[\s\S]*?\n```/g, '')
  t.notMatch(outside, /evil|command:/)
})

t.test('code actions: the fix of a pull policy, tried before it is offered', async (t) => {
  const client = await editor(t)
  const text = pod.replace('nginx', `nginx@sha256:${'a'.repeat(64)}\n      imagePullPolicy: Always`)
  const [finding] = (await client.open('pod.yaml', text)).filter(({ code }) => String(code).startsWith('pull-always'))
  if (finding === undefined) throw new Error('no finding')
  const actions = await client.actions('pod.yaml', finding.range)
  const fix = actions.find(({ isPreferred }) => isPreferred === true)
  t.match(fix, { title: 'Set imagePullPolicy: IfNotPresent', kind: 'quickfix', diagnostics: [{ code: finding.code }] })
  const fixed = applied(text, fix)
  t.equal(fixed, text.replace('Always', 'IfNotPresent'))
  t.notOk(codes(await client.change('pod.yaml', fixed)).includes(finding.code))
})

t.test('code actions: the tried repair of a script', async (t) => {
  const client = await editor(t)
  const [finding] = await client.open('pod.yaml', script)
  if (finding === undefined) throw new Error('no finding')
  const fix = (await client.actions('pod.yaml', finding.range)).find(({ isPreferred }) => isPreferred === true)
  t.match(fix?.title, /^Fix the script: /)
  const fixed = applied(script, fix)
  t.not(fixed, script)
  t.notOk(codes(await client.change('pod.yaml', fixed)).includes('init-not-idempotent'))
})

t.test('code actions: a comment that silences the finding and no other one', async (t) => {
  const client = await editor(t)
  for (const [text, code] of [
    [pod, 'image-latest'],
    [pod.replaceAll('\n', '\r\n'), 'image-latest'],
    [script, 'init-not-idempotent'],
    [`${pod}    - {name: two, image: busybox}\n`, 'image-latest'],
  ] as const) {
    const before = await client.open('pod.yaml', text)
    const finding = before.find((each) => each.code === code)
    if (finding === undefined) throw new Error(`no ${code}`)
    const ignore = (await client.actions('pod.yaml', finding.range)).find(({ title }) => title.startsWith(`Ignore ${code}`))
    const ignored = applied(text, ignore)
    t.match(ignored, /# initlint-ignore /)
    const after = await client.change('pod.yaml', ignored)
    t.equal(after.length, before.length - 1, `${code}: one finding less`)
    t.equal(text.includes('\r\n'), !/[^\r]\n/.test(ignored), 'the ends of lines stay')
    await client.close('pod.yaml')
  }
})

t.test('code actions: no comment for JSON and for what the policy denies', async (t) => {
  const policy = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: recommended\nrules:\n  image-latest: deny\n'
  const client = await editor(t, { 'policy.yaml': policy, '.initlint.yaml': 'policy: policy.yaml\n' })
  for (const [name, text] of [
    ['pod.yaml', pod],
    [
      'pod.json',
      JSON.stringify(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'b', image: 'nginx' }] } },
        null,
        2,
      ),
    ],
  ] as const) {
    const [finding] = await client.open(name, text)
    if (finding === undefined) throw new Error('no finding')
    t.match(finding, { code: 'image-latest', severity: 1 })
    const actions = await client.actions(name, finding.range)
    t.same(
      actions.filter(({ title }) => name === 'pod.json' || title.includes('image-latest')),
      [],
      name,
    )
  }
})

t.test('the configuration and the policy of the directory apply, and changes of them when they are saved', async (t) => {
  const off = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: recommended\nrules:\n  image-latest: off\n'
  const client = await editor(t, {
    'k8s/policy.yaml': off,
    'k8s/.initlint.yaml': 'policy: policy.yaml\nexclude: [generated]\n',
    'other/.initlint.yaml': 'off: image-latest\n',
    'broken/.initlint.yaml': 'polcy: x\n',
  })
  t.match(codes(await client.open('pod.yaml', pod)), ['image-latest'])
  t.notOk(codes(await client.open('k8s/pod.yaml', pod)).includes('image-latest'), 'off by the policy')
  t.same(await client.open('k8s/generated/pod.yaml', pod), [], 'excluded')
  t.notOk(codes(await client.open('other/pod.yaml', pod)).includes('image-latest'), 'off by the configuration')
  t.match(await client.open('broken/pod.yaml', pod), [{ severity: 1, message: /polcy/ }])
  await client.open('k8s/policy.yaml', off)
  await client.open('broken/.initlint.yaml', 'polcy: x\n')
  writeFileSync(join(client.directory, 'k8s/policy.yaml'), off.replace('off', 'deny'))
  t.match(await client.save('k8s/policy.yaml', 'k8s/pod.yaml'), [{ code: 'image-latest', severity: 1 }])
  writeFileSync(join(client.directory, 'broken/.initlint.yaml'), '')
  t.match(codes(await client.save('broken/.initlint.yaml', 'broken/pod.yaml')), ['image-latest'])
})

t.test('--policy replaces the policy of the configuration; findings of a baseline are not shown', async (t) => {
  const client = await editor(t, { 'p.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: off\n' }, [
    '--stdio',
    '--policy',
    'p.yaml',
  ])
  t.same(await client.open('pod.yaml', pod), [])
  t.equal(await client.exit(), 0)

  const known = await editor(t, { 'k8s/pod.yaml': pod })
  await lintJson(known.directory, 'k8s', '--write-baseline', 'base.json')
  writeFileSync(join(known.directory, '.initlint.yaml'), 'baseline: base.json\n')
  t.same(
    (await known.open('k8s/pod.yaml', pod)).filter(({ severity }) => severity !== 4),
    [],
  )
  t.match(codes(await known.change('k8s/pod.yaml', `${pod}    - {name: new, image: redis}\n`)).includes('image-latest'), true)
})

t.test('bytes that are no message do not stop the server', async (t) => {
  const client = await editor(t)
  for (const bytes of ['Content-Length: 5\r\n\r\n{{{{{', 'Content-Length: 4\r\n\r\nnull']) client.raw(bytes)
  t.match(codes(await client.open('pod.yaml', pod)), ['image-latest'])
})

t.test('an unknown request is an error, and the server goes on', async (t) => {
  const client = await editor(t)
  await t.rejects(client.unknown(), { code: -32601 })
  t.equal(await client.hover('never-opened.yaml', 0, 0), null)
  t.match(codes(await client.open('pod.yaml', pod)), ['image-latest'])
})

t.test('exit codes: 0 after shutdown, 1 without it, also if the editor just disappears', async (t) => {
  t.equal(await (await editor(t)).exit(), 0)
  t.equal(await (await editor(t)).exit(false), 1)
  t.equal(await (await editor(t)).hangUp(), 1)
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts', 'lsp'], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.same([status, stderr.toString()], [1, ''], 'without standard input')
})

t.test('exit code 2 for wrong usage', (t) => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts', 'lsp', '--wrong'], { input: '' })
  t.equal(status, 2)
  t.match(stderr.toString(), '--wrong')
  t.end()
})
