/** Commands in the background. /data is a claim, /work an emptyDir. */
import { sameVerdicts } from './rehearsing.ts'

sameVerdicts('a background command whose end is awaited at once', {
  'mkdir -p /data/d & wait': 'safe',
  'set -e\nmkdir /data/d & wait': 'safe',
  'set -e\nmkdir /data/d & wait $!': 'unsafe',
  'set -e\nmkdir /data/d &\npid=$!\nwait "$pid"': 'unsafe',
  'echo x >> /data/f & wait': 'unsafe',
  'trap : TERM INT\nuntil psql -c "\\q"; do echo waiting; sleep 1 & wait; done\nmkdir -p /data/d': 'safe',
  'x=1\n{ x=2; } & wait\n[ $x = 1 ] || mkdir /data/d': 'safe',
})

sameVerdicts('what runs at the same time is not analyzed', {
  'mkdir -p /data/d &\nmkdir -p /data/e\nwait': 'unknown',
  'mkdir -p /data/d & mkdir -p /data/e & wait': 'unknown',
  'mkdir -p /data/d &': 'unknown',
  'mkdir -p /data/d &\npid=$(touch /data/f)\nwait': 'unknown',
})
