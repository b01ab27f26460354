import t from 'tap'
import { maskSecrets, secretsOf } from '../../src/lint/mask.ts'
import * as fc from '../support/properties.ts'

/** Text, and what remains of it. */
const masked: readonly (readonly [text: string, shown: string])[] = [
  ['kubectl create secret generic s --from-literal=p=hunter2', 'kubectl create secret generic s --from-literal=p=***'],
  ['kubectl create secret generic s --from-literal p=hunter2', 'kubectl create secret generic s --from-literal p=***'],
  ['PASSWORD=hunter2 psql -h db -p 5432', 'PASSWORD=*** psql -h db -p 5432'],
  ['PGPASSWORD=hunter2 createdb app', 'PGPASSWORD=*** createdb app'],
  ['mysql -phunter2 app', 'mysql -p*** app'],
  ['mysql -psecret app', 'mysql -p*** app'],
  ['mysql -u root -p hunter2', 'mysql -u root -p ***'],
  ['app login -p hunter2', 'app login -p ***'],
  ['docker login -u ci -p 12345 registry.example', 'docker login -u ci -p *** registry.example'],
  ['echo -n hunter2 | docker login --password-stdin', 'echo -n *** | docker login --password-stdin'],
  ['curl -u user:hunter2 https://h/x', 'curl -u user:*** https://h/x'],
  ['curl -uuser:hunter2 https://h/x', 'curl -uuser:*** https://h/x'],
  ['curl https://user:hunter2@h/x', 'curl https://user:***@h/x'],
  ['curl https://user:hunt/er2@h/x', 'curl https://user:***@h/x'],
  ["curl 'https://h/x?token=hunter2&page=2'", "curl 'https://h/x?token=***&page=2'"],
  ["curl -H 'Authorization: Bearer hunter2' https://h/x", "curl -H 'Authorization: Bearer ***' https://h/x"],
  ['curl -H "Authorization: Basic aHVudGVyMg==" https://h/x', 'curl -H "Authorization: Basic ***" https://h/x'],
  ["curl -H 'X-Api-Key: hunter2' https://h/x", "curl -H 'X-Api-Key: ***' https://h/x"],
  ["git -c http.extraheader='Authorization: Basic hunter2' clone u", "git -c http.extraheader='Authorization: Basic ***' clone u"],
  ['tool --password=hunter2 --user=app', 'tool --password=*** --user=app'],
  ["tool --password='hunter 2' x", "tool --password='***' x"],
  ["'--password=hunter 2' x", "'--password=***' x"],
  ['tool --api-key hunter2 /data/x', 'tool --api-key *** /data/x'],
  ['keytool -storepass hunter2 -alias a', 'keytool -storepass *** -alias a'],
  ['openssl enc -pass pass:hunter2 -in a', 'openssl enc -pass *** -in a'],
  ['redis-cli -a hunter2 ping', 'redis-cli -a *** ping'],
  ['redis-cli config set requirepass hunter2', 'redis-cli config set requirepass ***'],
  ['ssh-keygen -t rsa -N hunter2 -f /k', 'ssh-keygen -t rsa -N *** -f /k'],
  ['sshpass -phunter2 ssh h', 'sshpass -p*** ssh h'],
  ['htpasswd -bc /etc/nginx/users user hunter2', 'htpasswd -bc /etc/nginx/users user ***'],
  ['mc alias set m http://minio:9000 access hunter2', 'mc alias set m http://minio:9000 *** ***'],
  ['rabbitmqctl add_user app hunter2', 'rabbitmqctl add_user app ***'],
  ['consul kv put app/db hunter2', 'consul kv put app/db ***'],
  ['vault kv put secret/app password=hunter2', 'vault kv put secret/app password=***'],
  ['helm install a --set auth.password=hunter2,replicas=2', 'helm install a --set auth.password=***,replicas=2'],
  [`psql -c "CREATE USER app PASSWORD 'hunter2'"`, `psql -c "CREATE USER app PASSWORD '***'"`],
  [`mysql -e "CREATE USER app IDENTIFIED BY 'hunter2'"`, `mysql -e "CREATE USER app IDENTIFIED BY '***'"`],
  ['{"password":"hunter2","size":1}', '{"password":"***","size":1}'],
  [`PASSWORD=$\{PW:-hunter2} run`, `PASSWORD=$\{PW:-***} run`],
  ['echo root:hunter2 | chpasswd', 'echo *** | chpasswd'],
  ['echo hunter2 > /data/.pgpass', 'echo *** > /data/.pgpass'],
  ['echo hunter2 >> /data/token', 'echo *** >> /data/token'],
  ['touch /data/c2VjcmV0LXBhc3N3b3Jk/x', 'touch /data/***/x'],
  ['git clone https://ghp_16C7e42F292c6912E7710c838347Ae178B4a@github.com/a/b', 'git clone https://***@github.com/a/b'],
  ['x 7b1c1f7e-9f0e-4a51-8a4e-5a3f9f0f3c11', 'x ***'],
  ['x AKIAIOSFODNN7EXAMPLE', 'x ***'],
  ['[ -e /data/x ] || useradd -p hunter2 app', '[ -e /data/x ] || useradd -p *** app'],
]

