import t from 'tap'
import { noSiblings, type Siblings } from '../../../src/model/siblings.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { scriptOf } from '../../../src/script/container/container-script.ts'
import { environmentOf } from '../../../src/script/container/environment.ts'
import { mountedTexts } from '../../../src/script/container/mounted-text.ts'
import { mountsOf, PodVolumes } from '../../../src/script/container/storage.ts'
import { textOf } from '../../../src/script/value/value.ts'

const scripts: Siblings = {
  configMap: (namespace, name) =>
    namespace === 'shop' && name === 'scripts'
      ? new Map([
          ['init.sh', 'echo plain'],
          ['bash.sh', '#!/usr/bin/env bash -e\necho bash'],
          ['ash.sh', '#!/bin/ash -eu\necho ash'],
          ['job.py', '#!/usr/bin/python3\nprint()'],
        ])
      : undefined,
  services: () => [],
}

const volumes = [
  { name: 'whole', configMap: { name: 'scripts' } },
  { name: 'items', configMap: { name: 'scripts', items: [{ key: 'init.sh', path: 'sub/run' }] } },
  { name: 'projected', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'scripts' } }] } },
  { name: 'other', configMap: { name: 'elsewhere' } },
  { name: 'data', emptyDir: {} },
]

/** The script of an init container, or why it is not known. */
function found(container: object, siblings: Siblings = noSiblings) {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { initContainers: [{ name: 'i', image: 'busybox:1', ...container }], volumes },
  }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const init = workload?.containers()[0]
  if (workload === undefined || init === undefined) throw new Error('no init container')
  const mounts = mountsOf(init, new PodVolumes(workload.podSpec), new Set())
  return scriptOf(init, environmentOf(init.raw), mountedTexts(mounts, workload, siblings), catalogue)
}

/** Text, origin, the end of the pointer, dialects. */
function outline(container: object, siblings?: Siblings): readonly (string | undefined)[] {
  const script = found(container, siblings)
  const pointer = script.pointer.replace('/spec/initContainers/0', '')
  if ('why' in script) return ['unknown', pointer]
  return [script.text, script.origin, pointer, script.flavors.map(({ dialect, userland }) => `${dialect}/${userland}`).join(' ')]
}

t.test('the script of command and args in all their forms', async (t) => {
  t.strictSame(outline({ command: ['sh', '-c', 'a\nb'] }), ['a\nb', 'inline', '/command/2', 'ash/busybox'])
  t.strictSame(outline({ image: 'own/busybox', command: ['/bin/bash'], args: ['-ec', 'a'] }), ['a', 'inline', '/args/1', 'bash/busybox'])
  t.strictSame(outline({ command: ['tini', '--', 'env', 'sh', '-c', 'a'] }), ['a', 'inline', '/command/5', 'ash/busybox'])
  t.strictSame(outline({ command: ['busybox', 'sh', '-c', 'a'] }), ['a', 'inline', '/command/4', 'ash/busybox'].with(2, '/command/3'))
  t.strictSame(outline({ command: ['cp', '-r', '/a b', '/c'] }), ["cp -r '/a b' /c", 'command', '/command', 'ash/busybox'])
  t.strictSame(outline({ args: ['mkdir', '/x'] }), ['mkdir /x', 'command', '/args', 'ash/busybox'])
  t.strictSame(outline({ image: 'alpine/git', args: ['clone', 'u', '/x'] }), ['git clone u /x', 'command', '/args', 'ash/busybox'])
  t.strictSame(outline({ image: 'litestream/litestream', args: ['restore', '/x'] })[0], 'litestream restore /x')
  t.strictSame(outline({ image: 'apache/airflow:2', args: ['airflow', 'db', 'migrate'] })[0], 'airflow db migrate')
  t.strictSame(outline({ image: 'public.ecr.aws/aws-cli/aws-cli', args: ['s3', 'ls'] })[0], 'aws s3 ls')
  t.strictSame(
    outline({ image: 'own.example/aws-cli', args: ['s3', 'ls'] }),
    ['unknown', ''],
    'the same name in another registry is another image',
  )
  t.strictSame(outline({ command: ['sh'] }), ['', 'inline', '/command/0', 'ash/busybox'], 'a shell without arguments runs an empty script')
})

t.test('containers whose script is not known', async (t) => {
  t.strictSame(outline({}), ['unknown', ''])
  t.strictSame(outline({ command: [] }), ['unknown', ''])
  t.strictSame(outline({ image: 'own/tool', args: ['mkdir', '/x'] }), ['unknown', ''])
  t.strictSame(outline({ command: ['$(PROGRAM)', 'x'] }), ['unknown', '/command/0'])
  t.strictSame(outline({ command: ['sh', '$(OPTIONS)', 'x'] }), ['unknown', '/command/0'])
  t.strictSame(outline({ command: ['sh', '/scripts/init.sh'] }), ['unknown', '/command/1'])
  t.strictSame(outline({ command: 'sh -c x', args: { 0: 'x' } }), ['unknown', ''], 'not lists')
})

