// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Common idioms of init containers, each next to a variant that is not safe to run again. /data is a claim, /work an emptyDir. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { shownPlace } from '../../../src/script/rehearsal/names.ts'
import type { Dialect } from '../../../src/script/syntax/dialect.ts'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

type Case = readonly ['safe' | 'unsafe' | 'unknown', string, Dialect?, (readonly Mount[])?]

function check(t: { equal(found: unknown, wanted: unknown, name: string): unknown }, cases: readonly Case[]): void {
  for (const [verdict, script, dialect, mounts] of cases) t.equal(rehearsal(script, dialect, mounts).verdict, verdict, script)
}

t.test('a file with the date of the last run is safe, a password derived from a date is not', async (t) => {
  check(t, [
    ['safe', 'echo "Hello from $(date)" > /data/index.html'],
    ['safe', 'sed "s/__DATE__/$(date -u)/" /etc/template > /data/page'],
    ['unsafe', 'echo "started $(date)" >> /data/log'],
    ['unsafe', 'date +%s | sha256sum | head -c 32 > /data/password'],
    ['safe', '[ -s /data/password ] || date +%s | sha256sum | head -c 32 > /data/password'],
  ])
})

t.test('command -v, which and type: the path of a program is the same in every run', async (t) => {
  check(t, [
    ['safe', 'set -e\ncp "$(command -v oc)" /work/oc\nchmod 0755 /work/oc'],
    ['safe', 'cp $(which restic) /work/', 'ash'],
    ['safe', 'which git || apk add git', 'ash'],
    ['safe', 'set -e\n[ -x "$(command -v jq)" ] || apk add jq\nmkdir -p /work/x', 'ash'],
    ['unsafe', 'set -e\nwhich git\nmkdir /work/x', 'ash'],
    ['safe', 'type curl || exit 1', 'ash'],
  ])
})

t.test('an unknown program with the single argument --version or version only prints', async (t) => {
  check(t, [
    ['safe', 'wget -qO- http://h/x.tar.gz | tar xz -C /work\nchmod +x /work/tool\n/work/tool version', 'ash'],
    ['safe', 'set -e\ntool --version\nmkdir -p /work/x'],
    ['unknown', 'set -e\ntool install\nmkdir -p /work/x'],
    ['unknown', 'tool --version --install'],
    ['safe', 'set -e\n/data/tool --version || { curl -o /data/tool http://h/tool; chmod +x /data/tool; }'],
    ['safe', '/data/tool --version || { curl -o /data/tool http://h/tool; chmod +x /data/tool; }'],
    ['unsafe', 'tool --version\nmkdir /work/x'],
  ])
})

t.test('recursive downloads from object stores give the same files again', async (t) => {
  check(t, [
    ['safe', 'aws s3 sync s3://models/base /data/models'],
    ['safe', '[ -f /data/.done ] || { aws s3 sync s3://models /data && touch /data/.done; }'],
    ['safe', 'aws s3 cp --recursive s3://b/site /work && sed -i s/a/b/ /work/index.html'],
    ['safe', 'gsutil -m cp -r gs://b/models /data/models'],
    ['safe', 'rclone copy remote:bucket/path /data'],
    ['safe', 'set -e\nmc alias set s http://minio k s\nmc mirror --overwrite s/bucket /work\ntest -f /work/index.html'],
    ['safe', 'mc cp s/bucket/model.tar /work/model.tar && tar xf /work/model.tar -C /work'],
    ['unsafe', 'set -e\naws s3 sync s3://models /data\nmkdir /data/cache-of-mine'],
    ['unknown', 'rclone copy remote:bucket /data\necho x >> /data/list'],
  ])
})

