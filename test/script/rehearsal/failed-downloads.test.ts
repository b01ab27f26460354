/** Downloads that fail because of the network: what they leave, and whether the next run notices it. */
import t from 'tap'
import type { Userland } from '../../../src/script/syntax/dialect.ts'
import { findings, rehearsal, sameVerdicts } from './rehearsing.ts'

sameVerdicts('a guard skips what a failed download left', {
  '[ -f /data/x ] || curl -fo /data/x http://h/x': 'unsafe',
  '[ -s /data/x ] || curl -fo /data/x http://h/x': 'unsafe',
  '[ -f /work/x ] || curl -fo /work/x http://h/x': 'unsafe',
  'if [ ! -f /data/x ]; then curl -fsSL http://h/x > /data/x; fi': 'unsafe',
  'cd /data; [ -f x ] || curl -fO http://h/x': 'unsafe',
  '[ -f /data/x ] || timeout 60 curl -fo /data/x http://h/x': 'unsafe',
  "[ -f /data/x ] || sh -c 'curl -fo /data/x http://h/x'": 'unsafe',
  '[ -f /data/x ] || curl --fail-with-body -o /data/x http://h/x': 'unsafe',
  '[ -f /data/x ] || wget -O /data/x http://h/x': 'unsafe',
  '[ -f /data/x ] || wget -O - http://h/x > /data/x': 'unsafe',
  'cd /data; [ -f x ] || wget http://h/x': 'unsafe',
  'wget -nc -P /data http://h/x': 'unsafe',
  '[ -d /data/s ] || wget -r -P /data/s http://h/': 'unsafe',
  '[ -d /data/m ] || aws s3 sync s3://b/m /data/m': 'unsafe',
  // git removes a clone that fails, but not one whose submodules fail.
  '[ -d /data/r ] || git clone --recurse-submodules https://h/r /data/r': 'unsafe',
  '[ -d /data/m ] || rsync -a host:/m/ /data/m': 'unsafe',
})

sameVerdicts('a failed download leaves nothing that the next run keeps', {
  'curl -fo /data/x http://h/x': 'safe',
  'wget -O /data/x http://h/x': 'safe',
  '[ -f /data/x ] || { curl -fo /data/x.tmp http://h/x && mv /data/x.tmp /data/x; }': 'safe',
  '[ -f /data/x ] || { wget -O /data/x.tmp http://h/x && mv /data/x.tmp /data/x; }': 'safe',
  '[ -f /data/x ] || curl -f --remove-on-error -o /data/x http://h/x': 'safe',
  '[ -f /data/x ] || curl -fo /data/x http://h/x || { rm -f /data/x; exit 1; }': 'safe',
  // The client of the store renames a file when it is complete.
  '[ -f /data/x ] || aws s3 cp s3://b/x /data/x': 'safe',
  '[ -d /data/r ] || git clone https://h/r /data/r': 'safe',
  // The next attempt happens in the same run.
  'until curl -fo /data/x http://h/x; do sleep 5; done': 'safe',
  // Fails because of a full disk at most.
  '[ -f /data/k ] || openssl rand -hex 32 > /data/k': 'safe',
})

sameVerdicts('a pipe passes on what arrived', {
  'set -e; [ -d /data/a ] || { mkdir /data/a; curl -fsSL http://h/a.tgz | tar xz -C /data/a; }': 'unsafe',
  'mkdir -p /data/a; curl -fsSL http://h/a.tgz | tar xz -C /data/a': 'safe',
  'mkdir -p /data/a; curl -fsSL http://h/a.tar.gz | gunzip | tar x -C /data/a': 'safe',
  'set -e; [ -d /data/a ] || { mkdir /data/a; curl -fsSL http://h/a.tar.gz | gunzip | tar x -C /data/a; }': 'unsafe',
})

t.test('the download is reported, not the command that fails over its result', async (t) => {
  const script = 'set -e\n[ -f /data/a.tgz ] || curl -fo /data/a.tgz http://h/a.tgz\ntar xzf /data/a.tgz -C /data'
  t.strictSame(findings(script), ['failure retry differs: curl -fo /data/a.tgz http://h/a.tgz'])
  t.match(rehearsal(script).hazards, [{ place: { path: '/data/a.tgz' } }, { obligation: 'interrupted', place: { path: '/data/a.tgz' } }])
})

