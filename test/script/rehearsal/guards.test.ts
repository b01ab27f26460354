/** Guards over an archive, a clone or a copy of a directory: what an incomplete attempt leaves to them. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

/** Whether a kill within a command leaves something that is taken for complete, and which commands. */
function incomplete(script: string): readonly string[] {
  return rehearsal(script)
    .hazards.filter(({ obligation }) => obligation === 'interrupted')
    .map(({ words }) => words[0]?.value.join('') ?? '')
}

t.test('a guard on a member of an archive takes an incomplete one for complete', async (t) => {
  for (const [script, program] of [
    ['if [ ! -d /data/mysql ]; then tar -zxf /opt/mysql.tgz -C /data; fi', 'tar'],
    ['[ -f /data/x/PG_VERSION ] || tar -xf /opt/base.tar -C /data', 'tar'],
    ['[ -e /data/x/index.html ] || unzip -o /opt/site.zip -d /data', 'unzip'],
    ['[ -d /data/plugins ] || cp -a /opt/app/. /data/', 'cp'],
  ] as const)
    t.strictSame(incomplete(script), [program], script)
})

t.test('a guard on something that the script makes afterward does not', async (t) => {
  for (const script of [
    'if [ ! -f /data/done ]; then tar -xf /opt/a.tar -C /data; touch /data/done; fi',
    'if [ ! -d /data/x ]; then tar -xf /opt/a.tar -C /data/tmp; mv /data/tmp/a /data/x; fi',
    // The app may create the file, and the image may lack it.
    '[ -f /data/wp-config.php ] || cp -a /usr/src/wordpress/. /data/',
    '[ -f /data/www ] || cp -a /usr/src/wordpress/. /data/',
    '[ -f /data/wp-config.php ] || tar -xf /opt/wordpress.tar -C /data',
    '[ -e /data/.installed ] || unzip -o /opt/a.zip -d /data',
  ])
    t.strictSame(incomplete(script), [], script)
})

t.test('a guard on a member of an archive skips what a failed download left', async (t) => {
  const script = '[ -d /data/app ] || curl -fsSL http://h/a.tgz | tar xz -C /data'
  t.equal(rehearsal(script).verdict, 'unsafe')
  t.equal(rehearsal('curl -fsSL http://h/a.tgz | tar xz -C /data').verdict, 'safe')
})

t.test('a guard on the output of a program that is not known takes an empty file for complete', async (t) => {
  t.strictSame(incomplete('[ -f /data/token ] || make-token > /data/token'), ['make-token'])
  t.strictSame(incomplete('[ -f /data/token ] || make-token | base64 > /data/token'), ['base64'])
  t.strictSame(incomplete('make-token > /data/token'), [])
  t.strictSame(incomplete('[ -f /data/token ] || { make-token > /data/new && mv /data/new /data/token; }'), [])
})

t.test('a guard on an empty directory takes an incomplete copy for complete, however it asks', async (t) => {
  for (const guard of [
    '[ -z "$(ls -A /data)" ]',
    '[ "$(ls -A /data)" = "" ]',
    '! [ "$(ls /data)" ]',
    '[ $(ls /data | wc -l) -eq 0 ]',
    '[ "$(ls -1 /data | wc -l)" = 0 ]',
    '[ "$(ls -A /data 2>/dev/null | wc -l)" -lt 1 ]',
    '[ $(ls -A /data | grep -v lost+found | wc -l) -eq 0 ]',
    '! ls -A /data | grep -q .',
    '[ -z "$(find /data -mindepth 1 -maxdepth 1 -print -quit)" ]',
    '[ -z "$(find /data -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit)" ]',
    '[ -z "$(find /data -type f | head -n 1)" ]',
    '! find /data -mindepth 1 | read -r _',
    '[ -n "$(find /data -maxdepth 0 -empty)" ]',
    '[ ! -f /data/.seeded ] && [ -z "$(find /data -mindepth 1 -maxdepth 1 ! -name lost+found ! -name .seeded)" ]',
    '[ "$(find /data -maxdepth 0 -type d -empty 2>/dev/null)" ]',
    '! ls /data/* > /dev/null 2>&1',
  ])
    for (const copy of ['cp -a /opt/app/. /data/', 'cp -r /opt/app/* /data/'])
      t.strictSame(incomplete(`if ${guard}; then ${copy}; fi`), ['cp'], `${guard}: ${copy}`)
  t.strictSame(incomplete('if [ -n "$(find /data -maxdepth 0 -empty)" ]; then tar -xf /opt/a.tar -C /data; fi'), ['tar'])
})

t.test('a guard that does not ask for what is copied says nothing', async (t) => {
  for (const guard of ['[ -z "$(find /data -name done)" ]', '[ -z "$(find /data -maxdepth 1 -type f)" ]', '! ls -A /data | grep -q done'])
    t.strictSame(incomplete(`if ${guard}; then cp -a /opt/app/. /data/; fi`), [], guard)
})

