// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Lines that scripts read, and the fields that they split. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

sameVerdicts('lines of files that are not in the input', {
  'while read -r line; do echo "$line"; done < /etc/hosts > /data/hosts': 'safe',
  'while read line; do echo "$line" >> /data/all; done < /img/list': 'unsafe',
  'while read -r name url; do [ -f "/data/$name" ] || { curl -fo "/work/t" "$url" && mv /work/t "/data/$name"; }; done < /img/list': 'safe',
  'set -e\ncat /img/list | while read -r name; do mkdir "/data/$name"; done': 'unsafe',
  'cat /img/list | while read -r name; do mkdir -p "/data/$name"; done': 'safe',
  'IFS= read -r first < /img/list\necho "$first" > /data/first': 'safe',
  'read -r -t 5 -p "name " n < /img/list; echo $n > /data/n': 'safe',
})

t.test('known lines and fields', async (t) => {
  for (const script of [
    'printf "a:b:c\\n" | { IFS=: read -r x y; [ "$x" = a ] && [ "$y" = b:c ]; }',
    'while IFS== read -r k v; do [ "$k$v" = ab=c ]; done <<E\na=b=c\nE',
    'IFS=,\nset -- $(echo a,b,c)\n[ $# = 3 ] && [ "$2" = b ]',
    'IFS=, read -r a b <<< "x, y "\n[ "$a|$b" = "x| y " ]',
    'read -r a b <<< "  x   y z  "\n[ "$a|$b" = "x|y z" ]',
    'read x < /dev/null || [ -z "$x" ]',
    // bash(1), Here Strings: with a single newline appended, so that a whole line is read.
    'set -e\nread -r x <<< a\n[ "$x" = a ]',
    'set -e\nread -r x <<< ""\n[ -z "$x" ]',
    'set -e\nIFS=, read -ra x <<< "a,b"\n[ "${x[1]}" = b ]',
    'set -e\n[ "$(wc -c <<< abc)" -eq 4 ]',
    'IFS=", "\nset -- $(echo "a, b ,c")\n[ "$#$3" = 3c ]',
  ])
    t.equal(rehearsal(script).verdict, 'safe', script)
})

sameVerdicts('a list in a here-string, with set -e', {
  'set -e\nfor i in a,1; do IFS=, read -ra p <<< "$i"; mkdir "/data/${p[0]}"; done': 'unsafe',
  'set -e\nfor i in a,1; do IFS=, read -ra p <<< "$i"; mkdir -p "/data/${p[0]}"; done': 'safe',
  'set -e\nIFS=: read -r user group <<< "$OWNER"\nchown "$user:$group" /data': 'safe',
  'while read -r n; do mkdir -p "/data/$n"; done <<< "$NAMES"': 'safe',
  'while read -r n; do mkdir "/data/$n" || exit 1; done <<< "$NAMES"': 'unsafe',
})

sameVerdicts('what read does not follow', {
  'read -d "" x < /img/list; echo "$x" > /data/f': 'unknown',
  'IFS=:\nx=:a\nset -- $x\necho $# > /data/f': 'unknown',
  'IFS=$SEPARATOR read -r a b < /img/list; echo "$a" > /data/f': 'unknown',
})
