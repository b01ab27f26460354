import t from 'tap'
import { lintInputs } from '../../src/inspect/index.ts'
import { createRegistry } from '../../src/lint/registry.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

function policyOf(text = '') {
  const { policy } = readPolicy([{ file: 'p', text: `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${text}` }], registry, { id: 'p' })
  if (policy === undefined) throw new Error('no policy')
  return policy
}

function lint(text: string, policyText = '', running = registry) {
  const policy = policyOf(policyText)
  const options = { policy, registry: running, allRules: registry, namespace: 'default', now: 0, docsBase: '' }
  const { diagnostics, notices } = lintInputs([{ file: 'a.yaml', text }], options)
  const silenced = diagnostics.filter(({ exempted }) => exempted !== undefined)
  return {
    /** `RULE CONTAINER` of what is silenced, in the order of the rules. */
    silenced: silenced.map(({ rule, container }) => `${rule} ${container}`),
    reasons: silenced.map(({ exempted }) => exempted),
    left: diagnostics.filter(({ exempted }) => exempted === undefined).map(({ rule, container }) => `${rule} ${container}`),
    notices: notices.map(({ line, message }) => ({ line, message })),
  }
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: one
      image: nginx
    - name: two
      image: redis
`
const reason = 'image-latest: ok'

/** The pod with a text at the end of a line (from 1), or as a line of its own before it. */
function trailing(line: number, text: string, base = pod): string {
  return base
    .split('\n')
    .map((each, index) => (index + 1 === line ? `${each} ${text}` : each))
    .join('\n')
}
function above(line: number, text: string, base = pod): string {
  return base
    .split('\n')
    .flatMap((each, index) => (index + 1 === line ? [`${/^ */.exec(each)?.[0] ?? ''}${text}`, each] : [each]))
    .join('\n')
}

t.test('on the line of a finding, or on the line above it', async (t) => {
  for (const text of [trailing(7, `# initlint-ignore ${reason}`), above(7, `# initlint-ignore ${reason}`)]) {
    const { silenced, left, notices, reasons } = lint(text)
    t.strictSame(silenced, ['image-latest one'], text)
    t.ok(left.includes('image-latest two'))
    t.strictSame(notices, [])
    t.match(reasons, [{ by: /comment in line 7/, reason: 'ok' }])
  }
})

t.test('a comment covers what begins on its line: a container, a list, the object', async (t) => {
  const mark = `# initlint-ignore ${reason}`
  const both = ['image-latest one', 'image-latest two']
  for (const [text, expected] of [
    [above(6, mark), ['image-latest one']],
    [trailing(6, mark), ['image-latest one']],
    [above(8, mark), ['image-latest two']],
    [above(5, mark), both],
    [trailing(4, mark), both],
    [above(1, mark), both],
    [trailing(1, mark), both],
    [`# a\n\n# initlint-ignore ${reason}\n# b\n---\n${pod}`, both],
    [above(3, mark), []],
    [above(2, mark), []],
  ] as const) {
    const { silenced, notices } = lint(text)
    t.strictSame(silenced, expected, text)
    t.equal(notices.length, expected.length === 0 ? 1 : 0, text)
  }
})

t.test('one item of a List, one of several documents', async (t) => {
  const list = `apiVersion: v1\nkind: List\nitems:\n# initlint-ignore ${reason}\n- ${pod.replaceAll('\n', '\n  ').trimEnd()}\n- ${pod.replaceAll('\n', '\n  ').trimEnd()}\n`
  t.strictSame(lint(list).silenced, ['image-latest one', 'image-latest two'])
  t.strictSame(lint(`${pod}---\n# initlint-ignore ${reason}\n${pod}`).silenced, ['image-latest one', 'image-latest two'])
  const atEnd = lint(`${pod}# initlint-ignore ${reason}\n---\n${pod}`)
  t.strictSame(atEnd.silenced, [])
  t.match(atEnd.notices, [{ line: 10, message: /silences nothing/ }])
})

