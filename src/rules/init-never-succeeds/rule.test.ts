import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer, scripted, scriptPointer, sequence, siblingsOf } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const shell = (text: string, image = 'busybox:1.37', extra: object = {}) =>
  commanded(['sh', '-c', text], { container: { image, ...extra } })
const fails = (
  name: string,
  object: object,
  messageId: (typeof ids)[number],
  data: Readonly<Record<string, string | number>> = {},
  pointer = scriptPointer,
) => ({
  name,
  object,
  reports: [{ messageId, pointer, data, ...(messageId === 'emptyClaim' && ({ milder: true } as const)) }],
})
const ids = Object.keys(rule.meta.messages) as (keyof typeof rule.meta.messages)[]
const word = (index: number) => `${commandPointer}/${index}`
const config = { volumeMounts: [{ name: 'config', mountPath: '/config' }] }
const configVolume = { volumes: [{ name: 'config', configMap: { name: 'c' } }] }
const inConfig = (command: readonly string[], image = 'debian:12') =>
  commanded(command, { container: { image, ...config }, podSpec: configVolume })

testRule(rule, {
  valid: [
    { name: 'a script that succeeds', object: shell('mkdir -p /work/a') },
    { name: 'a loop without an end, which init-never-completes reports', object: shell('while true; do sleep 1; done') },
    { name: 'a program that is not in the catalogue', object: commanded(['/app/setup', '&&', 'x']) },
    { name: 'a program of the image with a usual name', object: commanded(['/opt/cni/bin/install']) },
    { name: 'a failure after an unknown command, which may have repaired the cause', object: shell('setup /work; [ -f /work/x ]') },
    {
      name: 'a limit that the node may grant',
      object: shell('set -e; if [ "$(ulimit -n)" -lt 9 ]; then ulimit -n 9; if [ "$(ulimit -n)" -lt 9 ]; then exit 1; fi; fi'),
    },
    { name: 'a file mode mask of the image', object: shell('[ "$(umask)" = 0022 ]') },
    { name: 'a failure in one of several cases', object: shell('[ -f /etc/passwd ]') },
    { name: 'a script that reads its claim', object: shell('tar xf /data/a.tar -C /work') },
    { name: 'a volume that an earlier init container may have filled', object: sequence([mounting('true'), mounting('ls /work/*')]) },
    { name: 'a syntax error that only one of several shells reports', object: shell('a=(1 2)', 'registry.example/tools:1') },
    { name: 'a syntax error after exit', object: scripted('exit 0\nfi') },
    { name: 'a template', object: scripted('{{ if .x }}\nfi') },
    { name: 'set -o pipefail in a dash that has it', object: shell('set -o pipefail; true', 'debian:13') },
    { name: 'set -o pipefail in BusyBox', object: shell('set -o pipefail; true') },
    { name: 'a volume in a read-only root', object: sealed('touch /work/ready') },
    { name: 'a directory that may exist in a read-only root', object: sealed('mkdir -p /app/a') },
    { name: 'a path that may be a volume of the image', object: sealed('touch /var/lib/x/ready') },
    { name: 'a device', object: sealed('echo a > /dev/null') },
    { name: 'chown as root', object: shell('chown 1000 /work') },
    { name: 'chown to the same user', object: shell('chown 1000 /work', 'busybox', { securityContext: { runAsUser: 1000 } }) },
    { name: 'chown whose failure is ignored', object: shell('chown 1 /work || true', 'busybox', { securityContext: { runAsUser: 2 } }) },
    { name: 'a group', object: shell('chown :1000 /work', 'busybox', { securityContext: { runAsUser: 2 } }) },
    { name: 'a read-only volume whose failure is ignored', object: inConfig(['sh', '-c', 'chmod 600 /config/x || true']) },
    { name: 'bash in an image of unknown content', object: commanded(['bash', '-c', 'true'], { container: { image: 'tools:1' } }) },
    { name: 'a shell in a debug image', object: shell('true', 'gcr.io/distroless/static:debug-nonroot') },
    { name: 'an executable script of a ConfigMap', object: withMode(0o755) },
    { name: 'a removed directory that an archive contains', object: shell('rm -rf /tmp/a; unzip -q /z.zip -d /tmp; mv /tmp/a/b /work') },
    { name: 'a removed directory in a copied one', object: scripted('set -e; rm -rf /tmp/a; cp -r /app/. /tmp; mv /tmp/a/b /work') },
    { name: 'a limit that is set before it is checked', object: scripted('ulimit -n 9; if [[ "$(ulimit -Sn)" -lt 9 ]]; then exit 1; fi') },
    { name: 'a limit that is not known', object: scripted('if [[ "$(ulimit -n)" -lt 9 ]]; then exit 1; fi') },
    { name: 'a program with a blank in its name', object: shell("'/opt/my tools/cp' a") },
    { name: 'a command in quotes that a handler follows', object: shell("'echo hi' || true") },
    { name: 'a path with a blank', object: commanded(['/opt/my tools/run']) },
    { name: 'a script file that is not in the input', object: commanded(['sh', '/scripts/init.sh']) },
    { name: 'a sidecar', object: commanded(['sh', '-c', 'exit 1'], { container: { restartPolicy: 'Always' } }) },
  ],
  invalid: [
    fails('exit 1', shell('exit 1'), 'command', { what: 'exit', status: 1 }),
    fails('a pattern in an empty emptyDir', shell('chmod -R 600 /work/*'), 'command', { what: 'chmod' }),
    fails('a mount point that is removed', shell('rm -rf /work && mkdir /work'), 'command', { what: 'rm' }),
    fails('a file that the kubelet mounts', shell('mkdir -p /work/a cp /etc/hosts'), 'command', { what: 'mkdir' }),
    fails('the last line tests a file of a claim', shell('true\n[ -f /data/x ] && chmod 400 /data/x'), 'emptyClaim', { at: 'line 2: ' }),
    fails('mkdir on a read-only claim', readOnly('mkdir -p /data/x'), 'emptyClaim', { what: 'mkdir' }),
    fails('chown of a ConfigMap', inConfig(['chown', '-R', '1', '/config']), 'readOnly', { path: '/config' }, commandPointer),
    fails('a redirection to a ConfigMap', inConfig(['sh', '-c', 'echo a > /config/x']), 'readOnly', { path: '/config/x' }),
    fails('a file in a read-only root', sealed('touch /app/ready'), 'readOnly', { path: '/app/ready' }),
    fails('a redirection in a read-only root', sealed('echo a > /tmp/x'), 'readOnly', { path: '/tmp/x' }),
    fails('chown by another user', shell('chown 1 /work', 'busybox', { securityContext: { runAsUser: 2 } }), 'owner', { path: '/work' }),
    fails(
      'chown by root without CAP_CHOWN',
      shell('chown 1 /work', 'busybox', { securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'] } } }),
      'owner',
    ),
    fails('set -o pipefail in an old dash', shell('set -euo pipefail; true', 'debian:12'), 'pipefail', { status: 2 }),
    fails('an operator without a shell', commanded(['chown', '1', '/work', '&&', 'x']), 'unread', { path: '&&' }, commandPointer),
    fails('a pattern without a shell', commanded(['cp', '/etc/*', '/work']), 'unread', { path: '/etc/*' }, commandPointer),
    fails('a variable that no env sets', shell('cp $(SOURCE) /work'), 'unset', { what: 'cp', path: '$(SOURCE)' }),
    fails('such a variable with set -e', shell('set -e\nT=$(TENANT)\nmkdir /work/$T'), 'unset', { path: '$(TENANT)', status: 127 }),
    fails('such a variable without a shell', commanded(['cp', '/etc/$(A)', '/work']), 'unset', { path: '$(A)' }, commandPointer),
    fails(
      'a variable that env sets too late',
      shell('cp $(A) /work', 'busybox', {
        env: [
          { name: 'A', value: '$(B)' },
          { name: 'B', value: 'x' },
        ],
      }),
      'setLater',
      { path: '$(B)' },
    ),
    fails('a program in such a variable', commanded(['$(APP)/run', 'x']), 'unsetProgram', { what: '$(APP)/run' }, word(0)),
    fails('a keyword too many', scripted('true\nfi'), 'syntax', { at: 'line 2: ', status: 2 }),
    fails('carriage returns', scripted('if true; then\r\n  true\r\nfi\r\n'), 'carriageReturn'),
    fails('quotes without a shell', commanded(['cp', '-r', '"/app/."', '/work']), 'unread', { path: '"/app/."' }, commandPointer),
    fails('a file in a directory whose name is a quote', commanded(['touch', '"/work/a"']), 'unread', { what: 'touch' }, commandPointer),
    fails('a program whose name has quotes', commanded(['"/bin/sh"', '-c', 'true']), 'quoted', { what: '"/bin/sh"', status: 128 }, word(0)),
    fails('a command in quotes', shell("'cp /etc/hosts /work'"), 'quotedCommand', { path: 'cp /etc/hosts /work', status: 127 }),
    fails('a command in one word', commanded(["sh -c 'true'"]), 'oneWord', {}, word(0)),
    fails('the brackets of a list', commanded(['[sh', '-c]']), 'brackets', { what: '[sh' }, word(0)),
    fails('no program', commanded(['-c', 'true']), 'option', { what: '-c' }, word(0)),
    fails('bash in BusyBox', commanded(['bash', '-c', 'true'], { container: { image: 'busybox' } }), 'noShell', { what: 'bash' }, word(0)),
    fails('a shell in distroless', shell('true', 'gcr.io/distroless/static'), 'noShell', { what: 'sh' }, word(0)),
    {
      ...fails(
        'a script of a ConfigMap without a mode',
        inConfig(['/config/run.sh']),
        'notExecutable',
        { what: '/config/run.sh' },
        word(0),
      ),
      context: { siblings: siblingsOf({ c: { 'run.sh': 'true' } }) },
    },
    fails('a script of a ConfigMap without x bit', withMode(0o644), 'notExecutable', {}, word(0)),
    fails('a script without -c', commanded(['sh', 'set -e\ntrue']), 'scriptAsFile', { status: 2 }, word(1)),
    fails('-c and the script in one word', commanded(['sh', '-c true > /work/x']), 'gluedOption', {}, word(0)),
    {
      ...fails('a syntax error in a ConfigMap', inConfig(['sh', '/config/run.sh']), 'syntax', { at: 'line 1 of its script: ' }, word(1)),
      context: { siblings: siblingsOf({ c: { 'run.sh': 'fi' } }) },
    },
  ],
})

function mounting(text: string): object {
  return { name: text, image: 'busybox', command: ['sh', '-c', text], volumeMounts: [{ name: 'work', mountPath: '/work' }] }
}

function readOnly(text: string): object {
  return shell(text, 'busybox', { volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }] })
}

function withMode(defaultMode: number): object {
  const volumes = [{ name: 'config', configMap: { name: 'c', defaultMode } }]
  return commanded(['/config/run.sh'], { container: config, podSpec: { volumes } })
}

function sealed(text: string): object {
  return shell(text, 'busybox', { securityContext: { readOnlyRootFilesystem: true } })
}
