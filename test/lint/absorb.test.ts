import t from 'tap'
import { type DiagnosticEntry, lintInputs } from '../../src/inspect/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

const fragile = 'pull-always-fragile-registry'

function found(image: string, policy: string, container = ''): readonly DiagnosticEntry[] {
  const text = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\nregistries: [{match: "docker.io/**", fragile: true, reason: slow}]\n${policy}`
  const read = readPolicy([{ file: 'policy', text }], registry, { id: 'test' })
  if (read.policy === undefined) throw new Error(read.problems.map(({ message }) => message).join(' '))
  const input = `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: "${image}"${container}}]}\n`
  const options = { policy: read.policy, registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' }
  return lintInputs([{ file: 'a.yaml', text: input }], options).diagnostics
}

const rules = (...args: Parameters<typeof found>): readonly string[] => found(...args).map(({ rule, action }) => `${action} ${rule}`)

t.test('an image without a fixed tag from a fragile registry is one report that names the other rule', async (t) => {
  for (const image of ['nginx', 'nginx:latest']) {
    for (const container of ['', ', imagePullPolicy: Always']) {
      t.strictSame(rules(image, '', container), ['warn image-latest'], image)
      const [{ message, data } = { message: '', data: {} }] = found(image, '', container)
      t.ok(message.includes(`which may be offline (slow) [${fragile}]; pin a tag`), message)
      t.match(data, { registry: 'docker.io', why: 'may be offline (slow)' })
    }
  }
  t.strictSame(rules('nginx:1.27', '', ', imagePullPolicy: Always'), [`warn ${fragile}`])
})

t.test(
  'a finding is not left out if the policy is stricter about it, fixes it or exempts it, or if the other one is exempted',
  async (t) => {
    t.strictSame(rules('nginx', 'preset: strict\n'), ['deny image-latest', `deny ${fragile}`], 'each denial')
    t.strictSame(rules('nginx', `rules: {${fragile}: deny}\n`), [`deny ${fragile}`])
    t.strictSame(rules('nginx', 'rules: {image-latest: deny}\n'), ['deny image-latest'])
    t.strictSame(rules('nginx', 'rules: {image-latest: audit}\n'), [`warn ${fragile}`])
    t.strictSame(rules('nginx', 'rules: {image-latest: off}\n'), [`warn ${fragile}`])
    t.strictSame(rules('nginx', 'rules: {pull-policy-defaulted: fix}\n'), ['warn image-latest', 'fix pull-policy-defaulted'])
    const exempt = (rule: string): string => `exemptions: [{rules: [${rule}], reason: r}]\n`
    t.strictSame(rules('nginx', exempt('image-latest')), ['warn image-latest', `warn ${fragile}`])
    t.strictSame(rules('nginx', exempt(fragile)), ['warn image-latest', `warn ${fragile}`, 'audit pull-policy-defaulted'])
  },
)

t.test('a legal name that is certainly not meant: nothing about its tag', async (t) => {
  t.strictSame(rules('null', ''), ['warn image-invalid'])
  t.strictSame(rules('Luksa/kiada', '', ', imagePullPolicy: Always'), ['warn image-invalid', 'warn image-latest'], 'a host has its own tag')
})