t.test('several rules, and a container', async (t) => {
  const several = lint(above(1, '# initlint-ignore image-latest, pull-policy-defaulted/two : both, for a reason'))
  t.strictSame(several.silenced, ['image-latest one', 'image-latest two', 'pull-policy-defaulted two'])
  t.match(several.reasons[0], { reason: 'both, for a reason' })
  t.strictSame(lint(trailing(7, '# see x # initlint-ignore: image-latest: ok')).silenced, ['image-latest one'])
})

t.test('the manifest keeps its findings if the comment has no reason, no rule, an unknown rule, or is not needed', async (t) => {
  for (const [comment, message] of [
    ['# initlint-ignore image-latest', /gives no reason for image-latest/],
    ['# initlint-ignore image-latest:  ', /gives no reason/],
    ['# initlint-ignore', /gives no reason/],
    ['# initlint-ignore image-lates: x', /"image-lates", which is not a rule; did you mean image-latest\?/],
    ['# initlint-ignore init-half-done: x', /it is now init-not-atomic/],
    ['# initlint-ignore : x', /gives no reason for x/],
    ['# initlint-ignore pull-never: x', /silences nothing/],
    ['# initlint-ignore image-latest/two: x', /silences nothing/],
  ] as const) {
    const { silenced, notices } = lint(trailing(7, comment))
    t.strictSame(silenced, [], comment)
    t.match(notices, [{ line: 7, message }], comment)
    t.equal(notices.length, 1)
  }
})

t.test('other comments are none of ours', async (t) => {
  for (const comment of [
    '# use initlint-ignore for that',
    '# initlint-ignored image-latest: x',
    '# initlint-expect: warn image-latest',
    '# ignore',
  ])
    t.strictSame(lint(trailing(7, comment)).notices, [], comment)
})

t.test('a string and a block scalar of YAML hold no comment', async (t) => {
  const text = pod.replace(
    'metadata: {name: web}',
    `metadata:\n  name: web\n  annotations:\n    a: "# initlint-ignore ${reason}"\n    b: |\n      # initlint-ignore ${reason}`,
  )
  const { silenced, notices } = lint(text)
  t.strictSame(silenced, [])
  t.strictSame(notices, [])
})

t.test('a denial is not silenced, and the author is told; audit and fix are', async (t) => {
  const text = trailing(7, `# initlint-ignore ${reason}`)
  for (const rules of ['{image-latest: deny}', '{image-latest: {action: deny, ignorable: true}}']) {
    const denied = lint(text, `rules: ${rules}\n`)
    t.strictSame(denied.silenced, [], rules)
    t.match(denied.notices, [{ line: 7, message: /denies/ }])
  }
  t.strictSame(lint(text, 'rules: {image-latest: audit}\n').silenced, ['image-latest one'])
  t.strictSame(lint(trailing(7, '# initlint-ignore pull-policy-defaulted: x'), 'rules: {pull-policy-defaulted: fix}\n').silenced, [
    'pull-policy-defaulted one',
  ])
})

t.test('annotations.allow: false disables comments as well', async (t) => {
  const { silenced, notices } = lint(trailing(7, `# initlint-ignore ${reason}`), 'annotations: {allow: false}\n')
  t.strictSame(silenced, [])
  t.match(notices, [{ line: 7, message: /annotations\.allow/ }])
  t.equal(notices.length, 1)
})

t.test('a comment for a rule that does not run is not reported as unused', async (t) => {
  const text = trailing(7, '# initlint-ignore pull-never: x')
  t.strictSame(lint(text, 'rules: {pull-never: off}\n').notices, [])
  const others = createRegistry(registry.rules.filter(({ meta }) => meta.id !== 'pull-never'))
  t.strictSame(lint(text, '', others).notices, [])
  t.equal(lint('apiVersion: v1\nkind: Service # initlint-ignore pull-never: x\n').notices.length, 1, 'an object without pods')
})

