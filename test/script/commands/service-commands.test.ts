import t from 'tap'
import { commandModels } from '../../../src/script/commands/catalogue.ts'
import type { CatalogueSection } from '../../../src/script/commands/command.ts'
import * as fc from '../../support/properties.ts'
import { findings, rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

/** The sections that file-commands.test.ts covers. */
const fileSections: ReadonlySet<CatalogueSection> = new Set(['files', 'text', 'archives', 'downloads', 'git'])

sameVerdicts('useradd: safe if /etc is on the container file system', {
  'useradd app': 'safe',
  'chroot /data useradd app': 'unknown',
  "grep -q '^app:' /etc/passwd || useradd app": 'safe',
  'set -e; useradd app; useradd app': 'unknown',
  'set -e; id app || useradd app; useradd other': 'safe',
  'useradd -m -d /data/home app': 'safe',
})

t.test('useradd after a copy of /etc/passwd to a volume: no findings', async (t) => {
  t.match(findings('ln -sfn /data/passwd /tmp/l; cp /etc/passwd /data/passwd; useradd app'), [])
})

sameVerdicts('tools of network plugins, run on the node', {
  'set -e; cp /usr/bin/cilium-mount /data/cilium-mount; nsenter --mount=/hostproc/1/ns/mnt "$BIN_PATH/cilium-mount" /run/cgroup; rm /data/cilium-mount':
    'safe',
  'set -e; cp /usr/bin/cilium-sysctlfix /data/cilium-sysctlfix; nsenter --mount=/hostproc/1/ns/mnt /opt/cni/bin/cilium-sysctlfix; rm /data/cilium-sysctlfix':
    'safe',
  'nsenter --mount=/hostproc/1/ns/mnt /opt/cni/bin/other-tool': 'unknown',
})

sameVerdicts('kubectl and helm', {
  'kubectl create secret generic x --from-literal=a=b': 'unsafe',
  'kubectl create -f /image/x.yaml': 'unsafe',
  'kubectl get secret x || kubectl create secret generic x --from-literal=a=b': 'safe',
  'kubectl -n a get secret x || kubectl create secret generic x -n a --from-literal=a=b': 'safe',
  'kubectl -n a get secret x || kubectl -n b create secret generic x --from-literal=a=b': 'unsafe',
  'kubectl get ns | grep -q foo || kubectl create ns foo': 'safe',
  'kubectl create secret generic x --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -': 'safe',
  'kubectl create cm x --from-literal=a=$(openssl rand -hex 8) --dry-run=client -o yaml | kubectl apply -f -': 'unsafe',
  'kubectl create cm x --from-literal=a=$(kubectl get secret y) --dry-run=client -o yaml | kubectl apply -f -': 'safe',
  'set -e; kubectl get secret y; kubectl create cm x --from-literal=a=$(kubectl get secret y -o json) --dry-run=client -o yaml | kubectl apply -f -':
    'safe',
  'kubectl create secret generic x --from-literal=a=$(kubectl get secret y -n b) --dry-run=client -o yaml | kubectl apply -f -': 'safe',
  'kubectl create cm x --from-literal=a=$(kubectl get cm x) --dry-run=client -o yaml | kubectl apply -f -': 'unknown',
  'kubectl create cm x --from-literal=a=$(kubectl get cm x -o json | base64 -d) --dry-run=client -o yaml | kubectl apply -f -': 'unknown',
  '(kubectl create cm x --dry-run=client -o yaml; kubectl create cm y --from-literal=a=$RANDOM --dry-run=client -o yaml) | kubectl apply -f -':
    'unsafe',
  'kubectl create ns x --dry-run=client -o yaml | kubectl apply -f -; kubectl get ns x || kubectl create ns x': 'safe',
  'kubectl get cm x || kubectl create cm x --from-literal=p=$RANDOM --dry-run=client -o yaml | kubectl apply -f -': 'safe',
  'kubectl delete secret x': 'unsafe',
  'kubectl delete secret x --ignore-not-found; kubectl create secret generic x': 'safe',
  'kubectl delete pod x-0': 'safe',
  'kubectl label node "$NODE" a=b': 'safe',
  'kubectl label node "$NODE" a=$(date +%s)': 'unsafe',
  // A label does not change what else is read of the node.
  'kubectl label node "$NODE" a=$(kubectl get node "$NODE" -o jsonpath="{.spec.providerID}")': 'safe',
  'kubectl annotate node "$NODE" a=$(kubectl get node "$NODE" -o json | jq -r .spec.providerID)': 'safe',
  'kubectl label node "$NODE" a=x$(kubectl get node "$NODE" -o jsonpath="{.metadata.labels.a}")': 'unsafe',
  // What was read is changed and written back.
  'kubectl get cm x -o json | jq \'.data.a = "1"\' | kubectl apply -f -': 'safe',
  'kubectl get cm x -o json | jq \'.data.a = "1"\' | kubectl replace -f -': 'safe',
  "kubectl get cm x -o yaml | sed 's/a: .*/a: 1/' | kubectl apply -f -": 'safe',
  'kubectl get cm x -o json > /tmp/a; jq \'.data.a = "1"\' /tmp/a > /tmp/b; kubectl apply -f /tmp/b': 'safe',
  'for k in a b; do kubectl get cm x -o json | jq --arg k "$k" \'.data[$k] = "1"\' | kubectl apply -f -; done': 'safe',
  'kubectl get cm x -o json | jq \'.data.a = "1"\' | kubectl apply -f -\nkubectl get cm x -o json | jq \'.data.b = "2"\' | kubectl apply -f -':
    'safe',
  'kubectl get cm x -o json | jq \'.data.a += "1"\' | kubectl apply -f -': 'unsafe',
  'kubectl get cm x -o json | jq --arg d "$(date)" \'.data.a = $d\' | kubectl apply -f -': 'safe',
  // A copy under another name or in another namespace.
  "kubectl get secret s -n a -o yaml | sed 's/namespace: a/namespace: b/' | kubectl apply -f -": 'safe',
  "kubectl get secret s -n a -o yaml | grep -v 'namespace:' | kubectl apply -n b -f -": 'safe',
  "kubectl get secret s -n a -o yaml | sed 's/namespace: a/namespace: b/' | kubectl create -f -": 'unsafe',
  'kubectl annotate --overwrite pod x a=b': 'safe',
  'kubectl wait --for=condition=ready pod x --timeout=60s': 'safe',
  'kubectl exec x -- rm /f': 'unknown',
  'kubectl -n a exec x-0 -c app -- cat /config.yml > /data/config.yml': 'safe',
  'kubectl exec x -- cat /f >> /data/f': 'unsafe',
  'kubectl exec cat -- rm /f': 'unknown',
  'kubectl exec x cat /f > /data/f': 'unknown',
  'helm install a chart': 'unsafe',
  'helm upgrade --install a chart': 'safe',
  'helm install a chart || helm upgrade a chart': 'safe',
  'helm upgrade a chart': 'safe',
  'helm install --replace a chart': 'unsafe',
  'helm repo add r https://r': 'safe',
})

t.test('helm upgrade is not atomic: a kill leaves an operation in progress', async (t) => {
  t.equal(rehearsal('helm upgrade --install a chart').atomic, false)
})

sameVerdicts('mc, aws, gsutil and rclone', {
  'mc mb m/b': 'unsafe',
  'mc mb --ignore-existing m/b': 'safe',
  'mc ls m/b || mc mb m/b': 'safe',
  'mc cp /data/f m/b/f': 'safe',
  'aws s3api head-bucket --bucket b || aws s3 mb s3://b': 'safe',
  'aws s3 mb s3://b': 'unknown',
  'aws s3 cp s3://b/f /data/f': 'safe',
  'aws s3 cp /data/f s3://b/f': 'safe',
  'gsutil mb gs://b': 'unsafe',
  'rclone copy /data r:b': 'safe',
})

sameVerdicts('rabbitmqctl and kafka-topics', {
  'rabbitmqctl add_user app pw': 'unsafe',
  'rabbitmqctl list_users | grep app || rabbitmqctl add_user app pw': 'safe',
  'rabbitmqctl add_user app pw || rabbitmqctl change_password app pw': 'safe',
  'rabbitmqctl add_vhost v; rabbitmqctl set_permissions -p v app a b c': 'safe',
  'kafka-topics.sh --bootstrap-server k:9092 --create --topic t': 'unsafe',
  '/opt/kafka/bin/kafka-topics.sh --bootstrap-server k:9092 --create --if-not-exists --topic t': 'safe',
  'kafka-topics --bootstrap-server k --list | grep -q t || kafka-topics --bootstrap-server k --create --topic t': 'safe',
})

sameVerdicts('vault, etcdctl, consul and kcadm', {
  'vault secrets enable -path=kv kv-v2': 'unsafe',
  'vault kv put kv/a b=c; vault policy write p /data/p.hcl': 'safe',
  'vault kv get kv/a || vault kv put kv/a b=c': 'safe',
  'etcdctl put a b': 'safe',
  'consul acl bootstrap': 'unsafe',
  '/opt/keycloak/bin/kcadm.sh create realms -s realm=r': 'unsafe',
})

sameVerdicts('migration tools', {
  'python manage.py migrate --noinput && python3 manage.py collectstatic --noinput': 'safe',
  'python manage.py createsuperuser --noinput': 'unsafe',
  'python manage.py createsuperuser --noinput || true': 'safe',
  'python -m alembic upgrade head': 'safe',
  'bundle exec rake db:create db:migrate': 'safe',
  'bundle exec rake db:migrate own:task': 'unknown',
  'rails db:seed': 'unknown',
  'npx prisma migrate deploy': 'safe',
  'php artisan migrate --force': 'safe',
  'bin/console doctrine:database:create': 'unsafe',
  'flyway -url=jdbc:x migrate': 'safe',
  'migrate -path /m -database "$URL" up': 'safe',
  'python -c "import os"': 'unknown',
})

t.test('a killed migration: liquibase is not atomic, alembic unknown', async (t) => {
  t.equal(rehearsal('liquibase update').atomic, false)
  t.equal(rehearsal('alembic upgrade head').atomic, null)
})

sameVerdicts('updates of MongoDB', {
  "mongosh --eval 'db.c.updateOne({_id: 1}, {$set: {a: 2}}, {upsert: true})'": 'safe',
  "mongosh --eval 'db.c.updateMany({a: {$exists: true}}, {$set: {b: 1}})'": 'safe',
  "mongosh --eval 'db.c.updateOne({_id: 1}, {$inc: {a: 2}})'": 'unknown',
  "mongosh --eval 'db.c.updateOne({_id: 1}, {$set: {a: 2}, $push: {b: 1}})'": 'unknown',
})

sameVerdicts('keytool, openssl, htpasswd and gpg', {
  'keytool -genkeypair -alias a -keystore /data/k': 'unsafe',
  '"$JAVA_HOME/bin/keytool" -genkeypair -alias a -keystore /data/k': 'unsafe',
  'keytool -list -alias a -keystore /data/k || keytool -genkeypair -alias a -keystore /data/k': 'safe',
  'keytool -delete -alias a -keystore /data/k || true; keytool -genseckey -alias a -keystore /tmp/k': 'safe',
  'keytool -importcert -noprompt -alias a -file /etc/ca.crt -keystore /work/k': 'unsafe',
  'rm -f /work/k; keytool -importcert -noprompt -alias a -file /etc/ca.crt -keystore /work/k': 'safe',
  'keytool -importkeystore -srckeystore /tmp/a.p12 -destkeystore /work/k': 'unsafe',
  'keytool -importkeystore -noprompt -srckeystore /tmp/a.p12 -destkeystore /work/k': 'safe',
  'cp /opt/cacerts /work/k; keytool -importcert -noprompt -alias a -file /etc/ca.crt -keystore /work/k': 'safe',
  'openssl genrsa -out /data/k 2048': 'unsafe',
  'openssl genrsa -out /work/k 2048': 'safe',
  '[ -s /data/k ] || openssl genrsa -out /data/k 2048': 'safe',
  'openssl pkcs12 -export -in /etc/c -inkey /etc/k -out /data/a.p12': 'safe',
  'htpasswd -bc /data/h u p': 'safe',
  'gpg --dearmor -o /data/k.gpg < /etc/k': 'unsafe',
  'gpg --homedir /data --batch --quick-gen-key a@b': 'unsafe',
  'gpg --homedir /data --list-keys a@b || gpg --homedir /data --batch --quick-gen-key a@b': 'safe',
  "echo 'Name-Email: a@b' > /tmp/p; gpg --homedir /data --batch --gen-key /tmp/p": 'unsafe',
  "echo 'Name-Email: a@b' > /tmp/p; gpg --homedir /data --batch --gen-key /tmp/p || true": 'unsafe',
  "echo 'Name-Email: a@b' > /tmp/p; gpg --homedir /data --list-keys a@b || gpg --homedir /data --batch --gen-key /tmp/p": 'safe',
  'gpg --homedir /data --batch --gen-key /image/p': 'unknown',
  'gpg --yes --dearmor -o /data/k.gpg < /etc/k': 'safe',
})

t.test('a killed key generation: atomic only if the guard tests the last file', async (t) => {
  const pair = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout /data/a.key -out /data/a.crt -subj /CN=x'
  t.equal(rehearsal(`[ -s /data/a.crt ] || ${pair}`).atomic, true)
  t.equal(rehearsal(`[ -s /data/a.key ] || ${pair}`).atomic, false)
  t.equal(rehearsal("[ -f /data/k.pub ] || ssh-keygen -N '' -f /data/k").atomic, false)
  t.equal(rehearsal("[ -f /data/k ] || ssh-keygen -N '' -f /data/k").atomic, false)
})

sameVerdicts('waiting for a service: the wait is assumed to end', {
  'until nc -z db 5432; do echo waiting; sleep 2; done': 'safe',
  "timeout 300 sh -c 'until nslookup db; do sleep 3; done'": 'safe',
  'until pg_isready -h db; do sleep 1; done; createdb -h db x || true': 'safe',
  'wait-for-it.sh db:5432 -t 60 -- mkdir /data/x': 'unsafe',
  'until redis-cli -h r ping | grep -q PONG; do sleep 1; done': 'safe',
})

sameVerdicts('system settings, file systems, mounts and packages', {
  'sysctl -w net.core.somaxconn=1024; modprobe br_netfilter': 'safe',
  'mkfs.ext4 /dev/sdb': 'unsafe',
  'blkid /dev/sdb || mkfs.ext4 /dev/sdb': 'safe',
  'mount /dev/sdb /mnt; mkdir /mnt/x': 'unknown',
  'apk add --no-cache git && git --version': 'safe',
  'apt-get update && apt-get install -y curl': 'safe',
  'pip install requests': 'safe',
  'pip install --target /data/lib requests': 'safe',
  nginx: 'unknown',
})

sameVerdicts('wrappers: the verdict of the inner command', {
  'sudo -u app mkdir /data/x': 'unsafe',
  "su app -c 'mkdir /data/x'": 'unsafe',
  'su-exec app:app mkdir -p /data/x': 'safe',
  'busybox mkdir /data/x': 'unsafe',
  'dumb-init -c mkdir /data/x': 'unsafe',
  'dumb-init -- /entrypoint db check-migrations -t 60': 'safe',
  "dumb-init -- /entrypoint bash -c 'exec timeout 60s airflow db check'": 'safe',
  "dumb-init -- /entrypoint bash -c 'mkdir /data/x'": 'unsafe',
  'dumb-init -- /entrypoint airflow connections add x': 'unknown',
  'export _AIRFLOW_DB_MIGRATE=true; dumb-init -- /entrypoint db check': 'unknown',
  '/entrypoint db check': 'unknown',
  'tini -- mkdir /data/x': 'unsafe',
  "sh -c 'mkdir /data/x' || true": 'safe',
  "bash -o pipefail -ec 'mkdir -p /data/x | cat'": 'safe',
  'sh -c "$SCRIPT"': 'unknown',
  'find /data | xargs rm -f': 'unknown',
  'nsenter --target 1 -- mkdir /x': 'unknown',
})

t.test('an unknown command in a condition: success and failure are both assumed', async (t) => {
  t.equal(rehearsal('if mytool check; then mkdir /data/x; fi').verdict, 'unknown')
  t.equal(rehearsal('mytool || true; mkdir /data/x').verdict, 'unsafe')
  t.equal(rehearsal('[ -n "$(mytool)" ] || mkdir /data/x; true').verdict, 'unknown')
})

t.test('a finding in the text of sh -c is located at the call of the shell', async (t) => {
  const script = "echo a\nsh -c '\n\nmkdir /data/x'"
  t.strictSame(
    rehearsal(script).hazards.map(({ offset }) => offset),
    [script.indexOf('sh -c')],
  )
})

t.test('every command name has exactly one model', async (t) => {
  const names = commandModels.flatMap((model) => model.names)
  t.strictSame(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
})

t.test('any arguments of any service command give a verdict, never an exception', async (t) => {
  const names = commandModels.filter(({ section }) => !fileSections.has(section)).flatMap((model) => model.names)
  const word = fc.oneof(
    fc.constantFrom(
      '-c',
      '-f',
      '-e',
      '--',
      '-',
      '-n',
      'create',
      'x',
      '/data/x',
      '"$A"',
      "'a;b'",
      '-p"$B"',
      '$(date)',
      '--x=y',
      '""',
      '/',
      '-it',
      'a/b',
    ),
    fc.string({ maxLength: 8 }).map((text) => `'${text.replaceAll("'", '').replaceAll('\0', '')}'`),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(word, { maxLength: 6 }), (name, words) => {
      const { verdict } = rehearsal(`${name} ${words.join(' ')}`)
      return ['safe', 'unsafe', 'unknown'].includes(verdict)
    }),
    { numRuns: 1500 },
  )
  t.pass()
})

t.test('plugin installers: unsafe if the plugin folder is a volume', async (t) => {
  const check = (at: string, wanted: Readonly<Record<string, string>>) => {
    const mounts = [{ path: at, storage: 'pod', volume: 'plugins', subPath: '' }] as const
    t.strictSame(Object.fromEntries(Object.keys(wanted).map((script) => [script, rehearsal(script, 'bash', mounts).verdict])), wanted)
  }
  check('/usr/share/elasticsearch/plugins', {
    'bin/elasticsearch-plugin install --batch repository-s3': 'unsafe',
    '/usr/share/elasticsearch/bin/elasticsearch-plugin install -b https://example.org/p.zip': 'unsafe',
    'bin/elasticsearch-plugin remove --purge analysis-icu\nbin/elasticsearch-plugin install --batch analysis-icu': 'safe',
    '[ -d /usr/share/elasticsearch/plugins/a ] || elasticsearch-plugin install -b a': 'safe',
    'elasticsearch-plugin install -b a || true': 'safe',
    'elasticsearch-plugin list': 'unknown',
  })
  check('/opt/search/plugins', {
    '/opt/search/bin/opensearch-plugin install -b a': 'unsafe',
    'opensearch-plugin install -b a': 'unknown',
  })
  check('/data', { 'bin/elasticsearch-plugin install -b a': 'safe' })
  check('/var/lib/grafana/plugins', {
    'grafana-cli plugins install grafana-clock-panel 1.0.0': 'safe',
    'grafana cli --pluginsDir /var/lib/grafana/plugins plugins install a': 'safe',
    'grafana-cli plugins remove a': 'unknown',
    'grafana server': 'unknown',
  })
})
