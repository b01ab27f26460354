// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Disagreements that the oracle found between the rehearsal and real runs, in their shortest form. */
import t from 'tap'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { findings, rehearsal } from './rehearsing.ts'

t.test('called unsafe, and right in every run', async (t) => {
  const scripts: readonly (readonly [string, Dialect])[] = [
    // What an archive brought is the archive's own, whoever asks first.
    ['tar xf /img/pack.tar -C /data\ngrep -q k /data/f 2>/dev/null || echo k >> /data/f', 'bash'],
    // So is what a folder of the image brought.
    ['cp -a /img/tree/. /data/\ngrep -q k /data/f 2>/dev/null || echo k >> /data/f', 'bash'],
    // The archive may hold d, or not.
    ['set -e\nmkdir -p /data/d\nrmdir /data/d\ntar xf /img/pack.tar -C /data', 'bash'],
    // Only if the tree holds links does BusyBox fail, and only in the second run.
    ['until cp -a /img/tree/. /work/; do gzip /work/f; break; done', 'ash'],
    ['set -e\nf() { mkdir /data/d; touch /data/f; }\nx=$(f)', 'ash'],
    // What tar lays beneath the names that rm left is what rm left of it.
    ['tar xkf /img/pack.tar -C /work\nwhile head -n 1 /img/template > /work/g; do rm -rf /work/*; break; done', 'bash'],
    // Only names that begin with a dot can be left of the archive.
    ['rm -rf /data/*\ntar xkf /img/pack.tar -C /data', 'bash'],
    ['rm -rf /data/*\nunzip /img/pack.zip -d /data', 'ash'],
    // The first sed may have left nothing for the second.
    ['cp -n /img/two /data/f\nsed -i s/x/X/ /data/f\nsed -i s/x/xx/ /data/f', 'bash'],
    // Tools print names bare, or with something behind them.
    ['helm list -q | grep -x foo || helm install foo ./chart', 'bash'],
    ['rabbitmqctl list_users | grep -x bob || rabbitmqctl add_user bob secret', 'bash'],
    // A manifest may hold what is asked for.
    ['kubectl get crd foos.example.org || kubectl create -f /crd.yaml', 'bash'],
    ['kubectl get crd | grep -q foos || kubectl create -f /crd.yaml', 'bash'],
    ['kubectl get deploy -o name | grep -q deployment.apps/foo || kubectl create deployment foo --image x', 'bash'],
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
    // A file that stays behind is no second copy in the first.
    'cp /img/one.gz /work/z.gz; gunzip /work/z.gz; { echo a; echo b; } > /own/f',
  ])
    t.equal(rehearsal(script).verdict, 'unsafe', script)
})

t.test('unknown, and right in every run', async (t) => {
  for (const script of [
    // A folder of the image that the script empties is empty.
    'mkdir -p /own/d\nrmdir /own/d',
    // A number is no empty text.
    'n=$((${HOSTNAME##*-} + 1))\n[ -n "$n" ] || mkdir /data/d',
    // A name that is known in part is not any name.
    'touch "/data/a-$HOSTNAME"\n[ -d /data/b ] || mkdir /data/b',
    "[ -s /data/f ] || { sed 's/@HOST@/h/' /img/template > /data/f; }\n[ -s /data/f ] || mkdir /data/d",
    '[[ $(hostname) =~ -([0-9]+)$ ]] || exit 1\necho id=$((100 + ${BASH_REMATCH[1]})) > /data/id',
    '[ -s /data/key ] || head -c 32 /dev/urandom | base64 > /data/key',
    '[ -s /data/key ] || cat /dev/urandom | tr -dc a-z | fold -w 32 | head -n 1 > /data/key',
    // What stands in a list is found again, whatever stood there before.
    "psql -lqt | cut -d '|' -f 1 | grep -qw app || createdb app",
    "psql -lqtA | cut -d '|' -f 1 | grep -Fxq app || createdb app",
    'kafka-topics.sh --list | grep -q "^app$" || kafka-topics.sh --create --topic app',
    '[ -n "$(kubectl get secret s --ignore-not-found -o name)" ] || kubectl create secret generic s --from-literal=a=b',
    'if [ $(psql -lqt | grep -w app | wc -l) -eq 0 ]; then createdb app; fi',
    'if [ "$(kubectl get ns | grep -c app)" = 0 ]; then kubectl create ns app; fi',
    "kubectl get ns | awk '{print $1}' | grep -x app || kubectl create ns app",
    'kubectl get ns -o name | grep -x namespace/app || kubectl create ns app',
    // A label of a pod does not show in a node.
    'zone=$(kubectl get node n -o name)\nkubectl label pod p "zone=$zone"\n[ "$zone" = "$(kubectl get node n -o name)" ] || mkdir /data/d',
  ])
    t.equal(rehearsal(script).verdict, 'safe', script)
})

t.test('the finding is one that every world shows', async (t) => {
  const script =
    'set -e\nif [ ! -f /work/.done ]; then\ngit clone -q file:///srv/origin.git /work/r\ntar xf /img/pack.tar -C /work\ntouch /work/.done\nfi'
  t.same(
    findings(script).map((line) => line.split(' ').slice(0, 3).join(' ')),
    ['stop retry fails:'],
  )
})