t.test('what a silenced finding would have absorbed is reported', async (t) => {
  const latest = pod.replace('image: nginx', 'image: nginx:latest\n      imagePullPolicy: Never')
  const policy = 'rules: {image-latest: warn, pull-never: warn}\n'
  const rules = (text: string): string[] =>
    [...lint(text, policy).left, ...lint(text, policy).silenced].filter((found) => found.endsWith(' one'))
  const marked = rules(above(1, '# initlint-ignore image-latest: x', latest))
  t.ok(rules(latest).every((found) => marked.includes(found)))
})

const script = (lines: readonly string[]): string => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: d, emptyDir: {}}]
  containers: [{name: app, image: "app.example/app:1", volumeMounts: [{name: d, mountPath: /d}]}]
  initContainers:
    - name: init
      image: alpine/git:1.0
      volumeMounts: [{name: d, mountPath: /d}]
      command:
        - sh
        - -ec
        - |
${lines.map((line) => `          ${line}`).join('\n')}
`
const rerun = 'init-not-idempotent'

t.test('in a script: on the line of the command, or above it', async (t) => {
  for (const lines of [
    ['echo', `mkdir /d/a # initlint-ignore ${rerun}: ok`],
    ['echo', `# initlint-ignore ${rerun}: ok`, '# more', 'mkdir /d/a'],
    ['echo', `  mkdir /d/a;# initlint-ignore ${rerun}/init: ok`],
  ]) {
    const { silenced, left, notices } = lint(script(lines))
    t.strictSame(silenced, [`${rerun} init`], lines.join('\n'))
    t.notOk(left.includes(`${rerun} init`))
    t.strictSame(notices, [])
  }
  t.strictSame(lint(above(14, `# initlint-ignore ${rerun}: ok`, script(['mkdir /d/a', 'mkdir /d/b']))).silenced, [`${rerun} init`])
})

t.test('a comment on one command of a script silences no other command', async (t) => {
  for (const lines of [
    [`echo a >> /d/a # initlint-ignore ${rerun}: ok`, `ssh-keygen -f /d/key -N ''`],
    ['echo a >> /d/a', `ssh-keygen -f /d/key -N '' # initlint-ignore ${rerun}: ok`],
  ]) {
    const { silenced, left, notices } = lint(script(lines))
    t.ok(left.includes(`${rerun} init`), lines.join('\n'))
    t.strictSame(silenced, [`${rerun} init`])
    t.strictSame(notices, [])
  }
})

t.test('in a script: notices have the line in the file', async (t) => {
  const { notices } = lint(script(['echo', '# initlint-ignore init-not-atomic', '# initlint-ignore pull-never: x', 'mkdir /d/a']))
  t.match(notices, [
    { line: 16, message: /gives no reason/ },
    { line: 17, message: /silences nothing/ },
  ])
  t.equal(notices.length, 2)
})

t.test('in a script of a ConfigMap', async (t) => {
  const text = script([])
    .replace('        - |\n\n', '        - . /s/run.sh\n')
    .replace('volumes: [', 'volumes: [{name: s, configMap: {name: s}}, ')
    .replace(
      'volumeMounts: [{name: d, mountPath: /d}]\n      command',
      'volumeMounts: [{name: d, mountPath: /d}, {name: s, mountPath: /s}]\n      command',
    )
    .replace('        - -ec\n        - . /s/run.sh', '        - /s/run.sh')
  const configMap = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n  run.sh: |\n    set -e\n    mkdir /d/a # initlint-ignore ${rerun}: ok\n`
  const { silenced, notices } = lint(`${text}${configMap}`)
  t.strictSame(silenced, [`${rerun} init`])
  t.strictSame(notices, [])
})

t.test('work is bounded: thousands of comments on one line, and of findings', async (t) => {
  const comments = Array.from({ length: 3000 }, (_, index) => `# initlint-ignore image-latest/c${index}: x\n`).join('')
  const containers = Array.from({ length: 1500 }, (_, index) => `    - {name: c${index}, image: nginx}\n`).join('')
  const { silenced, notices } = lint(
    `${comments}${pod.slice(0, pod.indexOf('    - name'))}${containers}`,
    'rules: {pull-policy-defaulted: off}\n',
  )
  t.equal(silenced.length, 1000)
  t.ok(notices.length <= 100)
})
