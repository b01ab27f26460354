/** Scripts of known text that a script sources or starts. */
import t from 'tap'
import { noSiblings, type Siblings } from '../../../src/model/siblings.ts'
import { firstAnalyzed } from '../../support/init-scripts.ts'

const scripts = new Map([
  ['lib.sh', 'FOLDER=/data/out\nmake() {\n  mkdir "$1"\n}\nmake_sure() { mkdir -p "$1"; }'],
  ['make.sh', '#!/bin/sh\nset -e\nmkdir /data/run'],
  ['sure.sh', 'mkdir -p /data/run'],
  ['strict.sh', '#!/bin/bash\nset -euo pipefail\nmkdir -p "/data/$1"'],
  ['strict-once.sh', '#!/bin/bash -e\nset -o pipefail\nmkdir "/data/$1"'],
  ['tool.py', '#!/usr/bin/python3\nimport os'],
  ['env', 'TARGET=/data/target\n'],
  ['returns.sh', 'if [ -d /data/done ]; then return 0; fi\nmkdir /data/done'],
  ['template.sh', 'mkdir {{ .Values.folder }}'],
  ['broken.sh', 'if true; then'],
])
const configMaps = new Map([
  ['scripts', scripts],
  ['environment', new Map([['TARGET', '/data/target']])],
])
const siblings: Siblings = { ...noSiblings, configMap: (_, name) => configMaps.get(name) }

const volumes = [
  { name: 'data', emptyDir: {} },
  { name: 'scripts', configMap: { name: 'scripts' } },
  { name: 'elsewhere', configMap: { name: 'elsewhere' } },
]
const volumeMounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'scripts', mountPath: '/scripts' },
  { name: 'scripts', mountPath: '/opt/app/env', subPath: 'env' },
  { name: 'elsewhere', mountPath: '/scripts/other' },
]

function rehearsed(text: string, { shell = 'sh', image = 'debian:12', known = siblings } = {}) {
  const init = { name: 'i', image, command: [shell, '-c', text], volumeMounts, envFrom: [{ configMapRef: { name: 'environment' } }] }
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: [init], volumes } }
  return firstAnalyzed(object, known)
}
const verdict = (...given: Parameters<typeof rehearsed>) => rehearsed(...given).verdict

t.test('a sourced script sets variables and functions', async (t) => {
  t.equal(verdict('. /scripts/lib.sh\nmake $FOLDER'), 'unsafe')
  t.equal(verdict('. /scripts/lib.sh\nmake_sure $FOLDER'), 'safe')
  t.equal(verdict('source /scripts/lib.sh && make_sure $FOLDER', { shell: 'bash' }), 'safe')
  t.equal(verdict('set -a; . /opt/app/env; set +a\nmkdir -p $TARGET && touch $TARGET/x'), 'safe', 'a file that is mounted by subPath')
  t.equal(verdict('. /scripts/returns.sh\ntouch /data/x'), 'safe', 'return ends the sourced script only')
  t.equal(verdict('. /scripts/make.sh || true; false'), 'unknown', 'the script never succeeds')
  t.equal(verdict('. /scripts/lib.sh\nmake_sure $FOLDER', { known: noSiblings }), 'unknown', 'at admission, the ConfigMap is not available')
  t.equal(verdict('. /scripts/other/lib.sh\nmake_sure $FOLDER'), 'unknown', 'another volume is mounted there')
  t.equal(verdict('cd /scripts; . ./lib.sh; make_sure $FOLDER'), 'safe')
  t.equal(verdict('. lib.sh; mkdir -p /data/x'), 'unknown', 'a name without a slash is searched in the PATH')
})

t.test('a hazard in a nested script has the line of the command that runs it', async (t) => {
  t.match(rehearsed('echo a\n\n. /scripts/make.sh').hazards, [{ line: 3, command: 'mkdir /data/run', outcome: 'fails' }])
  t.match(rehearsed('. /scripts/lib.sh\necho a\necho b\nmake /data/x').hazards, [{ line: 4, program: 'mkdir' }])
  t.match(rehearsed("echo a\ntrap 'mkdir /data/x || exit 1' EXIT\ntouch /data/y").hazards, [{ line: 2, program: 'mkdir' }])
  t.match(rehearsed("echo a\neval 'f() { mkdir /data/x; }'\necho b\nf").hazards, [{ line: 4, program: 'mkdir' }])
})

