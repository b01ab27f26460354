/** Manifests: any text is read, linted and explained, and what is printed is safe to print. */
import {
  explainInputs,
  imagesOfInputs,
  lintInputs,
  rehearseInputs,
  renderExplainPicture,
  renderExplainText,
  renderImagesText,
  renderLintText,
  renderProblemsText,
  renderRehearseText,
} from '../../../src/inspect/index.ts'
import { readManifest } from '../../../src/manifest/index.ts'
import { builtInPolicy } from '../../../src/policy/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { cleanPrototypes, fail, printable, type Target, twice } from './target.ts'

const registry = defaultRegistry()
const policy = builtInPolicy('strict', registry)
const lintOptions = { policy, registry, namespace: 'default', now: Date.UTC(2026, 10, 22), docsBase: 'https://docs.example' }
/** As for POST /explain, but fewer. */
const explainOptions = { namespace: 'default', conditions: [], limits: { workloads: 4, starts: 12 } }

function checkPlaces(text: string): void {
  const lines = text.split(/\r\n|\r|\n/).length
  const { documents, errors } = twice('readManifest', () => readManifest(text))
  for (const { line, column, message } of errors) {
    if (line === null || column === null) continue
    if (!(line >= 1 && column >= 1 && line <= lines + 1)) fail(`an error at ${line}:${column} of ${lines} lines: ${message}`)
  }
  for (const { locate } of documents) {
    for (const pointer of ['', '/spec', '/metadata/name', '/spec/containers/0/image', '/__proto__']) {
      const place = locate(pointer)
      if (place !== undefined && !(place.line >= 1 && place.line <= lines && place.column >= 1))
        fail(`${pointer} is at ${JSON.stringify(place)} of ${lines} lines`)
    }
  }
}

export const manifests: Target = {
  name: 'manifests',
  maxLength: 4 * 1024,
  dictionary: [
    ...[
      '---\n',
      '...\n',
      'apiVersion: v1\n',
      'apiVersion: apps/v1\n',
      'apiVersion: batch/v1\n',
      'kind: Pod\n',
      'kind: Deployment\n',
      'kind: CronJob\n',
      'kind: Job\n',
    ],
    ...[
      'kind: List\nitems:\n',
      'kind: StatefulSet\n',
      'kind: ConfigMap\n',
      'kind: Namespace\n',
      'metadata:\n',
      '  name: ',
      '  namespace: ',
      '  labels: ',
      '  annotations:\n',
      'spec:\n',
    ],
    ...[
      'template:\n',
      'jobTemplate:\n',
      'containers:\n',
      'initContainers:\n',
      '- name: ',
      'image: ',
      'imagePullPolicy: ',
      'restartPolicy: ',
      'command: ',
      'args: ',
      'env:\n',
    ],
    ...[
      'value: ',
      'valueFrom: ',
      'volumeMounts:\n',
      'mountPath: ',
      'subPath: ',
      'volumes:\n',
      'emptyDir: {}',
      'persistentVolumeClaim: ',
      'configMap: ',
      'volumeClaimTemplates:\n',
    ],
    ...[
      'resources: ',
      'requests: ',
      'limits: ',
      'cpu: ',
      'memory: ',
      'backoffLimit: ',
      'activeDeadlineSeconds: ',
      'restartPolicyRules: ',
      'livenessProbe: ',
      'startupProbe: ',
      'replicas: ',
    ],
    ...[
      'Always',
      'Never',
      'OnFailure',
      'IfNotPresent',
      'nginx',
      'nginx:latest',
      'nginx@sha256:',
      '1e400',
      '0x1F',
      '0b11',
      '-017',
      '.inf',
      '.nan',
      '1_000',
      '~',
      'null',
      'yes',
      'off',
    ],
    ...[
      '- ',
      '  ',
      '    ',
      '\n',
      '\r\n',
      '\t',
      ': ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '"',
      "'",
      '|\n',
      '|2-\n',
      '>+\n',
      '&a ',
      '*a',
      '<<: ',
      '<<: *a\n',
      '!!str ',
      '!!binary ',
      '!!set ',
      '!x ',
      '? ',
      '# ',
    ],
    ...[
      '%YAML 1.2\n',
      '\ufeff',
      '\u0085',
      '\u2028',
      '\0',
      '\u202e',
      '\u001b[31m',
      '\\ud800',
      '"\\u0000"',
      '__proto__: ',
      'constructor: ',
      'toString: ',
      'length: ',
      '"": ',
      '~: ',
    ],
    ...[
      '{{ .Values.x }}',
      '$(A)',
      '[sh, -c, "echo a >> /data/f"]',
      '{"kind":"AdmissionReview","request":{"object":',
      'initlint.dev/ignore: ',
    ],
  ],
  check(input) {
    const text = input.toString('utf8')
    checkPlaces(text)
    const inputs = [{ file: 'a\u001b[31mb.yaml', text }]
    const linted = twice('lint', () => lintInputs(inputs, lintOptions))
    if (linted.faults.length > 0) fail(`a rule failed: ${linted.faults[0]?.rule}: ${linted.faults[0]?.message}`)
    for (const showAudit of [true, false]) printable('lint', renderLintText(linted, inputs, { color: false, showAudit, quiet: false }))
    printable('the problems', renderProblemsText(linted))
    printable('images', renderImagesText(twice('images', () => imagesOfInputs(inputs, { namespace: 'default' }))))
    printable(
      'rehearse',
      renderRehearseText(
        twice('rehearse', () => rehearseInputs(inputs, { namespace: 'default' })),
        false,
      ),
    )
    const explained = twice('explain', () => explainInputs(inputs, explainOptions))
    printable('explain', renderExplainText(explained, false))
    printable('the picture', renderExplainPicture(explained))
    cleanPrototypes()
  },
}