t.test('a guard on a file of a program that a copied directory brings', async (t) => {
  for (const name of ['index.php', 'bin/console', 'sites/default.settings.php', 'package.json', 'VERSION', 'lib/app.jar', 'readme.html'])
    t.strictSame(incomplete(`[ -e /data/${name} ] || cp -a /opt/app/. /data/`), ['cp'], name)
  // What the script makes below it does not tell what the copy brings.
  t.strictSame(incomplete('if [ ! -f /data/a/index.php ]; then cp -a /opt/app/. /data/; fi; mkdir -p /data/a/files'), ['cp'])
  t.strictSame(rehearsal('if [ ! -f /data/index.php ]; then cp -a /opt/app/. /data/; echo x >> /data/new; fi').verdict, 'unsafe')
})

t.test('a guard on a directory that is moved from another volume', async (t) => {
  for (const script of [
    'test -d /data/config || mv /etc/app/config /data/config',
    '[ -d /data/app ] || { tar -xf /opt/a.tar -C /tmp; mv /tmp/app /data/app; }',
    '[ -f /data/app.conf ] || mv /etc/app/app.conf /data/app.conf',
  ])
    t.strictSame(incomplete(script), ['mv'], script)
  // A rename is atomic.
  t.strictSame(incomplete('[ -d /data/app ] || { tar -xf /opt/a.tar -C /data/tmp; mv /data/tmp/app /data/app; }'), [])
})

t.test('a guard on the directory of a package manager takes an incomplete one for complete', async (t) => {
  for (const [script, program] of [
    ['[ -d /data/venv ] || python3 -m venv /data/venv', 'python3'],
    ['cd /data; [ -d node_modules ] || npm ci', 'npm'],
    ['[ -d /data/node_modules ] || npm install --prefix /data x', 'npm'],
    ['if [ ! -d /data/node_modules ]; then cd /data && yarn install; fi', 'yarn'],
    ['cd /data && { [ -d vendor ] || composer install --no-dev; }', 'composer'],
  ] as const)
    t.strictSame(incomplete(script), [program], script)
  for (const script of [
    'python3 -m venv /data/venv',
    'cd /data && npm ci',
    'cd /data && composer install',
    'cd /app && npm ci',
    'npm i --prefix /data x@1',
  ])
    t.match(rehearsal(script), { verdict: 'safe', atomic: true }, script)
})

t.test('a guard on the directory of a server or of a model takes an incomplete one for complete', async (t) => {
  t.strictSame(incomplete('if [ ! -d /data/mysql ]; then mariadb-install-db --user=mysql --datadir=/data; fi'), ['mariadb-install-db'])
  t.match(rehearsal('mariadb-install-db --user=mysql --datadir=/data --skip-test-db'), { verdict: 'safe', atomic: true })
  for (const name of ['hf', 'huggingface-cli']) {
    t.equal(rehearsal(`[ -d /data/model ] || ${name} download org/model --local-dir /data/model`).verdict, 'unsafe')
    t.match(rehearsal(`${name} download org/model --local-dir /data/model`), { verdict: 'safe', atomic: true })
    t.match(rehearsal(`HF_HOME=/data ${name} download org/model`), { verdict: 'safe', atomic: true })
  }
  // A single file gets its name when it is complete.
  t.match(rehearsal('[ -f /data/a.gguf ] || hf download org/model a.gguf --local-dir /data'), { verdict: 'safe', atomic: true })
  t.equal(rehearsal('[ -f /data/a.json ] || hf download org/model a.json b.bin --local-dir /data').verdict, 'unsafe')
  t.equal(rehearsal('hf download org/model --local-dir /data --include "*.json"').verdict, 'safe')
  t.equal(rehearsal('hf upload org/model /data').verdict, 'unknown')
})

t.test('cd in a condition asks whether a copy has brought the directory: it may not be there', async (t) => {
  const verdict = (script: string) => rehearsal(script).verdict
  t.equal(verdict('cd /data/there 2>/dev/null && { ln -s f /data/l; }\ncp -a /img/tree/. /data/'), 'unknown')
  t.equal(verdict('cp -a /img/tree/. /data/\ncd /data/there && mkdir d'), 'unsafe', 'after the copy, it is meant to be there')
  t.equal(verdict('cd /app && mkdir /data/d'), 'unsafe', 'a directory of the image is meant to be there')
})

sameVerdicts('markers whose text names the version', {
  'set -e\nif [ "$(cat /data/.version 2>/dev/null || true)" = 1.2 ]; then exit 0; fi\ncurl -fL https://x/a.tgz | tar -xz -C /data\necho 1.2 > /data/.version':
    'safe',
  'set -e\n[ "$(cat /data/.hash)" = "$H" ] && exit 0\ncp -r /app/. /data/\necho "$H" > /data/.hash': 'safe',
  // Written before the work.
  'set -e\n[ "$(cat /data/.version)" = 2 ] && exit 0\necho 2 > /data/.version\ntar -xzf /img/a.tgz -C /data': 'unsafe',
  // An archive may contain it.
  'set -e\n[ "$(cat /data/VERSION)" = 2 ] && exit 0\ntar -xzf /img/a.tgz -C /data\necho 2 > /data/VERSION': 'unknown',
})