for (const [text, shown] of masked) {
  t.test(`masked: ${text}`, async (t) => {
    t.equal(maskSecrets(text), shown)
    t.equal(maskSecrets(shown), shown, 'masking again changes nothing')
  })
}

/** Text without secrets, as fixes and messages have it. */
const kept: readonly string[] = [
  'mkdir -p /data/cache',
  'git clone --depth 1 https://git.example/site.git /data/site',
  'git clone ssh://git@git.example/site.git',
  'in chart redis-17.3.2: write to /data/x.tmp, then mv it to /data/x',
  'let the guard check the result of the last command',
  'SELECT from pg_database or pg_roles first, and CREATE only if no row is returned',
  'psql -tAc "SELECT 1 FROM pg_database WHERE datname=\'app\'" | grep -q 1 || createdb app',
  'psql -h db -p 5432 -U app',
  'kubectl patch deployment web -p {"spec":{}}',
  'chown -R 1000:1000 /data',
  'rsync -u host:/srv/data /data',
  'ssh-keygen -t ed25519 -f /data/key',
  'tar xzf /data/cache/plugins-1.2.3-linux-amd64.tgz -C /data/app',
  'curl -fsSL -o /data/app.jar https://repo.example/maven2/org/apache/commons/commons-lang3/3.14.0/commons-lang3-3.14.0.jar',
  'tool --token-file /var/run/secrets/kubernetes.io/serviceaccount/token --password-stdin',
  'echo $TOKEN',
  'mysql -p"$MYSQL_PASSWORD" app',
  `PASSWORD=$PW PASSWORD2=$\{PW} TOKEN="$(cat /run/token)" run`,
  'sleep infinity',
  '/data (PersistentVolumeClaim)',
  'docker pull app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  "don't run it twice; it isn't safe",
]

for (const text of kept) t.test(`kept: ${text}`, async (t) => t.equal(maskSecrets(text), text))

t.test('literals of a container are hidden wherever they appear', async (t) => {
  const secrets = secretsOf(
    ['sh', '-c', "PASSWORD='a b'\ncurl -u app:hunter2 http://h/"],
    [
      ['PW', 'swordfish'],
      ['URL', 'postgres://app:open-sesame@db/app'],
      ['TOKEN', 'app'],
      ['DIR', 'site'],
      ['KEY_FILE', '/keys/tls.key'],
    ],
  )
  t.same([...secrets.literals].sort(), ['a b', 'app', 'hunter2', 'open-sesame', 'swordfish'])
  const shown = maskSecrets('cp /site/swordfish /keys/tls.key app apple "a b" x-open-sesame hunter22', secrets)
  t.equal(shown, 'cp /site/*** /keys/tls.key *** apple "***" x-*** ***2')
})

t.test('an option and its secret may be two words of command', async (t) => {
  t.same(secretsOf(['mysql', '-p', 'hunter2'], []).literals, ['hunter2'])
  t.same(secretsOf(['tool', '--password', 'hunter 2', 'x'], []).literals, ['hunter 2'])
})

t.test('a container with too many secrets, or too much text, shows none of its text', async (t) => {
  const many = Array.from({ length: 101 }, (_, index) => [`TOKEN_${index}X`, `hunter${index}x`] as const)
  t.equal(maskSecrets('mkdir /data', secretsOf([], many)), '***')
  t.equal(maskSecrets('mkdir /data', secretsOf(['a '.repeat(70_000)], [])), '***')
})

t.test('a text that is too long is cut, and the cut leaves no part of a secret', async (t) => {
  const secrets = secretsOf([], [['PW', 'swordfish'.repeat(20)]])
  for (let before = 1900; before < 2300; before += 7) {
    const shown = maskSecrets(`${'x '.repeat(before / 2)}${'swordfish'.repeat(20)} tail`, secrets)
    t.notMatch(shown, /swordfish/)
    t.ok(shown.length <= 2300)
  }
  const long = secretsOf([], [['PW', 'swordfish'.repeat(1000)]])
  t.notMatch(maskSecrets(`x ${'swordfish'.repeat(1000)}`, long), /swordfish/)
})

t.test('any text: nothing throws, and a short text is never too long', async (t) => {
  const unit = fc.constantFrom(
    'a',
    ' ',
    "'",
    '"',
    '=',
    ':',
    '/',
    '@',
    '-p ',
    'password',
    '$(',
    ')',
    '|',
    '\n',
    '://',
    'Bearer ',
    '\\',
    '&',
    '***',
    'Zx9',
  )
  const holds = fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
    const text = parts.join('')
    return maskSecrets(text).length <= 3 * text.length && !secretsOf([text], [[parts[0] ?? '', text]]).areTooMany
  })
  t.doesNotThrow(() => fc.assert(holds, { numRuns: 3000 }))
})
