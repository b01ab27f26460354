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
const ask = 'psql -h 127.0.0.1 -c "SELECT 1"'
const url = (value: string) => ({ env: [{ name: 'DATABASE_URL', value }] })

testRule(rule, {
  valid: [
    { name: 'no sidecar at all', object: sequence([init(ask)]) },
    { name: 'the sidecar says when it is ready', object: sequence([proxy({ startupProbe: { tcpSocket: { port: 5432 } } }), init(ask)]) },
    {
      name: 'or holds the others back',
      object: sequence([proxy({ lifecycle: { postStart: { exec: { command: ['wait'] } } } }), init(ask)]),
    },
    { name: 'it tries again', object: sequence([proxy(), init(`until ${ask}; do sleep 1; done`)]) },
    { name: 'curl tries again', object: sequence([proxy(), init('curl --retry 9 http://localhost:5432/')]) },
    { name: 'another port', object: sequence([init('psql -h localhost -p 6000'), proxy()]) },
    { name: 'another host', object: sequence([init('psql -h db'), proxy()]) },
    { name: 'the network of the node', object: sequence([init(ask), proxy()], { hostNetwork: true }) },
    { name: 'a server of its own', object: sequence([init(`./db &\n${ask}`), proxy()]) },
    {
      name: 'an address that only looks like it',
      object: sequence([init('/app/migrate', url('http://localhost.example:5432/')), proxy()]),
    },
    {
      name: 'an address, and the sidecar before it',
      object: sequence([proxy(), init('/app/migrate', url('postgres://a@localhost:5432/a'))]),
    },
  ],
  invalid: [
    {
      name: 'declared later',
      object: sequence([init(ask), proxy()]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2', data: { server: 'localhost:5432', sidecar: 'proxy' } }],
    },
    {
      name: 'a wait for a later one never ends',
      object: sequence([init('until nc -z localhost 5432; do sleep 1; done'), proxy()]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2' }],
    },
    {
      name: 'by the environment',
      object: sequence([init('/app/migrate', url('postgres://a@127.0.0.1:5432/a')), proxy({ startupProbe: {} })]),
      reports: [{ messageId: 'later', pointer: '/spec/initContainers/0/command/2' }],
    },
    {
      name: 'once, and nobody knows whether it answers yet',
      object: sequence([proxy(), init(ask)]),
      reports: [{ messageId: 'notReady', pointer: '/spec/initContainers/1/command/2', milder: true }],
    },
  ],
})