t.test('a failed download in a pipeline gives an empty archive, which unpacks to nothing', async (t) => {
  check(t, [
    ['safe', 'wget -qO- http://h/x.tar.gz | tar xz -C /work && mv /work/linux-amd64/helm /work/', 'ash'],
    ['safe', 'curl -sL http://h/x.gz | gunzip > /work/x\nchmod +x /work/x'],
    ['safe', 'wget -qO- http://h/x.tgz | gunzip | tar x -C /work\nchmod +x /work/tool\n/work/tool --version', 'ash'],
    ['unsafe', 'set -e\nwget -qO- http://h/x.tar.gz | tar xz -C /work\nmkdir /work/new', 'ash'],
  ])
})

t.test('/busybox/NAME is the program NAME, another directory is not', async (t) => {
  check(t, [
    ['safe', 'cd /work && /busybox/tar xzf /archive/context.tar.gz', 'ash'],
    ['unsafe', '/busybox/mkdir /work/x', 'ash'],
    ['unknown', '/app/tar xzf /archive/context.tar.gz', 'ash'],
  ])
})

t.test('a hostPath of type File is a file', async (t) => {
  const hosts: readonly Mount[] = [{ path: '/host/hosts', storage: 'node', volume: 'hosts', subPath: '', isFile: true }]
  check(t, [
    ['safe', 'set -e\nH="$(cat /host/hosts)"\ngrep -q x /host/hosts || echo "1.2.3.4 x" >> /host/hosts', 'bash', hosts],
    ['unsafe', 'echo "1.2.3.4 x" >> /host/hosts', 'bash', hosts],
  ])
})

t.test('directories that every image has need no assumption', async (t) => {
  const script = [
    'for p in /usr/local/bin/tool /usr/src/tool/bin/tool /bin/tool; do if [ -f "$p" ]; then BIN=$p; break; fi; done',
    'if [ -z "$BIN" ]; then exit 1; fi\ncp $BIN /work/tool',
  ].join('\n')
  t.equal(rehearsal(`BIN=""\n${script}`, 'ash').verdict, 'safe')
})

t.test('a script that only some cases break is unknown, with one reason', async (t) => {
  const { verdict, unknown } = rehearsal('cp -a /opt/app/. /work/', 'ash')
  t.equal(verdict, 'unknown', 'BusyBox cp would fail on links')
  t.strictSame(
    unknown.map(({ offset }) => offset),
    [0],
  )
})

t.test('nsenter and chroot: files of another root, and unknown for other effects', async (t) => {
  check(t, [
    ['safe', 'nsenter -t 1 -m -u -i -n -p -- systemctl restart containerd'],
    ['safe', 'nsenter --mount=/proc/1/ns/mnt -- sh -c "mkdir -p /opt/x && echo a > /opt/x/f"'],
    ['unsafe', 'nsenter --mount=/proc/1/ns/mnt -- sh -c "mkdir /opt/x"'],
    ['unsafe', 'nsenter -t 1 -m -- sh -c "echo a >> /etc/sysctl.conf"'],
    ['safe', 'nsenter -t 1 -m -- sh -c "grep -q a.b /etc/sysctl.conf || echo a.b=1 >> /etc/sysctl.conf"'],
    ['unsafe', 'mkdir -p /data/etc\nchroot /data sh -c "echo a >> /etc/f"\ncat /data/etc/f'],
    ['unknown', 'nsenter -t 1 -m -- useradd bob'],
    ['unknown', 'nsenter -t 1 -p -- sh -c "mkdir -p /work/x"'],
    ['unknown', 'nsenter -t $(pidof containerd) -m -- mkdir -p /x'],
    ['unknown', 'nsenter -t 1 -m -- /opt/bin/tool install'],
    // A path on the node is not the path with the same name in the container.
    ['safe', 'mkdir -p /work/x\nnsenter -t 1 -m -- mkdir -p /work/x\nrmdir /work/x', 'ash'],
  ])
})

t.test('systemctl sets states, so that a rerun changes nothing', async (t) => {
  check(t, [
    ['safe', 'systemctl enable iscsid && systemctl start iscsid'],
    ['safe', 'systemctl is-active iscsid || systemctl start iscsid'],
    ['unknown', 'systemctl isolate rescue.target'],
  ])
})

