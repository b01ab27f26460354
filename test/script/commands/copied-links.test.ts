/** Copies of directories over themselves, which BusyBox cp refuses if they contain links. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal } from '../rehearsal/rehearsing.ts'

t.test('a directory of the image that is copied again has no links, unless such a directory usually has some', async (t) => {
  for (const [verdict, path] of [
    ['safe', '/app/theme/*'],
    ['safe', '/app/theme/.'],
    ['safe', '/plugins/*'],
    ['safe', '/opt/app/schema-service/.'],
    ['safe', '/usr/local/etc/haproxy/.'],
    ['safe', '/usr/share/nginx/html/.'],
    ['safe', '/opt/web/config/.'],
    ['unknown', '/etc/nginx/*'],
    ['unknown', '/etc/ssl/certs/*'],
    ['unknown', '/usr/local/lib/tool/.'],
    ['unknown', '/usr/share/zoneinfo/.'],
    ['unknown', '/app/.'],
    ['unknown', '/app/node_modules/.'],
    ['unknown', '/opt/java/openjdk/.'],
    ['unknown', '/opt/bitnami/nginx/logs/.'],
    ['unknown', '/venv/.'],
  ] as const) {
    t.equal(rehearsal(`cp -a ${path} /work/`, 'ash').verdict, verdict, path)
    t.equal(rehearsal(`cp -a ${path} /work/`, 'bash').verdict, 'safe', `${path} with GNU cp`)
  }
})

t.test('what a clone, an archive or another volume contains is not known', async (t) => {
  for (const script of [
    'git clone https://example.org/r /own/r\ncp -a /own/r/. /work/',
    'mkdir -p /own/t && tar xf /img/x.tar -C /own/t && cp -a /own/t/. /work/',
  ])
    t.equal(rehearsal(script, 'ash').verdict, 'unknown', script)
})

t.test('a mounted ConfigMap within the copied directory has links', async (t) => {
  const mounts = [
    { path: '/work', storage: 'pod', volume: 'work', subPath: '' },
    { path: '/theme/config', storage: 'read-only', volume: 'config', subPath: '', holdsLinks: true },
  ] as const
  t.equal(rehearsal('cp -a /theme/. /work/', 'ash', mounts).verdict, 'unsafe')
  t.equal(rehearsal('cp -af /theme/. /work/', 'ash', mounts).verdict, 'safe')
})
