import { testRule } from '../testing/rule-tester.ts'
import { scripted, scriptPointer, sequence, siblingsOf } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const wait = (host: string, port = 8080) => `until nc -z ${host} ${port}; do sleep 1; done`
const init = (text: string) => ({ name: 'init', image: 'debian:12', command: ['bash', '-c', text] })
const sidecar = (port: number) => ({ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', ports: [{ containerPort: port }] })
const service = (changes: object = {}) => ({
  name: 'web',
  selector: new Map([['app', 'web']]),
  publishesNotReady: false,
  isHeadless: false,
  ...changes,
})
const deployment = (text: string, replicas?: number) =>
  scripted(text, {
    kind: 'Deployment',
    ...(replicas === undefined ? {} : { spec: { replicas } }),
    podSpec: {},
  })
const labeled = (object: object, labels: object): object => {
  const copy = structuredClone(object) as { spec: { template: object } }
  copy.spec.template = { ...copy.spec.template, metadata: { labels } }
  return copy
}
const headless = service({ isHeadless: true })
/** A StatefulSet `web` with the label of the Service. */
const ordered = (text: string, spec: object = {}) =>
  labeled(
    scripted(text, { kind: 'StatefulSet', metadata: { name: 'web' }, spec: { serviceName: 'web', replicas: 3, ...spec }, podSpec: {} }),
    {
      app: 'web',
    },
  )
const own = labeled(deployment(wait('web', 80)), { app: 'web', tier: 'x' })
const templatePointer = '/spec/template/spec/initContainers/0/command/2'

testRule(rule, {
  valid: [
    { name: 'a wait for another host', object: scripted(wait('db')) },
    { name: 'an earlier sidecar, which may answer', object: sequence([sidecar(9), init(wait('localhost'))]) },
    { name: 'a later sidecar, which init-before-sidecar reports', object: sequence([init(wait('localhost')), sidecar(8080)]) },
    { name: 'a pod with hostNetwork', object: scripted(wait('localhost'), { podSpec: { hostNetwork: true } }) },
    { name: 'a script that starts the server in the background', object: scripted(`./server &\n${wait('localhost')}`) },
    { name: 'one probe without a loop', object: scripted('nc -z localhost 8080 || true') },
    { name: 'a host in an unknown variable', object: scripted('until nc -z $HOST 80; do sleep 1; done') },
    { name: 'a Service that is not in the input', object: own },
    {
      name: 'a Service of a Deployment with several replicas',
      object: labeled(deployment(wait('web', 80), 2), { app: 'web' }),
      context: { siblings: siblingsOf({}, [service()]) },
    },
    {
      name: 'a Service that selects other pods',
      object: labeled(deployment(wait('web', 80)), { app: 'db' }),
      context: { siblings: siblingsOf({}, [service()]) },
    },
    { name: 'a Service without a selector', object: own, context: { siblings: siblingsOf({}, [service({ selector: new Map() })]) } },
    {
      name: 'a Service with publishNotReadyAddresses',
      object: own,
      context: { siblings: siblingsOf({}, [service({ publishesNotReady: true })]) },
    },
    {
      name: 'a script that only resolves the name of the Service',
      object: labeled(deployment('until nslookup web; do sleep 1; done'), { app: 'web' }),
      context: { siblings: siblingsOf({}, [service()]) },
    },
    {
      name: 'a StatefulSet that starts all pods at once',
      object: ordered(wait('web', 80), { podManagementPolicy: 'Parallel' }),
      context: { siblings: siblingsOf({}, [headless]) },
    },
    {
      name: 'a StatefulSet that resolves its headless Service with publishNotReadyAddresses',
      object: ordered('until nslookup web; do sleep 1; done'),
      context: { siblings: siblingsOf({}, [service({ isHeadless: true, publishesNotReady: true })]) },
    },
    {
      name: 'a StatefulSet that resolves a Service with its own address',
      object: ordered('until nslookup web; do sleep 1; done'),
      context: { siblings: siblingsOf({}, [service()]) },
    },
    ...[
      `[ "\${HOSTNAME##*-}" = 0 ] && exit 0\n${wait('web-0.web', 80)}`,
      `if [ "$HOSTNAME" != web-0 ]; then ${wait('web-0.web', 80)}; fi`,
      `[ "$HOSTNAME" = web-0 ] || ${wait('web-0.web', 80)}`,
      `case "$HOSTNAME" in *-0) exit ;; esac\n${wait('web', 80)}`,
      `first() { [ "$HOSTNAME" = web-0 ] && exit 0; }\nfirst\n${wait('web', 80)}`,
      `later() { ${wait('web', 80)}; }\n[ "$HOSTNAME" = web-0 ] || later`,
      `[ "$HOSTNAME" = web-0 ] && echo first && exec true\n${wait('web', 80)}`,
    ].map((text) => ({
      name: `a StatefulSet whose first pod does not wait: ${text}`,
      object: ordered(text),
      context: { siblings: siblingsOf({}, [headless]) },
    })),
    ...[
      'until nslookup $HOSTNAME.db; do sleep 1; done',
      'until nslookup web-$PREVIOUS.web; do sleep 1; done',
      'until nslookup $OTHER.web; do sleep 1; done',
    ].map((text) => ({ name: `another name: ${text}`, object: ordered(text), context: { siblings: siblingsOf({}, [headless]) } })),
    {
      name: 'the name of the own pod in a Service that publishes pods that are not ready',
      object: ordered('until nslookup $HOSTNAME.web; do sleep 1; done'),
      context: { siblings: siblingsOf({}, [service({ isHeadless: true, publishesNotReady: true })]) },
    },
    {
      name: 'a pod of another StatefulSet',
      object: ordered(wait('db-0.db', 80)),
      context: { siblings: siblingsOf({}, [headless, service({ name: 'db', selector: new Map([['app', 'db']]) })]) },
    },
    {
      name: 'a Service of the same name in another namespace',
      object: labeled(deployment(wait('web.other.svc', 80)), { app: 'web' }),
      context: { siblings: siblingsOf({}, [service()]) },
    },
  ],
  invalid: [
    {
      name: 'a loop that probes localhost',
      object: scripted(wait('localhost')),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:8080' } }],
    },
    {
      name: 'a loop that requests a URL on 127.0.0.1',
      object: scripted('while ! curl -sf http://127.0.0.1:3000/health; do sleep 1; done'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: '127.0.0.1:3000' } }],
    },
    {
      name: 'a loop with pg_isready and a variable',
      object: scripted('HOST=localhost\npg_isready_loop() { until pg_isready -h "$HOST" -U app; do sleep 1; done; }\npg_isready_loop'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:5432', scriptLine: 2 } }],
    },
    {
      name: 'wait-for-it.sh on localhost',
      object: scripted('./wait-for-it.sh localhost:9000 -t 60'),
      reports: [{ messageId: 'local', pointer: scriptPointer, data: { server: 'localhost:9000' } }],
    },
    {
      name: 'a Service that selects only this pod',
      object: own,
      context: { siblings: siblingsOf({}, [service()]) },
      reports: [{ messageId: 'service', pointer: templatePointer, data: { server: 'web' } }],
    },
    ...['web', 'web.default.svc.cluster.local', 'web-0.web', 'web-2.web.default.svc'].map((host) => ({
      name: `a StatefulSet whose pods wait for ${host}, and start in order`,
      object: ordered(wait(host, 80)),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'ordered' as const, pointer: templatePointer, data: { server: host } }],
    })),
    ...['until nslookup web-0.web; do sleep 1; done', 'until getent hosts web; do sleep 1; done'].map((text) => ({
      name: `a StatefulSet that resolves its headless Service: ${text}`,
      object: ordered(text),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'name' as const, pointer: templatePointer }],
    })),
    ...[
      `set -e\necho waiting && cd /tmp && ${wait('web', 80)}`,
      `[ -n "$X" ] || exit 1\n${wait('web', 80)}`,
      `ready() { ${wait('web', 80)}; }\nready`,
      `while true; do nc -z web 80 && break; sleep 1; done`,
      `for host in web db; do ${wait('web', 80)}; done`,
    ].map((text) => ({
      name: `a StatefulSet whose first pod waits: ${text}`,
      object: ordered(text),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'ordered' as const, pointer: templatePointer }],
    })),
    ...[
      'until nslookup $HOSTNAME.web; do sleep 1; done',
      'until getent hosts "$(hostname).web.default.svc.cluster.local"; do sleep 1; done',
    ].map((text) => ({
      name: `a StatefulSet that resolves the name of its own pod: ${text}`,
      object: ordered(text, { podManagementPolicy: 'Parallel' }),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'name' as const, pointer: templatePointer }],
    })),
    {
      name: 'a StatefulSet that waits for a port of its own pod by its name',
      object: ordered(`until curl -sf "http://\${POD_NAME}.web:8080/health"; do sleep 1; done`),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'service' as const, pointer: templatePointer, data: { server: '$HOSTNAME.web' } }],
    },
    {
      name: 'a StatefulSet with one replica',
      object: ordered(wait('web', 80), { replicas: 1 }),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'service' as const, pointer: templatePointer }],
    },
    {
      name: 'a Deployment with one replica that resolves its headless Service',
      object: labeled(deployment('until nslookup web; do sleep 1; done'), { app: 'web' }),
      context: { siblings: siblingsOf({}, [headless]) },
      reports: [{ messageId: 'name' as const, pointer: templatePointer }],
    },
    {
      name: 'the fully qualified name of the Service',
      object: labeled(deployment(wait('web.default.svc.cluster.local', 80), 1), { app: 'web' }),
      context: { siblings: siblingsOf({}, [service()]) },
      reports: [{ messageId: 'service', pointer: templatePointer }],
    },
  ],
})
