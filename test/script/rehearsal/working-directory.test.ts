/** Relative paths in a container without `workingDir`. */
import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { imageFolderOf } from '../../../src/script/container/image-shells.ts'
import type { Storage } from '../../../src/script/container/storage.ts'
import { type Hazard, type Rehearsal, rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'

/** The verdict of a script in an image with an unknown working directory, with a volume at /data. */
function verdictOf(script: string, storage: Storage = 'claim', workingFolder: string | null = null): string {
  return rehearsed(script, storage, workingFolder).verdict
}

/** The paths of hazards. */
function placesOf(hazards: readonly Hazard[]): readonly string[] {
  return hazards.flatMap(({ place }) => (place?.kind === 'file' ? [place.path] : []))
}

function rehearsed(script: string, storage: Storage = 'claim', workingFolder: string | null = null): Rehearsal {
  return rehearse(
    {
      script: parseScript(script),
      positional: [],
      options: { errexit: true, nounset: false, pipefail: false },
      mounts: [{ path: '/data', storage, volume: 'data', subPath: '' }],
      environment: new Map(),
      workingFolder,
      userland: 'gnu',
      dialect: 'bash',
    },
    catalogue,
  )
}

t.test('a write to a relative path may be in a volume, so that it is unknown', async (t) => {
  for (const script of [
    'mkdir out',
    'mkdir ./out',
    'echo x >> log',
    'git clone https://git.example/app.git app',
    'mkdir -p sub && cd sub && mkdir out',
    'mkdir "$PWD/out"',
    'mkdir "$(pwd)/out"',
    '(mkdir out)',
    'sh -c "mkdir out"',
    '[ -f done ] || { echo x >> /tmp/log; touch done; mkdir out; }',
  ]) {
    t.equal(verdictOf(script), 'unknown', script)
    t.equal(verdictOf(script, 'pod'), 'unknown', script)
    t.equal(verdictOf(script, 'read-only'), 'safe', `${script}, without a volume that keeps it`)
    t.equal(verdictOf(script, 'claim', ''), 'safe', `${script} in the root directory`)
  }
})

t.test('a relative path does not matter if the result is the same in each directory', async (t) => {
  t.equal(verdictOf('mkdir -p out && echo x > out/f'), 'safe')
  t.equal(verdictOf('cp -rf dist/. /data/'), 'safe')
  t.equal(verdictOf('./migrate; mkdir /data/x'), 'unsafe')
  t.equal(verdictOf('cd /tmp && mkdir out'), 'safe')
  t.equal(verdictOf('cd /data && mkdir out'), 'unsafe')
  t.equal(verdictOf('mkdir /data/out; cat f'), 'unsafe')
})

t.test('a parent directory of an unknown directory is not the root', async (t) => {
  t.equal(verdictOf('cd .. && mkdir data/x'), 'unknown')
  t.equal(verdictOf('mkdir ../data/x'), 'unknown')
})

t.test('a relative path that the script also tests as an absolute one means the root directory', async (t) => {
  for (const script of [
    '[ -d /data/mysql ] || tar xf /base.tar data/mysql',
    '[ -d /data/mysql ] || cp -r /opt/mysql data/mysql',
    'if [ ! -d /data/mysql ]; then cd data; cp -r /opt/mysql mysql; fi',
  ]) {
    const { atomic, hazards } = rehearsed(script)
    t.equal(atomic, false, script)
    t.strictSame(placesOf(hazards), ['/data/mysql'], script)
  }
  t.equal(verdictOf('[ -f /data/x ] || curl -fo data/x http://h/x'), 'unsafe')
  t.equal(verdictOf('[ -f /data/x ] || { curl -fo data/x.tmp http://h/x && mv data/x.tmp data/x; }'), 'safe')
})

t.test('an archive with unknown members may be meant for the root directory', async (t) => {
  for (const script of ['[ -d /data/mysql ] || tar xf /base.tar', '[ -d /data/mysql ] || unzip -o /base.zip']) {
    t.equal(rehearsed(script).atomic, null, script)
    t.equal(rehearsed(script, 'read-only').atomic, true, script)
  }
  t.equal(verdictOf('tar xf /base.tar'), 'safe')
  t.equal(verdictOf('[ -d /data/mysql ] || tar xf /base.tar -C /tmp'), 'safe')
})

t.test('the working directory of well-known images', async (t) => {
  for (const image of ['busybox:1.37', 'registry.example/mirror/alpine', 'postgres:16', 'bitnami/os-shell:12'])
    t.equal(imageFolderOf(image), '', image)
  t.equal(imageFolderOf('redis:7'), '/data')
  t.equal(imageFolderOf('php:8-fpm'), '/var/www/html')
  for (const image of ['registry.example/app:1', 'quay.io/own/redis', 'not an image']) t.equal(imageFolderOf(image), undefined, image)
})