t.test('databases restored from a copy of their files', async (t) => {
  check(t, [
    ['unsafe', 'set -e\npg_basebackup -h primary -D /data/pg -U replicator -X stream -R'],
    ['safe', 'set -e\n[ -f /data/pg/PG_VERSION ] || pg_basebackup -h primary -D /data/pg -U replicator -X stream -R'],
    ['safe', 'set -e\nrm -rf /data/pg\npg_basebackup -h primary -D /data/pg -U replicator -X stream -R'],
    // The replication slot outlives the directory and can be created only once.
    ['unsafe', 'set -e\nrm -rf /data/pg\npg_basebackup -h primary -D /data/pg -U replicator -X stream -C -S standby'],
    ['unsafe', 'pg_basebackup -h primary -D /tmp/pg --create-slot --slot=standby'],
    ['unsafe', 'pg_basebackup -h primary -D /tmp/pg -PRC -S standby'],
    ['unsafe', 'pg_basebackup -h primary -vPRCSstandby -D /tmp/pg'],
    ['unsafe', 'pg_basebackup -h primary -vPRD /data/pg'],
    ['safe', 'pg_basebackup -h primary -vPRD /tmp/pg'],
    ['safe', 'pg_basebackup -h primary -D /tmp/pg --create-slot --slot=standby || pg_basebackup -h primary -D /tmp/pg --slot=standby'],
    ['safe', '[ -f /data/pg/PG_VERSION ] || pg_basebackup -h primary -D /data/pg -C -S standby'],
    ['unknown', 'psql -h primary -c "SELECT pg_drop_replication_slot(\'standby\')"\npg_basebackup -h primary -D /tmp/pg -C -S standby'],
    // The guard checks the result of the first of two steps.
    [
      'unsafe',
      'set -e\nif [ ! -f /data/pg/PG_VERSION ]; then\npg_basebackup -h p -D /data/pg\necho x >> /data/pg/postgresql.auto.conf\nfi',
    ],
    [
      'unsafe',
      'set -e\n[[ -d /data/mysql ]] && exit 0\nncat --recv-only m 3307 | xbstream -x -C /data\nxtrabackup --prepare --target-dir=/data',
    ],
    ['unsafe', 'set -e\nncat --recv-only m 3307 | xbstream -x -C /data'],
    ['safe', 'set -e\nrm -rf /data/*\nncat --recv-only m 3307 | xbstream -x -C /data\nxtrabackup --prepare --target-dir=/data'],
    ['unknown', 'xtrabackup --prepare --incremental-dir=/inc --target-dir=/data'],
    ['safe', 'litestream restore -if-db-not-exists -if-replica-exists /data/app.db'],
    ['unsafe', 'litestream restore -o /data/app.db s3://bucket/app'],
    ['unknown', 'litestream replicate'],
  ])
})

t.test('xbstream does not overwrite the files of a stream that was killed before the tested directory arrived', async (t) => {
  const script = (guard: string) =>
    `set -e\n${guard}\nncat --recv-only m 3307 | xbstream -x -C /data\nxtrabackup --prepare --user=u --password=$P --target-dir=/data`
  const { atomic, hazards } = rehearsal(script('[[ -d /data/mysql ]] && rm -rf /data/*'))
  t.equal(atomic, false)
  t.match(hazards, [{ command: /xbstream/, obligation: 'interrupted', outcome: 'fails' }])
  t.equal(rehearsal(script('rm -rf /data/*')).atomic, true)
})

t.test('schema migration tools for Rust: sqlx and diesel', async (t) => {
  check(t, [
    ['safe', 'sqlx migrate run'],
    ['safe', 'diesel migration run'],
    ['unknown', 'sqlx database reset -y'],
  ])
})

