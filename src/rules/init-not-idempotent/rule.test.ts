import { testRule } from '../testing/rule-tester.ts'
import { beside, commanded, commandPointer, scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const templatePointer = '/spec/template/spec/initContainers/0/command'

const chart = { labels: { 'helm.sh/chart': 'site-1.2.0' } }
const configured = {
  container: {
    command: ['sh', '/scripts/init.sh'],
    volumeMounts: [
      { name: 'scripts', mountPath: '/scripts' },
      { name: 'data', mountPath: '/data' },
    ],
  },
  podSpec: {
    volumes: [
      { name: 'scripts', configMap: { name: 'scripts' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'c' } },
    ],
  },
}

testRule(rule, {
  valid: [
    { name: 'mkdir -p', object: scripted('mkdir -p /data/x') },
    { name: 'a guard', object: scripted('[ -d /data/x ] || mkdir /data/x') },
    { name: 'a failure that nobody hears of', object: scripted('mkdir /data/x || true') },
    { name: 'a failure in the middle without set -e', object: scripted('mkdir /data/x\necho done') },
    { name: 'its own file system is fresh each time', object: scripted('mkdir /opt/x') },
    { name: 'an append to what the script itself began', object: scripted('echo a > /data/f\necho b >> /data/f') },
    { name: 'a clean start', object: scripted('rm -rf /data/x\nmkdir /data/x') },
    { name: 'a program that nobody knows', object: commanded(['/app/setup', '/data/x']) },
    { name: 'a template that is not filled in', object: scripted('mkdir /data/{{ .Values.name }}') },
    { name: 'carriage returns', object: scripted('mkdir /data/x\r\n') },
    { name: 'a script that does not parse', object: scripted('if mkdir /data/x; then') },
    { name: 'no command: the image decides', object: commanded([], { container: { args: ['mkdir', '/data/x'], image: 'tool:1' } }) },
    { name: 'a sidecar', object: scripted('mkdir /data/x', { container: { restartPolicy: 'Always' } }) },
    { name: 'a script of a ConfigMap that is not in the input', object: scripted('', configured) },
    {
      name: 'an emptyDir of a pod that is never restarted: a failed init container is not tried again',
      object: scripted('mkdir /work/x', { podSpec: { restartPolicy: 'Never' } }),
    },
    { name: 'bash alone knows it, and the shell is another one', object: commanded(['sh', '-c', 'a=(1 2); mkdir /data/x']) },
  ],
  invalid: [
    {
      name: 'a file that its owner, who is not root, may not write to',
      object: scripted('set -e\necho x > /work/f\nchmod 400 /work/f', { podSpec: { securityContext: { runAsUser: 1000 } } }),
      reports: [
        {
          messageId: 'fails',
          pointer: scriptPointer,
          data: { command: 'echo', ends: 'may not overwrite a read-only file', place: '/work (emptyDir)', fix: 'run rm -f /work/f first' },
        },
      ],
    },
    {
      name: 'mkdir on an emptyDir',
      object: scripted('set -e\nmkdir /work/x'),
      reports: [
        {
          messageId: 'fails',
          pointer: scriptPointer,
          data: {
            at: 'line 2 ',
            scriptLine: 2,
            command: 'mkdir',
            storage: 'pod',
            place: '/work (emptyDir)',
            event: 'a retry',
            fix: 'mkdir -p /work/x',
          },
        },
      ],
    },
    {
      name: 'a plain command',
      object: commanded(['mkdir', '/data/x']),
      reports: [{ messageId: 'fails', pointer: commandPointer, data: { at: '', scriptLine: 1, storage: 'claim', event: 'the pod' } }],
    },
    {
      name: 'the same in a StatefulSet, over a claim template',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        podSpec: { volumes: [{ name: 'work', emptyDir: {} }] },
        spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: '/spec/template/spec/initContainers/0/command', data: { storage: 'claim' } }],
    },
    {
      name: 'replicas that share a claim may run it at once',
      object: commanded(['mkdir', '/data/x'], { kind: 'Deployment', spec: { replicas: 3 } }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and 3 replicas may run it at once' } }],
    },
    {
      name: 'so may the pods of a DaemonSet',
      object: commanded(['mkdir', '/data/x'], { kind: 'DaemonSet' }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and the pods of all nodes may run it at once' } }],
    },
    {
      name: 'and those of a StatefulSet over a claim that is not of its templates',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        spec: { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'other' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and 2 replicas may run it at once' } }],
    },
    {
      name: 'not over claims of templates',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        spec: { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'not where each pod has an emptyDir of its own',
      object: commanded(['mkdir', '/work/x'], { kind: 'Deployment', spec: { replicas: 2 } }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'nor each node its own folder',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'DaemonSet',
        podSpec: { volumes: [{ name: 'data', hostPath: { path: '/srv' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '', storage: 'node' } }],
    },
    {
      name: 'nor where each pod has a folder of its own in the claim',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'Deployment',
        spec: { replicas: 2 },
        container: { volumeMounts: [{ name: 'data', mountPath: '/data', subPathExpr: '$(POD_NAME)' }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'the arguments of a well-known image',
      object: commanded([], { container: { args: ['mkdir', '/data/x'], image: 'busybox:1.37' } }),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/args', data: { command: 'mkdir' } }],
    },
    {
      name: 'the shell in args, options apart',
      object: commanded([], { container: { command: ['/bin/bash'], args: ['-e', '-o', 'pipefail', '-c', '--', 'mkdir /data/x\ntrue'] } }),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/args/5', data: { scriptLine: 1 } }],
    },
    {
      name: 'behind an init process',
      object: commanded(['/usr/bin/tini', '--', '/usr/bin/env', 'bash', '-c', 'mkdir /data/x']),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/command/5' }],
    },
    {
      name: 'an append',
      object: scripted('echo line >> /data/log'),
      reports: [{ messageId: 'duplicates', pointer: scriptPointer, data: { path: '/data/log' } }],
    },
    {
      name: 'what is new each time, on a claim',
      object: scripted('echo $RANDOM > /data/secret'),
      reports: [{ messageId: 'replaces', pointer: scriptPointer, data: { path: '/data/secret' } }],
    },
    {
      name: 'a marker before the work',
      object: scripted('[ -f /data/done ] && exit 0\ntouch /data/done\nmkdir /data/x'),
      reports: [{ messageId: 'skips', pointer: scriptPointer, data: { scriptLine: 3, after: ' after a stop' } }],
    },
    {
      name: 'a link that ends up in its target',
      object: scripted('mkdir -p /data/v1\nln -s /data/v1 /data/current'),
      reports: [{ messageId: 'differs', pointer: scriptPointer, data: { scriptLine: 2, command: 'ln' } }],
    },
    {
      name: 'a chart: its author is told, one step milder',
      object: scripted('mkdir /data/x', { metadata: chart }),
      reports: [{ messageId: 'fails', pointer: scriptPointer, milder: true, data: { fix: 'tell chart site-1.2.0: mkdir -p /data/x' } }],
    },
    {
      name: 'a script of a ConfigMap in the same input',
      object: scripted('', configured),
      context: { siblings: beside({ scripts: { 'init.sh': '#!/bin/sh\nset -e\nmkdir /data/x\n' } }) },
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/command/1', data: { scriptLine: 3, at: 'line 3 of its script ' } }],
    },
    {
      name: 'a variable of the manifest, as Kubernetes fills it in',
      object: commanded(['mkdir', '$(DIR)/x'], {
        container: {
          env: [
            { name: 'BASE', value: '/data' },
            { name: 'DIR', value: '$(BASE)' },
            { name: 'SECRET', valueFrom: {} },
          ],
        },
        podSpec: {
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: 'c' } },
            { name: 'work', emptyDir: {} },
          ],
        },
      }),
      reports: [{ messageId: 'fails', pointer: commandPointer, data: { path: '/data/x' } }],
    },
    {
      name: 'a claim outlives a pod that is never restarted',
      object: scripted('mkdir /data/x', { podSpec: { restartPolicy: 'Never' } }),
      reports: [{ messageId: 'fails', pointer: scriptPointer, data: { rerun: 'replace' } }],
    },
  ],
})
