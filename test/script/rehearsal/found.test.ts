// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Disagreements between the rehearsal and real runs that the oracle tests found, reduced to their shortest form. */
import t from 'tap'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { findings, rehearsal } from './rehearsing.ts'

t.test('scripts that are right in every real run are not unsafe', async (t) => {
  const scripts: readonly (readonly [string, Dialect])[] = [
    // The content of a file from an archive is the same, whichever command reads it first.
    ['tar xf /img/pack.tar -C /data\ngrep -q k /data/f 2>/dev/null || echo k >> /data/f', 'bash'],
    // The same applies to a folder of the image.
    ['cp -a /img/tree/. /data/\ngrep -q k /data/f 2>/dev/null || echo k >> /data/f', 'bash'],
    // The archive may contain d or not.
    ['set -e\nmkdir -p /data/d\nrmdir /data/d\ntar xf /img/pack.tar -C /data', 'bash'],
    // BusyBox cp fails only if the tree contains links, and only in the second run.
    ['until cp -a /img/tree/. /work/; do gzip /work/f; break; done', 'ash'],
    ['set -e\nf() { mkdir /data/d; touch /data/f; }\nx=$(f)', 'ash'],
    // tar -k only restores names that rm removed.
    ['tar xkf /img/pack.tar -C /work\nwhile head -n 1 /img/template > /work/g; do rm -rf /work/*; break; done', 'bash'],
    // Only names that begin with a dot can remain of the archive.
    ['rm -rf /data/*\ntar xkf /img/pack.tar -C /data', 'bash'],
    ['rm -rf /data/*\nunzip /img/pack.zip -d /data', 'ash'],
    // After the first sed, the second may match nothing.
    ['cp -n /img/two /data/f\nsed -i s/x/X/ /data/f\nsed -i s/x/xx/ /data/f', 'bash'],
    // A clone into a path below decides that the archive or the tree contains nothing there.
    [
      'git init -q /data/r\nif tar xkf /img/pack.tar -C /data; then echo ok; else echo no; fi\n' +
        'tar xkf /img/pack.tar -C /own\ngit clone /srv/origin.git /own/r',
      'bash',
    ],
    [
      'rm -rf /data/r; git clone -q /srv/origin.git /data/r\ncp -a /img/tree/. /data/\n' +
        'git clone -q -b dev /srv/origin.git /data/r || true',
      'bash',
    ],
    // Tools print names alone or followed by other columns.
    ['helm list -q | grep -x foo || helm install foo ./chart', 'bash'],
    ['rabbitmqctl list_users | grep -x bob || rabbitmqctl add_user bob secret', 'bash'],
    // The manifest may define the object that is queried.
    ['kubectl get crd foos.example.org || kubectl create -f /crd.yaml', 'bash'],
    ['kubectl get crd | grep -q foos || kubectl create -f /crd.yaml', 'bash'],
    ['kubectl get deploy -o name | grep -q deployment.apps/foo || kubectl create deployment foo --image x', 'bash'],
  ]
  for (const [script, dialect] of scripts) t.not(rehearsal(script, dialect).verdict, 'unsafe', script)
})

t.test('scripts that are wrong in a real run are not safe', async (t) => {
  for (const script of [
    'if [ ! -f /data/f ]; then\n{ echo a; echo b; } > /data/f\nfi',
    '[ -s /data/f ] || { echo a; echo b; } >> /data/f',
    '[ -f /data/f ] || ( echo a; echo b ) > /data/f',
    '[ -f /data/f ] || for n in a b; do echo $n; done > /data/f',
  ])
    t.equal(rehearsal(script).verdict, 'unsafe', script)
})

