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
    { name: 'a claim', object: scripted('mkdir -p /data/x') },
    { name: 'an emptyDir that the app mounts', object: scripted('echo a > /work/f') },
    { name: 'a part of it lasts', object: scripted('mkdir -p /opt/x\necho a > /data/f') },
    { name: 'scratch', object: scripted('echo a > /tmp/f') },
    { name: 'files of the kernel', object: scripted('echo 1 > /proc/sys/vm/overcommit_memory') },
    { name: 'nothing is written', object: scripted('echo hello') },
    { name: 'a program that nobody knows', object: scripted('echo a > /etc/app.conf\n/app/migrate') },
    { name: 'a network client', object: scripted('echo a > /etc/curlrc\ncurl -fX PUT http://api.example/x') },
    {
      name: 'an emptyDir that another init container mounts',
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
      name: 'its own file system',
      object: scripted('mkdir -p /html\necho a > /html/index.html'),
      reports: [{ messageId: 'ownFiles', pointer: scriptPointer, data: { path: '/html/index.html' } }],
    },
    {
      name: 'an emptyDir that nobody else mounts, after a file of its own',
      object: alone('echo a > /etc/own.conf\necho a > /own/f'),
      reports: [{ messageId: 'unsharedVolume', pointer: scriptPointer, data: { volume: 'own', path: '/own/f' } }],
    },
    {
      name: 'an emptyDir that nobody else mounts',
      object: alone('echo a > /own/f'),
      reports: [{ messageId: 'unsharedVolume', pointer: scriptPointer, data: { volume: 'own', path: '/own/f' } }],
    },
  ],
})
