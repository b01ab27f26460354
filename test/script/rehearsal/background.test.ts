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

sameVerdicts('what runs at the same time and changes nothing has no effect', {
  'set -e\nsleep 60 &\nmkdir /data/d': 'unsafe',
  'while true; do echo waiting; sleep 1; done &\nmkdir -p /data/d': 'safe',
  'nohup sleep 60 >/dev/null 2>&1 &\nmkdir -p /data/d': 'safe',
  'date > /data/f &\nmkdir -p /data/d': 'unknown',
  'curl -X POST http://x/ &\nmkdir -p /data/d': 'unknown',
})

sameVerdicts('a server whose data outlives the pod is configured like one that runs elsewhere', {
  'mysqld --datadir=/data &\nuntil mysqladmin ping; do sleep 1; done\nmysql -e "CREATE DATABASE IF NOT EXISTS app"\nmysqladmin shutdown':
    'safe',
  'set -e\nmysqld --datadir=/data/db &\npid=$!\nsleep 9\nmysql -e "CREATE DATABASE app"\nkill $pid\nwait $pid': 'unsafe',
  'set -e\npostgres -D /data &\nuntil pg_isready; do sleep 1; done\npsql -c "create table x (a int)"\nkill -INT $!\nwait': 'unsafe',
  'export PGDATA=/data\npg_ctl -w start\npsql -c "create table if not exists x (a int)"\npg_ctl stop': 'safe',
  'redis-server --daemonize yes --dir /data\nredis-cli set a b\nredis-cli shutdown': 'safe',
  'mongod --fork --logpath /tmp/l --dbpath /data\nmongod --shutdown --dbpath /data': 'safe',
  'ollama serve &\nsleep 5\nollama list | grep -q llama3 || ollama pull llama3': 'safe',
})

sameVerdicts('a server whose data is new in each run, or not known, is not analyzed', {
  'mysqld &\nsleep 9\nmysql -e "CREATE DATABASE app"': 'unknown',
  'mysqld --datadir=/work &\nsleep 9\nmysql -e "CREATE DATABASE app"': 'unknown',
  'postgres &\nsleep 9\npsql -c "create table x (a int)"': 'unknown',
  'redis-server --daemonize yes\nredis-cli incr a': 'unknown',
  'mysqld --datadir=/data': 'unknown',
  'ollama serve': 'unknown',
})

sameVerdicts('a command that is stopped in the background may exit 0 or not', {
  'set -e\nwhile true; do sleep 1; done &\nkill $!\nwait $! || true\nmkdir /data/d': 'unsafe',
  'while true; do sleep 1; done &\nkill $!\nwait $!': 'safe',
  'sleep 5 &\nmkdir -p /data/d\nwait $!': 'safe',
})
