// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Loops with counters, and the arithmetic that counts. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

sameVerdicts('counting with let, (( )), expr and for (( ))', {
  'i=0\nwhile [ $i -lt 3 ]; do let i=i+1; done\necho $i > /data/n': 'safe',
  'i=0\nwhile [ $i -lt 3 ]; do let "i += 1"; done\nmkdir -p /data/d$i': 'safe',
  'i=0\nwhile (( i < 3 )); do ((i++)); done\necho $i > /data/n': 'safe',
  'set -e\ni=0\nwhile (( i < 3 )); do ((++i)); done\nmkdir /data/d$i': 'unsafe',
  'for ((i = 0; i < 3; i++)); do echo $i; done > /data/n': 'safe',
  'set -e\nfor ((i = 0; i < 3; i++)); do [ $i = 1 ] && continue; mkdir /data/d$i; done': 'unsafe',
  'i=1\nwhile [ "$i" -le 3 ]; do i=`expr $i + 1`; done\necho $i > /data/n': 'safe',
  'set -e\ni=1\nwhile [ "$i" -le 3 ]; do i=$(expr $i + 1); done\nmkdir /data/d$i': 'unsafe',
  // ((0)) fails, so set -e ends the script before mkdir in each run.
  'set -e\ni=0\n((i++))\nmkdir /data/d': 'unknown',
  '((n++))\necho $n > /data/n': 'safe',
  'n=$((2 > 1 ? 5 : 6))\n[ $n = 5 ] || mkdir /data/d': 'safe',
})

t.test('what arithmetic assigns is known afterward', async (t) => {
  for (const [script, status] of [
    ['((a = 2, b = a * 3))\n[ $b = 6 ]', 'safe'],
    ['a=5\n: $((a -= 2))\n[ $a = 3 ]', 'safe'],
    ['a=5\nb=$((a++ + ++a))\n[ $a$b = 712 ]', 'safe'],
  ] as const)
    t.equal(rehearsal(script).verdict, status, script)
})

sameVerdicts('a counter with an unknown start is the same in each run', {
  'i=$START\n((i++))\necho $i > /data/n': 'safe',
  'i=$START\nlet i++\necho $i >> /data/n': 'unsafe',
})

sameVerdicts('a test of an output that is empty, or not a number, fails', {
  'if [ $(true) -ne 200 ]; then mkdir -p /data/d; fi': 'safe',
  'while [ $(true) != ok ]; do exit 1; done': 'safe',
  'S=$(wget --server-response http://web 2>&1 | awk "/HTTP/{print 2}")\nif test $S -ne 200; then exit 1; fi': 'safe',
  '[ "" -eq 0 ] && mkdir /data/d\nexit 0': 'safe',
})

sameVerdicts('long loops that only count take a few iterations', {
  'i=0\nwhile [ $i -lt 100000 ]; do i=$((i + 1)); sleep 1; done\necho $i > /data/n': 'safe',
  'i=0\nwhile [ $i -lt 100000 ]; do i=$((i + 1)); done\n[ $i = 100000 ] || mkdir /data/d': 'safe',
  'set -e\ni=100000\nwhile ((i -= 3)); do [ $i -gt 0 ] || break; done\n[ $i = -2 ] && mkdir /data/d': 'unsafe',
  'set -e\ni=0\nuntil [ "$i" = 5000 ]; do i=$((i + 1)); done\nmkdir /data/d': 'unsafe',
  'n=0\nuntil nc -z db 5432; do n=$((n + 1)); [ $n -ge 3600 ] && exit 1; sleep 1; done\nmkdir -p /data/d': 'safe',
  'n=0\nuntil nc -z db 5432; do n=$((n + 1)); echo "attempt $n"; sleep 1; done\nmkdir -p /data/d': 'safe',
  'set -e\ni=0\nwhile expr $i \\< 5000 > /dev/null; do i=$((i + 1)); done\nmkdir /data/d$i': 'unsafe',
})

sameVerdicts('a counter that decides otherwise than by its size is followed', {
  // Each tenth iteration creates a directory.
  'set -e\ni=0\nwhile [ $i -lt 30 ]; do i=$((i + 1)); [ $((i % 10)) -ne 0 ] || mkdir /data/d$i; done': 'unsafe',
  'set -e\ni=0\nwhile [ $i -lt 30 ]; do i=$((i + 1)); case $i in 20) mkdir /data/d ;; esac; done': 'unsafe',
  'set -e\ntouch /work/1 /work/2 /work/3 /work/4 /work/5\ni=1\nwhile [ -e /work/$i ]; do i=$((i + 1)); done\nmkdir /data/d$i': 'unsafe',
  'set -e\ni=0\nuntil echo $i | grep -q 12; do i=$((i + 1)); done\nmkdir /data/d$i': 'unsafe',
  'set -e\ni=0\nwhile [ $i -lt 30 ]; do i=$((i + 1)); [[ $i != 2? ]] || mkdir -p /data/x; done\nmkdir /data/d': 'unsafe',
})

sameVerdicts('sequences of numbers', {
  'if ! test -d /data/3000; then for i in `seq 1 3000`; do mkdir -p /data/$i; done; fi': 'safe',
  'set -e\nfor i in $(seq 3000); do mkdir /data/$i; done': 'unsafe',
  'for i in {1..60}; do nc -z db 5432 && exit 0; sleep 2; done\nexit 1': 'safe',
  'set -e\nfor i in $(seq 1 $COUNT); do mkdir /data/$i; done': 'unsafe',
  'for i in $(seq 1 $COUNT); do mkdir -p /data/$i; done': 'safe',
  'for i in $(seq 1 1000000000); do mkdir /data/$i; done': 'unsafe',
  'set -e\nfor i in $(seq 1 2 99); do [ $i = 99 ] && mkdir /data/$i; done': 'unsafe',
})
