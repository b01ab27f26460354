import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer, scripted, scriptPointer, siblingsOf } from '../testing/scripts.ts'
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
    { name: 'mkdir after a check', object: scripted('[ -d /data/x ] || mkdir /data/x') },
    { name: 'mkdir || true', object: scripted('mkdir /data/x || true') },
    { name: 'a failure in the middle without set -e', object: scripted('mkdir /data/x\necho done') },
    { name: "mkdir in the container's own file system", object: scripted('mkdir /opt/x') },
    { name: 'an append to a file that the script itself creates', object: scripted('echo a > /data/f\necho b >> /data/f') },
    { name: 'mkdir after a cleanup', object: scripted('rm -rf /data/x\nmkdir /data/x') },
    { name: 'an unknown program', object: commanded(['/app/setup', '/data/x']) },
    { name: 'an unfilled template placeholder', object: scripted('mkdir /data/{{ .Values.name }}') },
    { name: 'a script with carriage returns', object: scripted('mkdir /data/x\r\n') },
    { name: 'a script that does not parse', object: scripted('if mkdir /data/x; then') },
    {
      name: 'args without a command, for the entrypoint of an unknown image',
      object: commanded([], { container: { args: ['mkdir', '/data/x'], image: 'tool:1' } }),
    },
    { name: 'a sidecar', object: scripted('mkdir /data/x', { container: { restartPolicy: 'Always' } }) },
    { name: 'a script in a ConfigMap that is not in the input', object: scripted('', configured) },
    {
      name: 'an emptyDir in a Never pod, where a failed init container is not retried',
      object: scripted('mkdir /work/x', { podSpec: { restartPolicy: 'Never' } }),
    },
    { name: 'bash syntax in a sh script', object: commanded(['sh', '-c', 'a=(1 2); mkdir /data/x']) },
  ],
  invalid: [
    {
      name: 'a guard that skips what a failed download left',
      object: scripted('set -e\n[ -f /work/f ] || curl -fo /work/f https://files.example/f'),
      reports: [
        {
          messageId: 'skips',
          pointer: scriptPointer,
          data: { scriptLine: 2, command: 'curl', after: ' after a failure', fix: 'write to /work/f.tmp, then mv it to /work/f' },
        },
      ],
    },
    {
      name: 'a read-only file of a user other than root',
      object: scripted('set -e\necho x > /work/f\nchmod 400 /work/f', { podSpec: { securityContext: { runAsUser: 1000 } } }),
      reports: [
        {
          messageId: 'fails',
          pointer: scriptPointer,
          data: { command: 'echo', ends: 'cannot overwrite a read-only file', place: '/work (emptyDir)', fix: 'run rm -f /work/f first' },
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
            at: 'line 2: ',
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
      name: 'mkdir as a plain command on a PersistentVolumeClaim',
      object: commanded(['mkdir', '/data/x']),
      reports: [{ messageId: 'fails', pointer: commandPointer, data: { at: '', scriptLine: 1, storage: 'claim', event: 'the pod' } }],
    },
    {
      name: 'mkdir in a StatefulSet with a volumeClaimTemplate',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        podSpec: { volumes: [{ name: 'work', emptyDir: {} }] },
        spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: '/spec/template/spec/initContainers/0/command', data: { storage: 'claim' } }],
    },
    {
      name: 'mkdir by 3 replicas that share a PersistentVolumeClaim',
      object: commanded(['mkdir', '/data/x'], { kind: 'Deployment', spec: { replicas: 3 } }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and 3 replicas may race' } }],
    },
    {
      name: 'mkdir by the pods of a DaemonSet that share a PersistentVolumeClaim',
      object: commanded(['mkdir', '/data/x'], { kind: 'DaemonSet' }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and all nodes may race' } }],
    },
    {
      name: 'mkdir by a StatefulSet whose pods share a PersistentVolumeClaim',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        spec: { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'other' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: ', and 2 replicas may race' } }],
    },
    {
      name: 'no race on the volumeClaimTemplate of a StatefulSet',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'StatefulSet',
        spec: { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'no race on an emptyDir',
      object: commanded(['mkdir', '/work/x'], { kind: 'Deployment', spec: { replicas: 2 } }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'no race on a hostPath of a DaemonSet',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'DaemonSet',
        podSpec: { volumes: [{ name: 'data', hostPath: { path: '/srv' } }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '', storage: 'node' } }],
    },
    {
      name: 'no race if each pod mounts its own directory of the PersistentVolumeClaim',
      object: commanded(['mkdir', '/data/x'], {
        kind: 'Deployment',
        spec: { replicas: 2 },
        container: { volumeMounts: [{ name: 'data', mountPath: '/data', subPathExpr: '$(POD_NAME)' }] },
      }),
      reports: [{ messageId: 'fails', pointer: templatePointer, data: { race: '' } }],
    },
    {
      name: 'mkdir in the args of a known image',
      object: commanded([], { container: { args: ['mkdir', '/data/x'], image: 'busybox:1.37' } }),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/args', data: { command: 'mkdir' } }],
    },
    {
      name: 'a shell whose options and script are in args',
      object: commanded([], { container: { command: ['/bin/bash'], args: ['-e', '-o', 'pipefail', '-c', '--', 'mkdir /data/x\ntrue'] } }),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/args/5', data: { scriptLine: 1 } }],
    },
    {
      name: 'a shell behind tini and env',
      object: commanded(['/usr/bin/tini', '--', '/usr/bin/env', 'bash', '-c', 'mkdir /data/x']),
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/command/5' }],
    },
    {
      name: 'an append to a file',
      object: scripted('echo line >> /data/log'),
      reports: [{ messageId: 'duplicates', pointer: scriptPointer, data: { path: '/data/log' } }],
    },
    {
      name: 'a random secret on a PersistentVolumeClaim',
      object: scripted('echo $RANDOM > /data/secret'),
      reports: [{ messageId: 'replaces', pointer: scriptPointer, data: { path: '/data/secret' } }],
    },
    {
      name: 'a marker file that is created before the work',
      object: scripted('[ -f /data/done ] && exit 0\ntouch /data/done\nmkdir /data/x'),
      reports: [{ messageId: 'skips', pointer: scriptPointer, data: { scriptLine: 3, after: ' after a kill' } }],
    },
    {
      name: 'a link that the rerun creates inside its target',
      object: scripted('mkdir -p /data/v1\nln -s /data/v1 /data/current'),
      reports: [{ messageId: 'differs', pointer: scriptPointer, data: { scriptLine: 2, command: 'ln' } }],
    },
    {
      name: 'a script of a Helm chart, one step milder',
      object: scripted('mkdir /data/x', { metadata: chart }),
      reports: [{ messageId: 'fails', pointer: scriptPointer, milder: true, data: { fix: 'in chart site-1.2.0: mkdir -p /data/x' } }],
    },
    {
      name: 'a script in a ConfigMap in the same input',
      object: scripted('', configured),
      context: { siblings: siblingsOf({ scripts: { 'init.sh': '#!/bin/sh\nset -e\nmkdir /data/x\n' } }) },
      reports: [{ messageId: 'fails', pointer: '/spec/initContainers/0/command/1', data: { scriptLine: 3, at: 'line 3 of its script: ' } }],
    },
    {
      name: 'a path with a variable that Kubernetes expands',
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
      name: 'a PersistentVolumeClaim in a Never pod',
      object: scripted('mkdir /data/x', { podSpec: { restartPolicy: 'Never' } }),
      reports: [{ messageId: 'fails', pointer: scriptPointer, data: { rerun: 'replace' } }],
    },
  ],
})
