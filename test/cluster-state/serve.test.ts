/** `serve` with flags for a cluster: what it waits for, how it ends, and which flags are rejected. */
import { EventEmitter } from 'node:events'
import t from 'tap'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'
import { serve } from '../../src/cli/serve.ts'
import type { ServeFlags } from '../../src/cli/serve-options.ts'
import { goodPair, writePair } from '../server/support/certificates.ts'
import { podReview, type ReviewReply } from '../server/support/reviews.ts'
import { scratch } from '../server/support/scratch.ts'
import { call, logSink } from '../server/support/server.ts'
import { until } from '../support/waiting.ts'
import { FakeApiServer } from './support/fake-api-server.ts'

function testIo(cwd: string, env: Io['env'] = {}) {
  const events = new EventEmitter()
  let errors = ''
  const io: Io = {
    stdout: () => {},
    stdoutBytes: () => {},
    stderr: (text) => {
      errors += text
    },
    readStdin: async () => '',
    isTerminal: { stdin: false, stdout: false },
    env,
    cwd,
    now: Date.now,
    events,
  }
  return { io, events, errors: () => errors }
}

const options: ServeFlags = {
  host: 'localhost',
  port: 0,
  opsPort: 0,
  try: 'off',
  tryPort: 0,
  docsBase: 'https://docs.example',
  logLevel: 'info',
  limits: { drainTime: 0 },
  policyConfigmap: 'initlint/policy',
}

t.test('without an API server it waits, and a signal ends it with exit code 0', async (t) => {
  const server = await new FakeApiServer(t).start()
  await server.stop()
  const { io, events } = testIo(scratch(t))
  const sink = logSink()
  const ended = serve({ ...options, kubeconfig: server.kubeconfig, log: sink.log }, io)
  await until('it waits for the API server', () => sink.lines().some(({ msg }) => String(msg).includes('waiting for the API server')))
  events.emit('SIGTERM')
  t.equal(await ended, 0)
})

t.test('uses the policy ConfigMap, with a certificate from files or one of its own', async (t) => {
  const server = await new FakeApiServer(t).start()
  server.put('policy-status', {})
  server.put('policy', { 'policy.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n' })
  const folder = scratch(t)
  const files = writePair(folder, await goodPair())
  for (const certificate of [{}, { tlsCert: files.cert, tlsKey: files.key }]) {
    const { io, events } = testIo(folder)
    const sink = logSink()
    const ended = serve({ ...options, ...certificate, kubeconfig: server.kubeconfig, log: sink.log }, io)
    const serving = () => sink.lines().find(({ msg }) => msg === 'serving') as { readonly ports: { readonly webhook: number } } | undefined
    await until('it serves', () => serving() !== undefined)
    const reply = await call(serving()?.ports.webhook ?? 0, '/validate', JSON.stringify(podReview()), { rejectUnauthorized: false })
    const { response }: ReviewReply = JSON.parse(reply.text)
    t.equal(response.allowed, false)
    events.emit('SIGTERM')
    t.equal(await ended, 0)
  }
})

t.test('invalid flags give exit code 2 and a message', async (t) => {
  for (const [args, message] of [
    [['--policy', 'x.yaml', '--policy-configmap', 'a/b'], /--policy and --policy-configmap are mutually exclusive/],
    [['--tls-cert', 'x', '--tls-key', 'y', '--tls-secret', 'a/b'], /--tls-cert and --tls-secret are mutually exclusive/],
    [['--policy-configmap', 'initlint-policy'], /--policy-configmap: "initlint-policy" is not NAMESPACE\/NAME/],
    [['--tls-secret', 'a/b/c'], /--tls-secret: "a\/b\/c" is not NAMESPACE\/NAME/],
    [['--policy-configmap', 'a/b', '--kubeconfig', 'nowhere.yaml'], /nowhere\.yaml cannot be read/],
    [['--policy-configmap', 'a/b', '--kubeconfig', 'empty.yaml'], /empty\.yaml has no current context/],
  ] as const) {
    const { io, errors } = testIo(scratch(t, { 'empty.yaml': 'apiVersion: v1\nkind: Config\n' }))
    t.equal(await run(['serve', ...args], io), 2)
    t.match(errors(), message)
  }
})