t.test('scripts in ConfigMaps of the same input', async (t) => {
  const mount = (name: string, mountPath: string, subPath?: string) => ({
    volumeMounts: [{ name, mountPath, ...(subPath === undefined ? {} : { subPath }) }],
  })
  const text = (container: object) => outline(container, scripts)[0]
  t.equal(text({ command: ['sh', '/s/init.sh'], ...mount('whole', '/s/') }), 'echo plain')
  t.equal(text({ command: ['sh', '/s/sub/run'], ...mount('items', '/s') }), 'echo plain')
  t.equal(text({ command: ['sh', '/s/init.sh'], ...mount('items', '/s') }), 'unknown', 'the items do not include it')
  t.equal(text({ command: ['sh', '/s/init.sh'], ...mount('projected', '/s') }), 'echo plain')
  t.equal(text({ command: ['sh', '/init.sh'], ...mount('whole', '/init.sh', 'init.sh') }), 'echo plain')
  t.equal(text({ command: ['sh', '/s/init.sh'], ...mount('other', '/s') }), 'unknown', 'the ConfigMap is not in the input')
  t.equal(text({ command: ['sh', '/s/init.sh'], ...mount('data', '/s') }), 'unknown')
  t.equal(text({ image: 'own/busybox', command: ['sh', '/sx/init.sh'], ...mount('whole', '/s') }), 'unknown', 'another directory')
  t.strictSame(outline({ image: 'own/busybox', command: ['sh', '-c', ' /s/init.sh\n'], ...mount('whole', '/s') }, scripts).slice(0, 3), [
    'echo plain',
    'configMap',
    '/command/2',
  ])
  for (const command of ['exec /s/init.sh', 'sh /s/init.sh', 'exec bash -e /s/init.sh one\n']) {
    t.equal(text({ image: 'own/busybox', command: ['sh', '-ec', command], ...mount('whole', '/s') }), 'echo plain', command)
  }
  t.equal(
    text({ image: 'own/busybox', command: ['sh', '-c', 'cp /s/init.sh /data/'], ...mount('whole', '/s') }),
    'cp /s/init.sh /data/',
    'it does not only start the file',
  )
  t.equal(text({ image: 'own/busybox', command: ['sh', '-c', 'sh /elsewhere/init.sh'], ...mount('whole', '/s') }), 'sh /elsewhere/init.sh')
  const started = found({ image: 'own/busybox', command: ['sh', '-c', 'exec bash -u /s/init.sh one'], ...mount('whole', '/s') }, scripts)
  t.match(started, { options: { errexit: false, nounset: true }, positional: [['one']], pointer: '/spec/initContainers/0/command/2' })
  t.strictSame(outline({ image: 'own/busybox', command: ['/s/bash.sh'], ...mount('whole', '/s') }, scripts).at(-1), 'bash/busybox')
  t.equal(text({ command: ['/s/job.py'], ...mount('whole', '/s') }), 'unknown', 'it is not a shell script')
  const ash = found({ command: ['/s/ash.sh', 'one', '$(TWO)'], ...mount('whole', '/s') }, scripts)
  if ('why' in ash) throw new Error(ash.why)
  t.strictSame(ash.options, { errexit: true, nounset: true, pipefail: false }, 'its first line sets options')
  t.strictSame(ash.positional.map(textOf), ['one', undefined])
  const plain = found({ command: ['sh', '/s/ash.sh'], ...mount('whole', '/s') }, scripts)
  t.match(plain, { options: { errexit: false } }, 'the first line does not count if a shell is given the file')
})

t.test('the shells and tools that an image may contain', async (t) => {
  const flavors = (image: string, shell = 'sh') => outline({ image, command: [shell, '-c', 'x'] }).at(-1)
  t.equal(flavors('alpine:3.22'), 'ash/busybox')
  t.equal(flavors('redis:8-alpine'), 'ash/busybox')
  t.equal(flavors('mirror.example/library/busybox:1'), 'ash/busybox')
  t.equal(flavors('ubuntu:24.04'), 'posix/gnu')
  t.equal(flavors('python:3.13'), 'posix/gnu')
  t.equal(flavors('python:3.13-alpine'), 'ash/busybox')
  t.equal(flavors('registry.example/team/app:1-slim'), 'posix/gnu')
  t.equal(flavors('fedora:43'), 'bash/gnu')
  t.equal(flavors('registry.access.redhat.com/ubi9/ubi:9.6'), 'bash/gnu')
  t.equal(flavors('bitnami/postgresql:17'), 'posix/gnu bash/gnu')
  t.equal(flavors('registry.example/python:3'), 'posix/gnu bash/gnu ash/busybox', 'the name of an official image in another registry')
  t.equal(flavors('own/tool', 'bash'), 'bash/gnu bash/busybox')
  t.equal(flavors('Not An Image'), 'posix/gnu bash/gnu ash/busybox')
})
