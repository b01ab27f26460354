/** manifests/README.md and docs/roll-out.md, followed by a new administrator on a real API server: their files and commands, as written. */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { until } from '../../support/waiting.ts'
import { root, startControlPlane } from '../support/control-plane.ts'
import { type Finished, run } from '../support/processes.ts'
import { binaries } from '../support/programs.ts'
import { addresses, mountServiceAccount, namespace, startReplica } from '../support/replicas.ts'
import { untilReviewed } from '../support/service.ts'

const install = readFileSync(join(root, 'manifests/README.md'), 'utf8')
const rollOut = readFileSync(join(root, 'docs/roll-out.md'), 'utf8')

/** The blocks of a page in one language. */
const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, found]) => found === language).map(([, , text]) => text ?? '')

/** The only block of shell commands that contains a text. */
function commands(page: string, text: string): string {
  const found = blocks(page, 'sh').filter((block) => block.includes(text))
  if (found.length !== 1) throw new Error(`${found.length} blocks with ${text}`)
  return found[0] ?? ''
}

const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { config, kubectl, mustKubectl } = controlPlane
const clone = t.testdir()
cpSync(join(root, 'manifests'), join(clone, 'manifests'), { recursive: true })
mkdirSync(join(clone, 'bin'))
const program = join(clone, 'bin/initlint')
writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${join(root, 'src/main.ts')} "$@"\n`)
chmodSync(program, 0o755)
const path = [join(clone, 'bin'), binaries, process.env.PATH].join(delimiter)

/** Runs commands in the clone, as in a terminal. */
const shell = (text: string): Promise<Finished> =>
  run('sh', ['-ec', text], { cwd: clone, env: { PATH: path, KUBECONFIG: config.kubeconfigPath, HOME: clone } })

/** Runs commands that must succeed. @returns both of their streams */
async function mustRun(text: string): Promise<string> {
  const { code, stdout, stderr } = await shell(text)
  if (code !== 0) throw new Error(`exit ${code}: ${text}\n${stdout}${stderr}`)
  return stdout + stderr
}

const apply = commands(install, 'kubectl apply -k manifests/overlays/site')
const siteFile = join(clone, 'manifests/overlays/site/20-site.yaml')

t.test('the overlay: its files are created and applied without a warning', async (t) => {
  await mustRun(commands(install, 'mkdir manifests/overlays/site'))
  const file = 'manifests/overlays/site/kustomization.yaml'
  const [text] = blocks(install, 'yaml').filter((block) => block.startsWith(`# ${file}\n`))
  writeFileSync(join(clone, file), text ?? '')
  const [, check = ''] = /`(initlint policy check manifests[^`]*)`/.exec(install) ?? []
  t.match(await mustRun(check), 'The policy is valid.')
  t.notMatch(await mustRun(apply), /warning/i)
  t.equal(
    await mustKubectl(['get', 'deployment', 'initlint', '-n', namespace, '-o', 'jsonpath={.spec.template.spec.containers[0].image}']),
    'registry.corp.example/initlint:0.1.0',
  )
})

t.test('the verification: a warning, and doctor finds nothing', async (test) => {
  await mountServiceAccount(controlPlane)
  // They also serve the tests that follow.
  for (const address of addresses.slice(0, 2)) await startReplica(t, controlPlane, address)
  // No controller sets the status.
  const status = JSON.stringify({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', status])
  await untilReviewed(controlPlane)
  const lines = commands(install, 'kubectl run hello').split('\n')
  const runHello = lines.find((line) => line.startsWith('kubectl run hello')) ?? ''
  test.match(await mustRun(runHello), 'Warning: [image-latest]')
  test.ok(lines.some((line) => line.startsWith('initlint doctor ')))
  test.match(await mustRun('initlint doctor'), /^ok +trial/m)
})

t.test('a changed Service port: applying again fails, the command of the page repairs it', async (t) => {
  const ports = () => mustKubectl(['get', 'service', 'initlint', '-n', namespace, '-o', 'jsonpath={.spec.ports[*].port}'])
  const change = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/port', value: 9443 }])
  await mustKubectl(['patch', 'service', 'initlint', '-n', namespace, '--type=json', '-p', change])
  const applied = await shell(apply)
  t.not(applied.code, 0)
  t.match(applied.stderr, 'Duplicate value')
  t.equal(await ports(), '9443')
  await mustRun(commands(install, 'patch service initlint'))
  t.equal(await ports(), '443')
  await untilReviewed(controlPlane)
  t.match(await mustRun('initlint doctor'), /^ok +trial/m)
  await mustRun(apply)
})

t.test('the emergency commands end all reviews, and applying the manifests begins them again', async (t) => {
  const [first = ''] = commands(install, 'kubectl delete validatingwebhookconfiguration initlint').split('\n')
  await mustRun(first)
  const hello = () => kubectl(['run', 'hello', '--image=nginx', '--dry-run=server'])
  await until('no warnings', async () => (await hello()).stderr === '')
  await mustRun(apply)
  await untilReviewed(controlPlane)
  t.match((await hello()).stderr, 'Warning: [image-latest]')
})

t.test('the four policies of the roll-out guide, each applied with the overlay', async (t) => {
  const steps = commands(rollOut, 'kubectl label namespace shop').trim().split('\n')
  const [enter = '', tryIt = '', leave = ''] = steps
  for (const name of ['shop', 'legacy-shop']) await mustKubectl(['create', 'namespace', name])
  const outcomeIn = async (name: string): Promise<string> => {
    const { code, stderr } = await shell(tryIt.replace('-n shop', `-n ${name}`))
    if (code !== 0) return stderr.includes('denied the request') ? 'denied' : stderr
    return stderr.includes('[image-latest]') ? 'warned' : 'quiet'
  }
  const both = async () => [await outcomeIn('shop'), await outcomeIn('legacy-shop')]
  const expect = async (week: number, outcomes: readonly string[]) => {
    let last: readonly string[] = []
    const reached = async () => {
      last = await both()
      return last.join() === outcomes.join()
    }
    await until(`week ${week}`, reached, 20_000).catch(() => undefined)
    t.same(last, outcomes, `week ${week}`)
  }
  for (const [week, outcomes] of [
    [1, ['quiet', 'quiet']],
    [2, ['warned', 'warned']],
    [3, ['denied', 'warned']],
    [4, ['denied', 'quiet']],
  ] as const) {
    if (week === 3) await mustRun(enter)
    const text = blocks(rollOut, 'yaml').find((block) => block.startsWith(`# week-${week}.yaml\n`))
    writeFileSync(siteFile, text ?? '')
    t.notMatch(await mustRun(apply), /warning/i, `week ${week}`)
    await expect(week, outcomes)
    if (week === 1) t.match(await mustRun('initlint doctor'), 'cannot show whether initlint answers')
    if (week === 3) {
      await mustRun(leave)
      await expect(week, ['warned', 'warned'])
    }
  }
  t.match(await mustRun(commands(rollOut, '/webhooks/0/failurePolicy')), 'patched (no change)')
})
