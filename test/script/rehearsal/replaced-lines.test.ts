/** Lines that are deleted and added again: the file ends up the same. /data is a claim. */
import { sameVerdicts } from './rehearsing.ts'

sameVerdicts('sed -i that deletes a line, then echo that adds it', {
  "sed -i '/^port /d' /data/c.conf; echo 'port 1' >> /data/c.conf": 'safe',
  'set -e\nsed -i \'/registry/d\' /data/hosts\necho "$IP registry.local" >> /data/hosts': 'safe',
  "sed -i -e '/^a=/d' -e '/^b=/d' /data/c; printf 'a=1\\nb=2\\n' >> /data/c": 'safe',
  "sed -i '/^a=/d' /data/c; sed -i '/^b=/d' /data/c; echo a=1 >> /data/c; echo b=1 >> /data/c": 'safe',
  "sed -i '/^a=/d' /data/c; echo a=1 >> /data/c; sed -i '/^b=/d' /data/c; echo b=1 >> /data/c": 'safe',
  // The line that is added is another one.
  "sed -i '/^port=/d' /data/c.conf; echo 'port 1' >> /data/c.conf": 'unsafe',
  "sed -i '/^a=/d' /data/c; printf 'a=1\\nb=2\\n' >> /data/c": 'unsafe',
  'sed -i \'s/a/b/\' /data/c; echo "server=$IP" >> /data/c': 'unsafe',
  // Whether the pattern matches is not known.
  'sed -i "/$NAME/d" /data/hosts; echo "$IP $NAME" >> /data/hosts': 'unknown',
  "sed -i '/# BEGIN/,/# END/d' /data/hosts; printf '# BEGIN\\n1.1.1.1 x\\n# END\\n' >> /data/hosts": 'unknown',
})

sameVerdicts('a guard on the line decides whether it is replaced or added', {
  "grep -q '^a=1' /data/host/c || echo a=1 >> /data/host/c": 'safe',
  "grep -q '^a=1' /data/c || echo a=1 >> /data/c": 'safe',
  "grep -q '^a=' /data/c && sed -i 's/^a=.*/a=1/' /data/c || echo a=1 >> /data/c": 'safe',
  "if grep -q '^a=' /data/c; then sed -i 's/^a=.*/b=1/' /data/c; else echo a=1 >> /data/c; fi": 'unsafe',
  "grep -q '^b=1' /data/c || echo a=1 >> /data/c": 'unsafe',
})