t.test('a script that is started by a shell, by its path, or after a copy', async (t) => {
  t.equal(verdict('echo a; sh /scripts/make.sh'), 'unsafe')
  t.equal(verdict('echo a; sh -e /scripts/sure.sh'), 'safe')
  t.equal(verdict('echo a; /scripts/make.sh'), 'unsafe')
  t.equal(verdict('cp /scripts/sure.sh /tmp/run && chmod +x /tmp/run && /tmp/run'), 'safe')
  t.equal(verdict('cp -r /scripts /tmp/s && sh /tmp/s/make.sh'), 'unsafe')
  t.equal(verdict('printf "mkdir /data/x\\n" > /tmp/x.sh; chmod +x /tmp/x.sh; /tmp/x.sh'), 'unsafe', 'the script wrote it itself')
  t.equal(verdict('/scripts/tool.py /data'), 'unknown', 'it is not a shell script')
})

t.test('the first line of a script selects its shell', async (t) => {
  t.equal(verdict('echo a; /scripts/strict.sh x'), 'safe', 'dash does not support pipefail, bash does')
  t.equal(verdict('echo a; bash /scripts/strict.sh x'), 'safe')
  t.equal(verdict('echo a; /scripts/strict-once.sh x'), 'unsafe')
  t.equal(verdict('bash -c "set -o pipefail; mkdir -p /data/x"'), 'safe')
  t.equal(verdict('sh -c "set -o pipefail; mkdir -p /data/x"', { shell: 'bash' }), 'unknown', 'sh may be another shell')
})

t.test('a shell inherits exported variables only', async (t) => {
  t.equal(verdict("FOLDER=/data/x\nexport FOLDER\nsh -c 'mkdir -p $FOLDER'"), 'safe')
  t.equal(verdict("export FOLDER=/data/x\nsh -c 'mkdir $FOLDER'"), 'unsafe')
  t.equal(verdict("FOLDER=/data/x sh -c 'mkdir $FOLDER'"), 'unsafe')
  t.equal(verdict("env FOLDER=/data/x sh -c 'mkdir $FOLDER'"), 'unsafe')
  t.equal(verdict("set -a; FOLDER=/data/x; set +a; sh -c 'mkdir $FOLDER'"), 'unsafe')
  t.equal(verdict("declare -x FOLDER=/data/x; bash -c 'mkdir $FOLDER'", { shell: 'bash' }), 'unsafe')
  t.equal(verdict("FOLDER=/data/x\nsh -c 'mkdir $FOLDER'"), 'unknown', 'the image may set it to another value')
  t.equal(verdict("FOLDER=/data/x sh -c true; sh -c 'mkdir $FOLDER'"), 'unknown')
  t.equal(verdict("export FOLDER=/data/x; export -n FOLDER; sh -c 'mkdir $FOLDER'", { shell: 'bash' }), 'unknown')
  t.equal(verdict('FOLDER=/data/x\nsh -c "mkdir $FOLDER"'), 'unsafe', 'the outer shell expands it')
  t.equal(verdict('FOLDER=/data/x\n(mkdir $FOLDER)'), 'unsafe', 'a subshell copies all variables')
  t.equal(verdict("sh -c 'mkdir $TARGET'"), 'unsafe', 'a variable of the container')
})

t.test('variables from a ConfigMap are known if it is in the input', async (t) => {
  t.equal(verdict('mkdir -p $TARGET/x'), 'safe')
  t.equal(verdict('mkdir $TARGET'), 'unsafe')
  t.equal(verdict('mkdir -p $TARGET/x', { known: noSiblings }), 'unknown')
})

t.test('a nested script that is a template or does not parse is unknown', async (t) => {
  for (const file of ['template.sh', 'broken.sh']) {
    t.equal(verdict(`sh /scripts/${file}`), 'unknown')
    t.equal(verdict(`. /scripts/${file}`), 'unknown')
  }
})

t.test('the text of a mounted file is known to all commands', async (t) => {
  t.equal(verdict('if grep -q FOLDER /scripts/lib.sh; then mkdir -p /data/x; else mkdir /data/x; fi'), 'safe')
  t.equal(verdict('if [ -f /scripts/env ]; then mkdir -p /data/x; else mkdir /data/x; fi'), 'safe')
  t.equal(verdict('mkdir "$(cut -d= -f2 /opt/app/env)"'), 'unsafe')
  t.equal(verdict('mkdir -p "$(cat /opt/app/env | cut -d= -f2)"'), 'safe')
  t.equal(verdict('cp /scripts/* /data/'), 'safe')
  t.equal(verdict('cat /scripts/env >> /data/all'), 'unsafe')
  t.equal(verdict('cp -r /scripts /data/s'), verdict('cp -r /scripts /data/s', { known: noSiblings }))
})
