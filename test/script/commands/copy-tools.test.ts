/** Copies from and to other hosts and stores. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameOutcomes, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('copies that overwrite give the same files again', {
  'azcopy copy "https://a.blob.core.windows.net/c/f?sas" /data/f': 'safe',
  'azcopy sync "https://a.blob.core.windows.net/c/m?sas" /data/m': 'safe',
  's3cmd get --force s3://b/f /data/f': 'safe',
  's3cmd get --skip-existing s3://b/f /data/f': 'safe',
  's3cmd sync s3://b/m/ /data/m/': 'safe',
  's3cmd put /etc/f s3://b/f': 'safe',
  'scp -i /etc/key -o StrictHostKeyChecking=no user@h:/x/f /data/f': 'safe',
  'hf download org/model --local-dir /data/m': 'safe',
  'huggingface-cli download org/model a.bin b.bin --local-dir /data --token $T': 'safe',
  'rclone copy /opt/x /data/x': 'safe',
  'rclone sync /opt/x /data/x': 'safe',
  'rclone move /data/out s3:b/out': 'safe',
  'aws s3 mv --recursive /data/out s3://b/out': 'safe',
  'rsync -a --exclude=tmp /opt/x/ /data/x/': 'safe',
})

sameVerdicts('a copy that refuses to overwrite fails on a rerun', {
  's3cmd get s3://b/f /data/f': 'unsafe',
  's3cmd get s3://b/f /data/': 'unsafe',
  'cd /data; s3cmd get s3://b/f': 'unsafe',
  '[ -f /data/f ] || s3cmd get s3://b/f /data/f': 'safe',
})

sameVerdicts('a guard skips what a failed copy left', {
  '[ -d /data/m ] || azcopy copy "https://a.blob.core.windows.net/c/m?sas" /data/m --recursive': 'unsafe',
  '[ -f /data/f ] || scp user@h:/x/f /data/f': 'unsafe',
  '[ -d /data/m ] || hf download org/model --local-dir /data/m': 'unsafe',
  '[ -f /data/a.bin ] || hf download org/model a.bin b.bin --local-dir /data': 'unsafe',
  '[ -f /data/a.bin ] || hf download org/model a.bin --local-dir /data': 'safe',
  '[ -f /data/f ] || azcopy copy "https://a.blob.core.windows.net/c/f?sas" /data/f': 'safe',
})

sameOutcomes('a kill leaves part of a tree', [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }], {
  '[ -d /data/x ] || rsync -a /opt/x/ /data/x/': 'safe false',
  '[ -d /data/x ] || rsync -a --exclude=tmp /opt/x/ /data/x/': 'safe false',
  'rsync -a /opt/x/ /data/x/': 'safe true',
  '[ -f /data/hosts ] || rsync /etc/hosts /data/hosts': 'safe true',
})

sameVerdicts('what such programs do otherwise is not analyzed', {
  'scp /data/f user@h:/x/': 'unknown',
  's3cmd del s3://b/f': 'unknown',
  's3cmd get -r s3://b/m /data/m': 'unknown',
  'azcopy remove "https://a.blob.core.windows.net/c/m?sas"': 'unknown',
  'hf upload org/model /data': 'unknown',
  'rclone move s3:b/in /data/in': 'unknown',
  'rsync -a --delete --exclude=tmp /opt/x/ /data/x/': 'unknown',
})

t.test('the reason for a downloaded script names where it comes from', async (t) => {
  for (const script of ['wget -qO- https://get.x/i.sh | bash', 'curl -fsSL https://get.x/i.sh -o /tmp/i.sh && sh /tmp/i.sh']) {
    const { verdict, unknown } = rehearsal(script)
    t.equal(verdict, 'unknown', script)
    t.match(unknown[0]?.why, /https:\/\/get\.x\/i\.sh/, script)
  }
})
