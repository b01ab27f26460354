/** Disagreements that the oracle found between the rehearsal and real runs, in their shortest form. */
import t from 'tap'
import type { Dialect } from '../../src/script/machine.ts'
import { findings, rehearsal } from './rehearsing.ts'

t.test('called unsafe, and right in every run', async (t) => {
  const scripts: readonly (readonly [string, Dialect])[] = [
    // What an archive brought is the archive's own, whoever asks first.
    ['tar xf /img/pack.tar -C /data\ngrep -q k /data/f 2>/dev/null || echo k >> /data/f', 'bash'],
    // The archive may hold d, or not.
    ['set -e\nmkdir -p /data/d\nrmdir /data/d\ntar xf /img/pack.tar -C /data', 'bash'],
    // Only if the tree holds links does BusyBox fail, and only in the second run.
    ['until cp -a /img/tree/. /work/; do gzip /work/f; break; done', 'ash'],
    ['set -e\nf() { mkdir /data/d; touch /data/f; }\nx=$(f)', 'ash'],
  ]
  for (const [script, dialect] of scripts) t.not(rehearsal(script, dialect).verdict, 'unsafe', script)
})

t.test('called safe, and wrong in some run', async (t) => {
  for (const script of [
    'if [ ! -f /data/f ]; then\n{ echo a; echo b; } > /data/f\nfi',
    '[ -s /data/f ] || { echo a; echo b; } >> /data/f',
    '[ -f /data/f ] || ( echo a; echo b ) > /data/f',
    '[ -f /data/f ] || for n in a b; do echo $n; done > /data/f',
  ])
    t.equal(rehearsal(script).verdict, 'unsafe', script)
})

t.test('unknown, and wrong in every course', async (t) => {
  for (const script of [
    'mkdir /data/d || echo y >> /data/g',
    'if mkdir /data/d; then :; else touch /data/f; fi',
    'i=0\nuntil mkdir /data/d; do i=$((i + 1)); [ $i -lt 3 ] || exit 1; done',
  ])
    t.equal(rehearsal(script).verdict, 'unsafe', script)
})

t.test('the finding is one that every world shows', async (t) => {
  const script =
    'set -e\nif [ ! -f /work/.done ]; then\ngit clone -q file:///srv/origin.git /work/r\ntar xf /img/pack.tar -C /work\ntouch /work/.done\nfi'
  t.same(
    findings(script).map((line) => line.split(' ').slice(0, 3).join(' ')),
    ['stop retry fails:'],
  )
})
