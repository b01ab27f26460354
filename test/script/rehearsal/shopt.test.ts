/** Options that `shopt` sets, which only bash has. /data is a claim, /work an emptyDir. */
import { sameVerdicts } from './rehearsing.ts'

sameVerdicts('patterns with nullglob and dotglob', {
  'shopt -s nullglob\nfor f in /data/*.lock; do echo "$f" >> /data/log; done\nmkdir -p /data/d': 'safe',
  'for f in /data/*.lock; do echo "$f" >> /data/log; done': 'unsafe',
  'shopt -s dotglob\ntouch /work/.a\nset -- /work/*\n[ $# = 1 ] && [ $1 = /work/.a ]': 'safe',
  'touch /work/.a\nset -- /work/*\n[ "$1" = "/work/*" ]': 'safe',
  'shopt -s dotglob\nmkdir -p /data/t && cp -r /img/x/. /data/t && rm -rf /data/t/*\nrmdir /data/t && mkdir -p /data/t': 'safe',
  'shopt -s extglob globstar\nmkdir -p /data/d': 'safe',
  'set -e\nshopt -s extglob\nmkdir /data/d': 'unsafe',
  'shopt -s nocasematch\n[[ YES == yes ]] || mkdir /data/d\ncase "No" in no) ;; *) mkdir /data/d ;; esac': 'safe',
  'shopt -s nocasematch\nset -e\n[[ "$X" == yes ]] || true\nmkdir /data/d': 'unsafe',
  '[[ YES == yes ]] || mkdir /data/d': 'unsafe',
  'shopt -s lastpipe\nmkdir -p /data/d': 'unknown',
  'shopt -q nullglob || mkdir -p /data/d': 'unknown',
})

sameVerdicts('copies of programs', {
  'cp -a $(which ttyd) /work/': 'safe',
  'cp -a "$(command -v ttyd)" /data/ttyd': 'safe',
  'cp -a $DIR /work/': 'unknown',
})