t.test('braces expand in bash, and are plain text in other shells', async (t) => {
  check(t, [
    ['safe', 'mkdir -p /data/{a,b}/{c,d} /work/x{1..3}', 'bash'],
    ['unsafe', 'mkdir /data/{a,b}', 'bash'],
    ['unsafe', 'set -e\nmkdir -p /data/{a,b}\nrmdir /data/a\nmkdir /data/c', 'bash'],
    // The folder /data/a does not exist here.
    ['unsafe', 'set -e\nmkdir -p "/data/{a,b}"\nrmdir /data/{a,b}\nmkdir /data/a', 'ash'],
    ['safe', 'set -e\nmkdir -p /data/{a,b}\nrmdir "/data/{a,b}"', 'ash'],
    ['safe', 'for n in {1..3} {x,}; do mkdir -p /data/$n; done', 'bash'],
    ['safe', 'A={a,b}\necho $A > /data/f', 'bash'],
    ['unknown', 'mkdir -p /data/{$A,b}', 'bash'],
    ['unknown', 'mkdir -p /data/{1..100000}', 'bash'],
  ])
})

t.test('a script that fails on every empty claim is rehearsed on one with data', async (t) => {
  check(t, [
    ['unsafe', 'rm /data/app.pid'],
    ['safe', 'rm -f /data/app.pid'],
    ['unsafe', 'mv /data/static/* /work/'],
    // An emptyDir that no earlier init container mounts is empty.
    ['unknown', 'mv /work/static/* /data/'],
    ['safe', 'sed -i "s/^port=.*/port=1/" /data/app.conf'],
    ['unsafe', 'sed -i "1i include extra.conf" /data/app.conf'],
    ['safe', 'find /data -type f | xargs chmod 644'],
    // A script that always fails stays unknown.
    ['unknown', 'set -e\nmkdir -p /data/x\nfalse'],
  ])
})

t.test('ln and mv: a target that looks like a file is not a directory', async (t) => {
  check(t, [
    ['unsafe', 'ln -s /etc/nginx/nginx.conf /data/nginx.conf'],
    ['unsafe', 'ln -s /opt/tool/bin/tool /data/tool'],
    // If the target is a directory, a second ln creates a link within it.
    ['unknown', 'ln -s /opt/jdk-17.0.1 /data/jdk'],
    ['unknown', 'ln -s /etc/conf.d /data/conf'],
    ['safe', 'cd /tmp && curl -sL http://h/x.tgz | tar xz && mv x/bin/tool /work/tool'],
    ['safe', 'cd /tmp && unzip /c/x.zip && mv app.jar /work/app.jar'],
    ['unknown', 'cd /tmp && unzip /c/x.zip && mv app-1 /work/app'],
  ])
})

t.test('a Python virtual environment on a volume can be created again', async (t) => {
  check(t, [
    ['safe', 'python3 -m venv /work/venv && /work/venv/bin/pip install -r /c/requirements.txt'],
    ['unsafe', 'python3 -m venv /work/venv && mkdir /work/venv/mine'],
  ])
})

