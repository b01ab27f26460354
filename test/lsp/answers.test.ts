import t from 'tap'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Io } from '../../src/cli/io.ts'
import { actionsAt } from '../../src/cli/lsp/actions.ts'
import { checkText } from '../../src/cli/lsp/check.ts'
import { diagnosticsOf } from '../../src/cli/lsp/diagnostics.ts'
import { hoverAt } from '../../src/cli/lsp/hover.ts'

const io: Io = {
  stdout: () => {},
  stdoutBytes: () => {},
  stderr: () => {},
  readStdin: async () => '',
  isTerminal: { stdin: false, stdout: false },
  env: {},
  cwd: '/nonexistent',
  now: () => 0,
}

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n'

/** The actions for the whole document, and how often it was checked for them. */
async function actionsIn(text: string) {
  const checked = await checkText({ path: null, text }, { policy: [], namespace: 'default' }, io)
  if (checked.kind !== 'checked') throw new Error(checked.kind)
  const document = TextDocument.create('untitled:a', 'yaml', 1, text)
  let checks = 0
  const counting = {
    ...checked,
    lint: (changed: string) => {
      checks++
      return checked.lint(changed)
    },
  }
  const whole = { start: { line: 0, character: 0 }, end: document.positionAt(text.length) }
  return { actions: actionsAt(whole, counting, document), checks }
}

t.test('a document that was never saved has actions, too', async (t) => {
  const { actions, checks } = await actionsIn(`${pod}    - {name: a, image: nginx}\n`)
  t.ok(actions.some(({ title }) => title === 'Ignore image-latest here with a comment'))
  t.ok(checks > 0)
})

t.test('many findings, and large documents, are checked a limited number of times for one menu', async (t) => {
  const many = Array.from({ length: 200 }, (_, index) => `    - {name: c${index}, image: nginx}\n`).join('')
  t.ok((await actionsIn(pod + many)).checks <= 20)
  const large = await actionsIn(`${pod}    - {name: a, image: nginx}\n${`# ${'x'.repeat(98)}\n`.repeat(10_000)}`)
  t.ok(large.checks <= 4, `${large.checks} checks`)
})

t.test('a hover in a long document predicts the start of the object at the cursor', async (t) => {
  const pods = Array.from({ length: 2000 }, (_, index) => `${pod.replace('web', `web-${index}`)}    - {name: a, image: nginx}\n`)
  const text = pods.join('---\n')
  const checked = await checkText({ path: null, text }, { policy: [], namespace: 'default' }, io)
  const document = TextDocument.create('untitled:a', 'yaml', 1, text)
  const hover = hoverAt(document.positionAt(text.lastIndexOf('nginx') + 1), checked, document, 'default')
  t.match(hover?.contents, { value: /pod\/web-1999, if everything works/ })
  t.notMatch(hover?.contents, { value: /web-1998/ })
})

t.test('diagnostics that are not shown are counted', async (t) => {
  const diagnosticsFor = async (count: number) => {
    const containers = Array.from({ length: count }, (_, index) => `    - {name: c${index}, image: "nginx:1", imagePullPolicy: Never}\n`)
    const text = pod + containers.join('')
    const checked = await checkText({ path: null, text }, { policy: [], namespace: 'default' }, io)
    if (checked.kind !== 'checked') throw new Error(checked.kind)
    return { all: checked.output.diagnostics.length, shown: diagnosticsOf(checked, TextDocument.create('untitled:a', 'yaml', 1, text)) }
  }
  const few = await diagnosticsFor(10)
  t.equal(few.shown.length, few.all)
  const many = await diagnosticsFor(600)
  t.equal(many.shown.length, 500)
  t.match(many.shown.at(-1), { severity: 3, message: `${many.all - 499} more ` })
})
