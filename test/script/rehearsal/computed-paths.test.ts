// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Paths that scripts compute: printf, dirname, basename, find. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

t.test('what printf, dirname and basename print', async (t) => {
  for (const test of [
    '"$(printf "%s-%s" a b)" = a-b',
    '"$(printf "%03d|%5s|%-3s|" 7 ab c)" = "007|   ab|c  |"',
    '"$(printf "/d/%s\\n" a b | tr "\\n" " ")" = "/d/a /d/b "',
    '"$(printf "100%%")" = 100%',
    '"$(printf "a\\tb")" = "a\tb"',
    '"$(dirname /a/b/c/)" = /a/b',
    '"$(dirname /a)" = /',
    '"$(dirname a)" = .',
    '"$(basename /a/b.conf .conf)" = b',
    '"$(basename -s .c /a/b.c)" = b',
    '"$(basename /)" = /',
  ])
    t.equal(rehearsal(`[ ${test} ]`).verdict, 'safe', test)
})

sameVerdicts('paths with a name that is not known', {
  'mkdir -p $(printf "/data/%s\\n" temp logs)': 'safe',
  'set -e\nmkdir $(printf "/data/%s\\n" temp logs)': 'unsafe',
  'for f in /cfg/*; do cp "$f" "/data/$(basename "$f")"; done': 'safe',
  'for f in /cfg/*.tmpl; do sed s/a/b/ "$f" > "/data/$(basename "$f" .tmpl)"; done': 'safe',
  'for f in /cfg/*; do d=/data/$(basename "$f" | sed "s/__/\\//g"); mkdir -p "$(dirname "$d")"; cp "$f" "$d"; done': 'safe',
  'for f in /cfg/*; do cat "$f" >> "/data/$(basename "$f")"; done': 'unsafe',
})

sameVerdicts('files that find finds', {
  'find /img -name "*.sql" -exec cp {} /data/ \\;': 'safe',
  'find /img -name "*.jar" | xargs -I{} cp {} /data/': 'safe',
  'f=$(find /img -name "x*.jar" | sort | head -n 1)\n[ -n "$f" ] || exit 1\ncp "$f" /data/x.jar': 'safe',
  'set -e\nfind /img -name "*.d" | while read -r d; do mkdir "/data/$(basename "$d")"; done': 'unsafe',
  'for f in $(find /data -mindepth 1 -maxdepth 1 -not -name .snapshot); do chown -R 1000 $f; done': 'safe',
  'set -e\nfor f in $(find /work -mindepth 1 ! -name lost+found); do chown -R 1000 $f; done\nmkdir -p /work/d': 'safe',
  'set -e\nfor f in $(find /work -mindepth 1 -newer /x); do chown -R 1000 $f; done\nmkdir -p /work/d': 'safe',
  'find /data -name "*.pid" | xargs rm -f\necho x >> /data/a.pid': 'safe',
  'find /data -name "*.pid" | xargs rm -f\necho x >> /data/a.log': 'unsafe',
  'for f in $(find /etc/init.d -name "*.sh" | sort); do bash $f; done': 'unknown',
})

sameVerdicts('patterns in a directory whose name is partly known', {
  'd=$(mktemp -d); git clone https://x/y "$d/y" && for f in "$d"/y/ext-*; do n=$(basename "$f"); rm -rf "/data/$n"; cp -R "$f" "/data/$n"; done':
    'safe',
  'cp -f "/opt/$APP"/plugins/* /data/': 'safe',
  'rm -rf "/data/$APP"/*.lock': 'safe',
  'set -e\nmv "/data/$APP"/in/* /data/out/': 'unsafe',
  'sysctl -w a.*.b=$X': 'safe',
  'cp $X* /data/': 'unknown',
})