t.test('a command that fails on a rerun for its own reason is reported itself', async (t) => {
  const script = 'set -e\n[ -f /data/a ] || curl -fo /data/a http://h/a\nmkdir /data/d\ncurl -fo /data/b http://h/b'
  t.strictSame(
    findings(script).map((finding) => finding.replace(/^\w+ \w+ /, '')),
    ['differs: curl -fo /data/a http://h/a', 'fails: mkdir /data/d'],
  )
})

t.test('a kill and a failure that leave the same are both reported', async (t) => {
  const { atomic, hazards } = rehearsal('[ -f /data/x ] || curl -fo /data/x http://h/x')
  t.equal(atomic, false)
  t.strictSame(
    hazards.map(({ obligation }) => obligation),
    ['failure', 'interrupted'],
  )
})

t.test('wget -O: GNU leaves an empty file even if the server does not answer, BusyBox does not', async (t) => {
  const script = 'if [ -e /data/x ] && [ ! -s /data/x ]; then exit 0; fi\nwget -O /data/x http://h/x'
  const verdict = (userland: Userland, text = script) => rehearsal(text, userland === 'gnu' ? 'bash' : 'ash', undefined, userland).verdict
  t.equal(verdict('gnu'), 'unsafe')
  t.equal(verdict('busybox'), 'safe')
  t.equal(verdict('gnu', script.replace('-O', '-c -O')), 'unsafe')
})

t.test('a kill within a command is reported for that command, whatever the names', async (t) => {
  const interrupted = (script: string) =>
    rehearsal(script)
      .hazards.filter(({ obligation }) => obligation === 'interrupted')
      .map(({ command, outcome, place }) => `${command}: ${outcome} ${place?.kind === 'file' ? place.path : ''}`)
  for (const [first, second] of [
    ['a', 'z'],
    ['z', 'a'],
  ]) {
    t.strictSame(interrupted(`[ -d /data/d ] || { mkdir /data/d; cp /i/${first} /data/d/${first}; cp /i/${second} /data/d/${second}; }`), [
      `cp /i/${first} /data/d/${first}: differs /data/d/${first}`,
      `cp /i/${second} /data/d/${second}: differs /data/d/${second}`,
    ])
  }
  t.strictSame(interrupted('set -e\ncp -n /i/a.tgz /data/a.tgz\ntar xf /data/a.tgz -C /data'), [
    'cp -n /i/a.tgz /data/a.tgz: fails /data/a.tgz',
  ])
})

t.test('of several results that differ, the one that the script writes first is reported', async (t) => {
  for (const names of [
    ['a', 'b', 'c'],
    ['lib', 'alt', 'adm'],
  ]) {
    const script = names.map((name) => `echo ${name} >> /data/${name}`).join('\n')
    t.match(findings(script)[0], `repeat rerun differs: echo ${names[0]}`, script)
  }
})

sameVerdicts('a failure that does not end the script is hidden by a guard or a marker', {
  '[ -f /data/x ] || wget -O /data/x http://h/x\necho ready': 'unsafe',
  '[ -f /data/x ] || curl -fo /data/x http://h/x || true': 'unsafe',
  'if [ ! -f /data/.done ]; then aws s3 sync s3://b/m /data; touch /data/.done; fi': 'unsafe',
  'if [ ! -f /data/.done ]; then git clone https://h/r /data/r; touch /data/.done; fi': 'unsafe',
  'if [ ! -f /data/.done ]; then curl -fL http://h/x.tgz | tar xz -C /data; touch /data/.done; fi': 'unsafe',
  'if [ ! -f /data/.done ]; then kubectl apply -f /etc/x.yaml; touch /data/.done; fi': 'unsafe',
})

sameVerdicts('a failure that does not end the script is made up for by the next run, or noticed', {
  'wget -O /data/x http://h/x\necho ready': 'safe',
  'wget -O /data/x http://h/x\ntouch /data/.done': 'safe',
  'if [ ! -f /data/.done ]; then aws s3 sync s3://b/m /data && touch /data/.done; fi\necho ready': 'safe',
  'if [ ! -f /data/.done ]; then curl -fo /data/x http://h/x; [ -s /data/x ] || exit 1; touch /data/.done; fi': 'safe',
  'if [ ! -f /work/.done ]; then kubectl create ns x || true; touch /work/.done; fi': 'safe',
  'if [ ! -f /tmp/.done ]; then aws s3 sync s3://b/m /data; touch /tmp/.done; fi': 'safe',
  '[ -f /data/x ] || wget -O /data/x http://h/x || rm -f /data/x': 'safe',
})
