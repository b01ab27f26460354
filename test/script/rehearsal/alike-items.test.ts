/** Loops over lists whose items each bring a condition. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

const shops = 'users orders carts billing search mail auth web news blog'

sameVerdicts('a loop with a condition for each of many items is followed', {
  [`for s in ${shops}; do if [ -f /etc/$s.conf ]; then cp /etc/$s.conf /data/$s.conf; fi; done`]: 'safe',
  [`SHOPS="${shops}"\nfor s in $SHOPS; do [ -f /etc/$s.conf ] || continue; cp /etc/$s.conf /data/; done`]: 'safe',
  [`for s in ${shops}; do kubectl get secret $s || kubectl create secret generic $s --from-literal=a=b; done`]: 'safe',
  [`set -e\nfor s in ${shops}; do [ -f /etc/$s.conf ] && mkdir /data/$s; done`]: 'unsafe',
  [`for s in ${shops}; do [ -f /etc/$s.conf ] && cat /etc/$s.conf >> /data/all; done`]: 'unsafe',
  'for i in 1 2 3 4 5 6 7 8 9 10; do [ -f /etc/app$i.conf ] && cp /etc/app$i.conf /data/; done; exit 0': 'safe',
})

t.test('an item that the script tells apart is not left out', async (t) => {
  for (const script of [
    `set -e\nfor s in ${shops}; do [ -f /etc/$s.conf ] || continue; [ $s != mail ] || mkdir /data/$s; done`,
    `set -e\nfor s in ${shops}; do kubectl get ns $s || continue; case $s in mail) mkdir /data/x ;; esac; done`,
    'for p in one two tar curl six; do [ -f /etc/$p ] && $p -cf /data/x.tar /etc; done; exit 0',
  ])
    t.not(rehearsal(script).verdict, 'safe', script)
})

t.test('the cost of such a loop does not depend on the number of its items', async (t) => {
  const stepsFor = (items: string) => rehearsal(`for s in ${items}; do if [ -f /etc/$s.conf ]; then cp /etc/$s.conf /data/; fi; done`).steps
  t.ok(stepsFor(shops) < stepsFor('users orders carts billing blog') + 10)
})

sameVerdicts('a comparison of times is one condition, however often the script runs', {
  'start=$(date +%s)\nuntil curl -sf http://h/; do [ $(($(date +%s) - start)) -gt 600 ] && exit 1; sleep 5; done\nmkdir -p /data/d': 'safe',
  'set -e\nstart=$(date +%s)\nwhile true; do if curl -sf http://h/; then break; fi; now=$(date +%s); if [ $((now - start)) -gt 600 ]; then exit 1; fi; done\nmkdir /data/d':
    'unsafe',
  'age=$(($(date +%s) - $(date +%s -r /data/f)))\nif [ $age -gt 86400 ]; then date > /data/f; fi': 'safe',
  'if [ $(($(date +%s) % 2)) -eq 0 ]; then mkdir /data/d; fi': 'unknown',
})
