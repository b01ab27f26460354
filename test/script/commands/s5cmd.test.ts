/** s5cmd: what its second run does, as version 2.3.0 did against an S3 server. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { rehearsal, sameOutcomes } from '../rehearsal/rehearsing.ts'

const claim: readonly Mount[] = [{ path: '/d', storage: 'claim', volume: 'd', subPath: '' }]

sameOutcomes('s5cmd: verdict and atomic', claim, {
  // A download is renamed when it is complete, so a guard on the file is enough.
  's5cmd cp s3://b/x /d/x': 'safe true',
  's5cmd --endpoint-url http://m:9000 cp -c 4 s3://b/x /d/': 'safe true',
  '[ -f /d/x ] || s5cmd cp s3://b/x /d/x': 'safe true',
  's5cmd cp "$SOURCE" /d/x': 'safe true',
  's5cmd cp -n s3://b/x /d/x': 'safe true',
  's5cmd cp s3://b/x /d/x; echo y >> /d/x': 'safe true',
  's5cmd cp -n s3://b/x /d/x; echo y >> /d/x': 'unsafe true',
  's5cmd cp -u s3://b/x /d/x; echo y >> /d/x': 'unsafe true',
  's5cmd cp -s s3://b/x /d/x': 'unknown null',
  // Several objects: a kill or a failure leaves some of them.
  's5cmd cp "s3://b/*" /d/t': 'safe true',
  's5cmd cp s3://b/* /d/t': 'safe true',
  's5cmd cp -n "s3://b/*" /d/t': 'unknown null',
  's5cmd sync "s3://b/*" /d/t': 'safe true',
  's5cmd sync --delete "s3://b/*" /d/t': 'safe true',
  '[ -d /d/t ] || s5cmd cp "s3://b/*" /d/t': 'unsafe false',
  '[ -d /d/t ] || s5cmd sync s3://b/x /d/t': 'safe true',
  // A move: the object is deleted before the file gets its name.
  's5cmd mv s3://b/x /d/x': 'unsafe false',
  '[ -f /d/x ] || s5cmd mv s3://b/x /d/x': 'safe false',
  's5cmd mv "s3://b/*" /d/t': 'unsafe false',
  's5cmd mv /d/x s3://b/x': 'unsafe true',
  '[ ! -f /d/x ] || s5cmd mv /d/x s3://b/x': 'safe true',
  's5cmd mv "/d/*" s3://b/': 'unknown null',
  's5cmd --dry-run mv s3://b/x /d/x': 'safe true',
  // Buckets and objects.
  's5cmd mb s3://b': 'unknown null',
  's5cmd ls s3://b || s5cmd mb s3://b': 'safe true',
  's5cmd rb s3://b': 'unsafe true',
  's5cmd rm s3://b/x s3://b/y': 'safe true',
  's5cmd rm "s3://b/*"': 'unsafe true',
  's5cmd rm "s3://b/*" || true': 'safe true',
  's5cmd rm --raw "s3://b/*"': 'safe true',
  's5cmd rm --exclude "*.txt" "s3://b/*"': 'unknown null',
  's5cmd cp /f s3://b/x; s5cmd rm "s3://b/*"': 'unknown null',
  's5cmd rm /d/x': 'unknown null',
  's5cmd cp /f s3://b/x': 'safe true',
  'echo x | s5cmd pipe s3://b/x': 'safe true',
  's5cmd cat s3://b/x > /d/x': 'safe true',
  's5cmd ls s3://b/x || s5cmd cp /f s3://b/x': 'safe true',
  's5cmd ls "s3://b/*" || s5cmd cp /f s3://b/x': 'unknown null',
  's5cmd presign s3://b/x > /d/url': 'unsafe true',
  '[ -s /d/url ] || s5cmd presign s3://b/x > /d/url': 'safe true',
  // What another file says, and what is not modeled.
  's5cmd run /f': 'unknown null',
  's5cmd select --query x s3://b/x': 'unknown null',
  's5cmd --odd cp s3://b/x /d/x': 'unknown null',
  's5cmd rm --odd s3://b/x': 'unknown null',
  's5cmd constructor s3://b/x': 'unknown null',
  's5cmd cp "$A" "$B"': 'unknown null',
})

t.test('s5cmd exits 1 if its operands cannot be copied, and if an option is behind them', async (t) => {
  for (const command of [
    's5cmd cp /a /d/x',
    's5cmd cp s3://b/x',
    's5cmd cp s3://b/ /d/t',
    's5cmd cp s3://b/x /d/x -n',
    's5cmd cp /f "s3://b/*"',
    's5cmd cp "/f*" s3://b/y',
    's5cmd mb',
    's5cmd cat s3://b/x s3://b/y',
  ])
    t.match(rehearsal(command, 'bash', claim).unknown, [{ why: 'the first run never succeeds' }], command)
})
