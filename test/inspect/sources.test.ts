import t from 'tap'
import { type Input, lintInputs, renderLintText, renderProblemsText } from '../../src/inspect/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../policy/support.ts'

function lint(files: Readonly<Record<string, string>>) {
  const inputs: Input[] = Object.entries(files).map(([file, text]) => ({ file: file === '-' ? null : file, text }))
  const output = lintInputs(inputs, {
    policy: builtInPolicy('recommended', registry),
    registry,
    namespace: 'default',
    now: 0,
    docsBase: '',
  })
  const text = renderLintText(output, inputs, { color: false, showAudit: false, quiet: false })
  return { ...output, text, stderr: renderProblemsText(output), rules: output.diagnostics.map(({ rule, file }) => `${file} ${rule}`) }
}

const deployment = (image: string, extra = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: c}\nspec: {template: {spec: {containers: [{name: manager, image: "${image}"}${extra}]}}}\n`
const kustomization = (body: string) => `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${body}`

t.test('images that a kustomization replaces: no findings, one line with the command', async (t) => {
  const images = 'images: [{name: controller, newName: registry.example/controller, newTag: "1.4.2"}]\n'
  const { rules, sources, text } = lint({
    'k8s/deploy.yaml': deployment('controller:latest', ', {name: other, image: other}'),
    'k8s/kustomization.yaml': kustomization(`resources: [deploy.yaml]\n${images}`),
  })
  t.same([...new Set(rules.filter((rule) => rule.includes('image-latest')))], ['k8s/deploy.yaml image-latest'], 'only the other image')
  t.match(sources, [{ directory: 'k8s', patches: 0, command: 'kubectl kustomize k8s | initlint lint -' }])
  t.match(text, /\nKustomization k8s: left out \d findings? on images that it replaces; .*run kubectl kustomize k8s \| initlint lint -\n/)
})

t.test('bases and components of an overlay are followed, also in a circle', async (t) => {
  const files = {
    'base/deploy.yaml': deployment('controller'),
    'base/kustomization.yaml': kustomization('resources: [deploy.yaml, ../overlays/prod]\n'),
    './overlays//prod/kustomization.yml': kustomization("resources: [../../base/]\nimages: [{name: controller, newTag: '1'}]\n"),
  }
  t.match(lint(files), { diagnostics: [], sources: [{ directory: 'overlays/prod' }] })
  const { 'base/deploy.yaml': _, ...without } = files
  t.ok(lint({ ...without, 'elsewhere/deploy.yaml': deployment('controller') }).diagnostics.length > 0)
})

t.test('patches are not judged, whatever the list that names them', async (t) => {
  const patch = deployment('nginx')
  const body = 'patches: [{path: a.yaml}]\npatchesStrategicMerge: [b.yaml, "kind: X"]\npatchesJson6902: [{path: c.yaml}]\n'
  const { diagnostics, summary, text } = lint({
    'x y/a.yaml': patch,
    'x y/b.yaml': patch,
    'x y/c.yaml': patch,
    'x y/kustomization.yaml': kustomization(body),
  })
  t.same([diagnostics, summary.objects], [[], 0])
  t.match(text, /\nKustomization x y: left out 3 patches; .*run kubectl kustomize 'x y' \| initlint lint -\n/)
  t.ok(lint({ 'x/a.yaml': patch }).diagnostics.length > 0, 'without the kustomization it is a manifest')
})

const template = 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\n'

t.test('templates of a chart: one error with the command, however many files', async (t) => {
  const { errors, stderr, summary } = lint({
    'charts/web/Chart.yaml': 'name: web\n',
    'charts/web/templates/a.yaml': template,
    'charts/web/templates/b.yaml': '{{- if .Values.on }}\na: b\n{{- end }}\n',
    'charts/web/templates/c/d.yaml': deployment('{{ .Values.image }}'),
    'charts/web/templates/plain.yaml': deployment('registry.example/a:1'),
  })
  t.same(errors.length, 1)
  t.equal(
    stderr,
    'charts/web/templates/a.yaml: this and 2 other files are Helm templates, which are not YAML; render the chart first: helm template charts/web | initlint lint -\n',
  )
  t.equal(summary.objects, 1, 'a file without actions is a manifest')
})

t.test('a template outside of a chart is recognized if it cannot be read', async (t) => {
  t.match(lint({ 'web.yaml': template }).errors, [
    { file: 'web.yaml', message: /^this is a Helm template.*helm template CHART \| initlint lint -$/ },
  ])
  t.match(lint({ '-': template }).errors, [{ file: null, message: /^this is a Helm template/ }])
  t.match(lint({ 'templates/web.yaml': template }).errors, [{ message: /helm template \. \|/ }])
})

t.test('braces of others are no Helm template: alerts, parameters, broken YAML', async (t) => {
  t.match(lint({ 'a.yaml': 'a: {{ $labels.pod }}\nb: [\n' }).errors, [{ message: /invalid YAML/ }])
  const alert = 'apiVersion: v1\nkind: ConfigMap\ndata: {a: "{{ .Values.x }}"}\n'
  t.same(lint({ 'a.yaml': alert }).errors, [], 'a text that can be read')
  t.match(lint({ 'a.yaml': 'a: [' }).errors, [{ message: /invalid YAML/ }])
})

t.test('hostile names and kustomizations: nothing throws, and output is printable', async (t) => {
  const nested = Array.from({ length: 300 }, (_, index) => [
    `d${index}/kustomization.yaml`,
    kustomization(`resources: [${Array.from({ length: 300 }, (_, to) => `../d${to}`).join(', ')}]\nimages: [{name: a}]\n`),
  ])
  t.same(lint(Object.fromEntries(nested)).errors, [])
  for (const body of ['images: {}\n', 'images: [1, {name: []}]\nresources: 3\n', 'patches: [null, "x"]\n', '[\n']) {
    t.doesNotThrow(() => lint({ 'kustomization.yaml': kustomization(body), 'x.yaml': deployment('a') }))
  }
  const { text } = lint({ "a\u001b'/kustomization.yaml": kustomization('patches: [{path: p.yaml}]'), "a\u001b'/p.yaml": deployment('a') })
  t.notMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u)
})