t.test('edits through a temporary file', async (t) => {
  check(t, [
    ['safe', 'jq ".a = 1" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['safe', 'jq --arg v "$X" ".a = \\$v | del(.b)" /data/f.json > /tmp/f && cat /tmp/f > /data/f.json'],
    ['unsafe', 'jq ".list += [1]" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['unsafe', 'jq ".a = 1 | .n += 1" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['unknown', 'jq ".list += [1] | .list |= unique" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    // Objects are merged, and what is merged already stays.
    ['safe', `jq '. * {"a": {"b": 1}}' /data/f.json > /tmp/f && mv /tmp/f /data/f.json`],
    ['safe', `jq '.a += {"b": 1}' /data/f.json > /tmp/f && mv /tmp/f /data/f.json`],
    ['safe', "jq -s '.[0] * .[1]' /data/f.json /cfg/b.json > /data/t && mv /data/t /data/f.json"],
    ['safe', "jq --slurpfile o /cfg/b.json '. * $o[0]' /data/f.json > /data/t && mv /data/t /data/f.json"],
    ['unknown', "jq -s 'add' /data/f.json /cfg/b.json > /data/t && mv /data/t /data/f.json"],
    // The text of a substitution loses its last newline, and echo adds one.
    ['safe', `echo "$(jq '.a = 1' /data/f.json)" > /data/f.json`],
    ['safe', `NEW=$(jq '.a = 1' /data/f.json); printf '%s\\n' "$NEW" > /data/f.json`],
    ['safe', `cat <<< "$(jq '.a = 1' /data/f.json)" > /data/f.json`],
    ['unsafe', `echo "$(jq '.n += 1' /data/f.json)" > /data/f.json`],
    // sed to a temporary file, as with -i.
    ['safe', "sed 's/^a=.*/a=1/' /data/f > /data/t && mv /data/t /data/f"],
    ['safe', "sed '/^a/d' /data/f > /data/t && mv /data/t /data/f"],
    ['unsafe', "sed 's/x/x y/' /data/f > /data/t && mv /data/t /data/f"],
    ['unsafe', "sed '/m/a text' /data/f > /data/t && mv /data/t /data/f"],
    ['safe', `echo "$(sed 's/^a=.*/a=1/' /data/f)" > /data/f`],
    ['safe', "grep -v '^x' /data/f > /data/t; mv /data/t /data/f"],
    ['safe', 'envsubst < /data/f > /data/t && mv /data/t /data/f'],
    ['unsafe', 'head -n -1 /data/f > /data/t && mv /data/t /data/f'],
    ['safe', 'tail -n 5 /data/f > /data/t && mv /data/t /data/f'],
    // A claim is meant to contain what the script edits, whether the failure ends the script or not.
    ['unsafe', "sed -i 's/x/x y/' /data/f; echo done"],
    ['unsafe', "yq -i '.list += [1]' /data/f; echo done"],
    ['safe', "sed -i 's/^x=.*/x=1/' /data/f; echo done"],
    ['safe', "sed -i 's/x/x y/' /work/f; echo done"],
    ['unknown', 'jq "del(.[0])" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['unknown', 'jq ".a = .a.b" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['unknown', 'jq ".a |= length" /data/f.json > /tmp/f && mv /tmp/f /data/f.json'],
    ['unknown', `jq '.a = "\\(.a)x"' /data/f.json > /tmp/f && mv /tmp/f /data/f.json`],
    ['safe', "yq -i '.a = strenv(HOME) | .b = 2' /data/f.yaml"],
    ['unsafe', 'set -e\ntail -n +2 /data/f > /tmp/f\ncp /tmp/f /data/f'],
    ['safe', 'set -e\nuniq /data/f > /tmp/f\ncp /tmp/f /data/f'],
    ['unknown', 'awk "NR > 1" /data/f > /tmp/f; cp /tmp/f /data/f'],
    ['safe', 'jq ".list += [1]" /etc/f.json > /data/f.json'],
    ['unsafe', 'jq ".a = 1" /etc/f.json >> /data/f.json'],
  ])
})

t.test('other common tools: ssh-keyscan, uuidgen, yq, composer', async (t) => {
  check(t, [
    ['safe', 'ssh-keyscan github.com >> ~/.ssh/known_hosts && git clone git@github.com:x/y /tmp/y', 'ash'],
    ['safe', 'ssh-keyscan github.com > /work/known_hosts', 'ash'],
    ['unsafe', 'ssh-keyscan github.com >> /work/known_hosts', 'ash'],
    ['unsafe', 'uuidgen > /data/id'],
    ['safe', '[ -f /data/id ] || uuidgen > /data/id'],
    ['safe', 'yq -i ".a = 1" /data/f.yaml'],
    ['unsafe', 'yq -i ".list += [1]" /data/f.yaml'],
    ['unknown', `yq -i '.list += {"a": 1}' /data/f.yaml`],
    ['safe', `yq -i '. *= {"a": 1}' /data/f.yaml`],
    ['safe', 'yq e ".a = 1" /etc/f.yaml > /work/f.yaml'],
    ['unknown', 'yq -s .a /etc/f.yaml'],
    ['safe', 'composer install -d /work --no-dev'],
    ['unknown', 'composer create-project x/y /work/z'],
  ])
})

t.test('the wp command line of WordPress', async (t) => {
  check(t, [
    ['unsafe', 'set -e\nwp core download --path=/data'],
    ['safe', 'wp core download --path=/data --force'],
    ['safe', 'set -e\n[ -f /data/wp-load.php ] || wp core download --path=/data'],
    ['safe', 'wp core download --path=/var/www/html && cp -r /var/www/html/. /data/'],
    ['unsafe', 'set -e\nwp config create --path=/data --dbname=a --dbuser=b'],
    ['safe', 'wp core is-installed || wp core install --url=x --title=x --admin_user=a --admin_email=b'],
    ['safe', 'set -e\nwp plugin install redis-cache --activate\nwp option update home x'],
    ['unsafe', 'set -e\nwp user create bob bob@example.org'],
    ['unknown', 'wp db import /c/dump.sql'],
  ])
})

t.test('a file of the node is shown by its path on the node', async (t) => {
  const { hazards } = rehearsal('nsenter -t 1 -m -- sh -c "echo a >> /etc/sysctl.conf"')
  t.match(hazards, [{ storage: 'node' }])
  t.equal(hazards[0]?.place && shownPlace(hazards[0].place), '/etc/sysctl.conf')
})

sameVerdicts('a directory that mktemp makes holds what is unpacked, cloned or copied into it', {
  'set -e; d=$(mktemp -d); tar xf /opt/a.tgz -C "$d"; cp "$d/f" /data/': 'safe',
  'set -e; d=$(mktemp -d); git clone https://h/r "$d/r"; cd "$d/r"; cp -R dist/. /data/': 'safe',
  'set -e; d=$(mktemp -d); cp -r /opt/a/. "$d"; cat "$d/f" > /data/f': 'safe',
  'set -e; d=$(mktemp -d); tar xf /opt/a.tgz -C "$d"; cat "$d/f" >> /data/f': 'unsafe',
})

sameVerdicts('a new name on a volume that a complete run renames or removes is no hazard', {
  't=$(mktemp /data/.x.XXXXXX); curl -fo "$t" http://h/x && mv "$t" /data/x': 'safe',
  'set -e; t=$(mktemp -d /data/.x.XXXXXX); cp /bin/x "$t"/; mv -f "$t"/* /data/; rmdir "$t"': 'safe',
  't=$(mktemp /data/.x.XXXXXX); curl -fo "$t" http://h/x && cp "$t" /data/x': 'unsafe',
})

sameVerdicts('a pattern before a name that is no directory is one file, unless a directory may match it', {
  'cp /opt/*.tar.gz /work/model.tgz': 'safe',
  'mv /opt/*.tar.gz /work/model.tgz': 'safe',
  'set -e; mv /data/*.tmp /data/final': 'unsafe',
  'cp -r /opt/node-* /data/node': 'unsafe',
  'set -e; tar xf /opt/a.tgz -C /tmp; mv /tmp/node-v* /data/node': 'unknown',
})

sameVerdicts('files that are copied again by a pattern are new before something is added to them', {
  // Which names the pattern matches is not known.
  'set -e; cp /opt/css/*.css /work/; for f in /work/*.css; do echo "a {}" >> "$f"; done': 'unknown',
  'set -e; cp -n /opt/css/*.css /work/; for f in /work/*.css; do echo "a {}" >> "$f"; done': 'unsafe',
})