t.test('scripts that are wrong whatever happens are unsafe, not unknown', async (t) => {
  for (const script of [
    'mkdir /data/d || echo y >> /data/g',
    'if mkdir /data/d; then :; else touch /data/f; fi',
    'i=0\nuntil mkdir /data/d; do i=$((i + 1)); [ $i -lt 3 ] || exit 1; done',
    // A leftover file is not a second copy within the first.
    'cp /img/one.gz /work/z.gz; gunzip /work/z.gz; { echo a; echo b; } > /own/f',
  ])
    t.equal(rehearsal(script).verdict, 'unsafe', script)
})

t.test('scripts that are right in every run are safe, not unknown', async (t) => {
  for (const script of [
    // A folder of the image that the script removes must have been empty.
    'mkdir -p /own/d\nrmdir /own/d',
    // A number is never empty.
    'n=$((${HOSTNAME##*-} + 1))\n[ -n "$n" ] || mkdir /data/d',
    // A partly known name cannot be any name.
    'touch "/data/a-$HOSTNAME"\n[ -d /data/b ] || mkdir /data/b',
    "[ -s /data/f ] || { sed 's/@HOST@/h/' /img/template > /data/f; }\n[ -s /data/f ] || mkdir /data/d",
    '[[ $(hostname) =~ -([0-9]+)$ ]] || exit 1\necho id=$((100 + ${BASH_REMATCH[1]})) > /data/id',
    '[ -s /data/key ] || head -c 32 /dev/urandom | base64 > /data/key',
    '[ -s /data/key ] || cat /dev/urandom | tr -dc a-z | fold -w 32 | head -n 1 > /data/key',
    // A created object appears in the list, whatever else the list contains.
    "psql -lqt | cut -d '|' -f 1 | grep -qw app || createdb app",
    "psql -lqtA | cut -d '|' -f 1 | grep -Fxq app || createdb app",
    'kafka-topics.sh --list | grep -q "^app$" || kafka-topics.sh --create --topic app',
    '[ -n "$(kubectl get secret s --ignore-not-found -o name)" ] || kubectl create secret generic s --from-literal=a=b',
    'if [ $(psql -lqt | grep -w app | wc -l) -eq 0 ]; then createdb app; fi',
    'if [ "$(kubectl get ns | grep -c app)" = 0 ]; then kubectl create ns app; fi',
    "kubectl get ns | awk '{print $1}' | grep -x app || kubectl create ns app",
    'kubectl get ns -o name | grep -x namespace/app || kubectl create ns app',
    // A label of a pod does not change a node.
    'zone=$(kubectl get node n -o name)\nkubectl label pod p "zone=$zone"\n[ "$zone" = "$(kubectl get node n -o name)" ] || mkdir /data/d',
  ])
    t.equal(rehearsal(script).verdict, 'safe', script)
})

t.test('the reported hazard is one that occurs in every case', async (t) => {
  const script =
    'set -e\nif [ ! -f /work/.done ]; then\ngit clone -q file:///srv/origin.git /work/r\ntar xf /img/pack.tar -C /work\ntouch /work/.done\nfi'
  t.same(
    findings(script).map((line) => line.split(' ').slice(0, 3).join(' ')),
    ['stop retry fails:'],
  )
})

t.test('a marker on the file system of the container is lost, so that its guard does not protect', async (t) => {
  for (const script of [
    '[ -f /done ] || echo x >> /data/f; touch /done',
    'if [ -e /tmp/done ]; then exit 0; fi; echo a >> /data/f; touch /tmp/done',
    'set -e\n[ -f /var/lib/done ] && exit 0\nmkdir /data/x\necho done > /var/lib/done',
    'if [ ! -f /opt/app/.init ]; then cp -r /opt/app/etc /data/etc; touch /opt/app/.init; fi',
    'mkdir -p /var/run/x; if [ -z "$(ls -A /var/run/x)" ]; then echo y >> /data/g; touch /var/run/x/a; fi',
  ])
    t.ok(
      rehearsal(script).hazards.some(({ obligation }) => obligation === 'repeat'),
      script,
    )
  t.equal(rehearsal('[ -f /data/done ] || { echo x > /data/f; touch /data/done; }').verdict, 'safe', 'a marker on the volume')
})
