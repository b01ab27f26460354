import { testRule } from '../testing/rule-tester.ts'
import { beside, scripted, scriptPointer, sequence } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const wait = (host: string, port = 8080) => `until nc -z ${host} ${port}; do sleep 1; done`
const init = (text: string) => ({ name: 'init', image: 'debian:12', command: ['bash', '-c', text] })
const sidecar = (port: number) => ({ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', ports: [{ containerPort: port }] })
const service = (changes: object = {}) => ({ name: 'web', selector: new Map([['app', 'web']]), publishesNotReady: false, ...changes })
const deployment = (text: string, replicas?: number) =>
  scripted(text, {
    kind: 'Deployment',
    ...(replicas === undefined ? {} : { spec: { replicas } }),
    podSpec: {},
  })
const labelled = (object: object, labels: object): object => {
  const copy = structuredClone(object) as { spec: { template: object } }
  copy.spec.template = { ...copy.spec.template, metadata: { labels } }
  return copy
}
const own = labelled(deployment(wait('web', 80)), { app: 'web', tier: 'x' })
const templatePointer = '/spec/template/spec/initContainers/0/command/2'

testRule(rule, {
  valid: [
    { name: 'another host', object: scripted(wait('db')) },
    { name: 'a sidecar before it may answer', object: sequence([sidecar(9), init(wait('localhost'))]) },
    { name: 'a sidecar behind it is for another rule', object: sequence([init(wait('localhost')), sidecar(8080)]) },
    { name: 'the network of the node', object: scripted(wait('localhost'), { podSpec: { hostNetwork: true } }) },
    { name: 'a server of its own in the background', object: scripted(`./server &\n${wait('localhost')}`) },
    { name: 'once, not waiting', object: scripted('nc -z localhost 8080 || true') },
    { name: 'a host that only a run shows', object: scripted('until nc -z $HOST 80; do sleep 1; done') },
    { name: 'a Service without the input', object: own },
    {
      name: 'several replicas',
      object: labelled(deployment(wait('web', 80), 2), { app: 'web' }),
      context: { siblings: beside({}, [service()]) },
    },
    {
      name: 'a Service of other pods',
      object: labelled(deployment(wait('web', 80)), { app: 'db' }),
      context: { siblings: beside({}, [service()]) },
    },
    { name: 'a Service without a selector', object: own, context: { siblings: beside({}, [service({ selector: new Map() })]) } },
    {
      name: 'a Service that counts pods before they are ready',
      object: own,
      context: { siblings: beside({}, [service({ publishesNotReady: true })]) },
    },
    {
      name: 'only its name',
      object: labelled(deployment('until nslookup web; do sleep 1; done'), { app: 'web' }),
      context: { siblings: beside({}, [service()]) },
    },
    {
      name: 'a Service of the same name in another namespace',
      object: labelled(deployment(wait('web.other.svc', 80)), { app: 'web' }),
      context: { siblings: beside({}, [service()]) },
    },
  ],
  invalid: [
    {
      name: 'localhost',
      object: scripted(wait('localhost')),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:8080' } }],
    },
    {
      name: 'by a URL',
      object: scripted('while ! curl -sf http://127.0.0.1:3000/health; do sleep 1; done'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: '127.0.0.1:3000' } }],
    },
    {
      name: 'by a tool and a variable',
      object: scripted('HOST=localhost\npg_isready_loop() { until pg_isready -h "$HOST" -U app; do sleep 1; done; }\npg_isready_loop'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:5432', scriptLine: 2 } }],
    },
    {
      name: 'by a tool that only waits',
      object: scripted('./wait-for-it.sh localhost:9000 -t 60'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:9000' } }],
    },
    {
      name: 'a Service that leads to this pod alone',
      object: own,
      context: { siblings: beside({}, [service()]) },
      reports: [{ messageId: 'service', pointer: templatePointer, data: { server: 'web' } }],
    },
    {
      name: 'the whole name of the Service',
      object: labelled(deployment(wait('web.default.svc.cluster.local', 80), 1), { app: 'web' }),
      context: { siblings: beside({}, [service()]) },
      reports: [{ messageId: 'service', pointer: templatePointer }],
    },
  ],
})
