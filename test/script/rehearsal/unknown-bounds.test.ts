/** Loops whose number of iterations is not in the input. /data is a claim. */
import { sameVerdicts } from './rehearsing.ts'

sameVerdicts('loops up to a number that is not known', {
  'set -e\nfor ((i = 0; i < $REPLICAS; i++)); do mkdir -p /data/d$i; done': 'safe',
  'set -e\nfor ((i = 0; i < REPLICAS; i++)); do mkdir /data/d$i; done': 'unsafe',
  'n=$(nproc)\ni=0\nwhile [ $i -lt $n ]; do echo "worker $i" >> /data/list; i=$((i + 1)); done': 'unsafe',
  'n=$(nproc)\n: > /data/list\ni=0\nwhile [ $i -lt $n ]; do echo "worker $i" >> /data/list; i=$((i + 1)); done': 'safe',
  'all=($(lsblk -dno NAME))\nfor ((i = 0; i < ${#all[@]}; i++)); do touch "/data/${all[$i]}"; done': 'safe',
  // The iterations differ only in what they wait for.
  'i=0\nwhile [ $i -lt $MAX ]; do nc -z db 5432 && break; i=$((i + 1)); sleep 1; done\nmkdir -p /data/d': 'safe',
  'i=0\nuntil nc -z db 5432; do i=$((i + 1)); [ $i -ge $MAX ] && exit 1; sleep 1; done\nmkdir /data/d': 'unsafe',
  // What follows the loop does not run if its last command fails.
  'set -e\ni=0\nwhile [ $i -lt $N ]; do i=$((i + 1)); false || true; done\nmkdir /data/d': 'unsafe',
})
