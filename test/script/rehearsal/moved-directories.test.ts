/** Directories that are moved to a volume behind a guard: between two file systems, mv copies them file by file. */
import { sameOutcomes } from './rehearsing.ts'

sameOutcomes(
  'directories that are moved to another volume, or within one',
  [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }],
  {
    '[ -d /data/w ] || mv /tmp/w /data/': 'safe false',
    '[ -d /data/w ] || (cd /tmp && tar xzf w.tar.gz && mv w /data/)': 'safe false',
    '[ -f /data/w ] || mv /tmp/w /data/': 'safe false',
    '[ -d /data/w ] || { rm -rf /data/w.tmp && cp -r /img /data/w.tmp && mv /data/w.tmp /data/w; }': 'safe true',
  },
)
