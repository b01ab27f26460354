import { testRule } from '../testing/rule-tester.ts'
import { sequence } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const init = (text: string, extra: object = {}) => ({ name: 'init', image: 'debian:12', command: ['bash', '-c', text], ...extra })
const proxy = (extra: object = {}) => ({
  name: 'proxy',
  image: 'proxy:1',
  restartPolicy: 'Always',
  ports: [{ containerPort: 5432 }],
  ...extra,
})
const query = 'psql -h 127.0.0.1 -c "SELECT 1"'
const url = (value: string) => ({ env: [{ name: 'DATABASE_URL', value }] })

testRule(rule, {
  valid: [
    { name: 'a pod without sidecars', object: sequence([init(query)]) },
    {
      name: 'an earlier sidecar with a startupProbe',
      object: sequence([proxy({ startupProbe: { tcpSocket: { port: 5432 } } }), init(query)]),
    },
    {
      name: 'an earlier sidecar with a postStart hook',
      object: sequence([proxy({ lifecycle: { postStart: { exec: { command: ['wait'] } } } }), init(query)]),
    },
    { name: 'an earlier sidecar, probed in a loop', object: sequence([proxy(), init(`until ${query}; do sleep 1; done`)]) },
    { name: 'an earlier sidecar, with curl --retry', object: sequence([proxy(), init('curl --retry 9 http://localhost:5432/')]) },
    { name: 'a port that no sidecar declares', object: sequence([init('psql -h localhost -p 6000'), proxy()]) },
    { name: 'a host other than localhost', object: sequence([init('psql -h db'), proxy()]) },
    { name: 'a pod with hostNetwork', object: sequence([init(query), proxy()], { hostNetwork: true }) },
    { name: 'a script that starts the server in the background', object: sequence([init(`./db &\n${query}`), proxy()]) },
    {
      name: 'a variable with the host localhost.example',
      object: sequence([init('/app/migrate', url('http://localhost.example:5432/')), proxy()]),
    },
    {
      name: 'an earlier sidecar, needed only by a variable',
      object: sequence([proxy(), init('/app/migrate', url('postgres://a@localhost:5432/a'))]),
    },
  ],
  invalid: [
    {
      name: 'a connection to a later sidecar',
      object: sequence([init(query), proxy()]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2', data: { server: 'localhost:5432', sidecar: 'proxy' } }],
    },
    {
      name: 'a wait for a later sidecar',
      object: sequence([init('until nc -z localhost 5432; do sleep 1; done'), proxy()]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2' }],
    },
    {
      name: 'a variable with the address of a later sidecar',
      object: sequence([init('/app/migrate', url('postgres://a@127.0.0.1:5432/a')), proxy({ startupProbe: {} })]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2' }],
    },
    {
      name: 'one connection, without a retry, to an earlier sidecar that has no startupProbe',
      object: sequence([proxy(), init(query)]),
      reports: [{ messageId: 'notReady', pointer: '/spec/initContainers/1/command/2', milder: true }],
    },
  ],
})
