import { workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { scripted, scriptPointer, sequence } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const alone = (text: string) =>
  scripted(text, {
    container: { volumeMounts: [{ name: 'own', mountPath: '/own' }] },
    podSpec: { volumes: [{ name: 'own', emptyDir: {} }] },
  })

testRule(rule, {
  valid: [
    { name: 'a write to a PersistentVolumeClaim', object: scripted('mkdir -p /data/x') },
    { name: 'a write to an emptyDir that the app mounts', object: scripted('echo a > /work/f') },
    { name: 'a write to its own file system and one to a volume', object: scripted('mkdir -p /opt/x\necho a > /data/f') },
    { name: 'a write to /tmp', object: scripted('echo a > /tmp/f') },
    { name: 'a write to /proc', object: scripted('echo 1 > /proc/sys/vm/overcommit_memory') },
    {
      name: 'a patch, whose target may mount a volume there',
      object: workload('DaemonSet', {
        initContainers: [{ name: 'a', image: 'debian:12', command: ['bash', '-c', 'echo a > /host/f'] }],
        containers: [{ name: 'main' }],
      }),
    },
    { name: 'a file that the containers of the pod share', object: scripted('echo "options ndots:5" > /etc/resolv.conf') },
    {
      name: 'a write to the working directory of an image, which may be a volume',
      object: scripted('mkdir -p cache && echo a > cache/f', { container: { image: 'registry.example/app:1' } }),
    },
    { name: 'a script that writes nothing', object: scripted('echo hello') },
    { name: 'a script with an unknown program', object: scripted('echo a > /etc/app.conf\n/app/migrate') },
    { name: 'a script with a network client', object: scripted('echo a > /etc/curlrc\ncurl -fX PUT http://api.example/x') },
    {
      name: 'a write to an emptyDir that another init container mounts',
      object: sequence(
        ['one', 'two'].map((name) => ({
          name,
          image: 'debian:12',
          command: ['bash', '-c', 'echo a > /own/f'],
          volumeMounts: [{ name: 'own', mountPath: '/own' }],
        })),
        { volumes: [{ name: 'own', emptyDir: {} }] },
      ),
    },
  ],
  invalid: [
    {
      name: 'writes only to the working directory of an image without a volume',
      object: scripted('mkdir -p cache && echo a > cache/f', { container: { image: 'registry.example/app:1', volumeMounts: [] } }),
      reports: [{ messageId: 'ownFiles', pointer: scriptPointer }],
    },
    {
      name: 'writes only to the working directory of a well-known image',
      object: scripted('mkdir -p cache && echo a > cache/f'),
      reports: [{ messageId: 'ownFiles', pointer: scriptPointer }],
    },
    {
      name: 'writes only to its own file system',
      object: scripted('mkdir -p /html\necho a > /html/index.html'),
      reports: [{ messageId: 'ownFiles', pointer: scriptPointer, data: { path: '/html/index.html' } }],
    },
    {
      name: 'writes only to its own file system and an emptyDir that no other container mounts',
      object: alone('echo a > /etc/own.conf\necho a > /own/f'),
      reports: [{ messageId: 'unsharedVolume', pointer: scriptPointer, data: { volume: 'own', path: '/own/f' } }],
    },
    {
      name: 'writes only to an emptyDir that no other container mounts',
      object: alone('echo a > /own/f'),
      reports: [{ messageId: 'unsharedVolume', pointer: scriptPointer, data: { volume: 'own', path: '/own/f' } }],
    },
  ],
})
