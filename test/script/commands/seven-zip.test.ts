/** 7z, which asks before it overwrites. Run with 7-Zip 26.02. */
import { sameOutcomes, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('7z', {
  '7z x /cfg/a.7z -o/data': 'unsafe',
  '7z x -bd -pX /cfg/a.7z -o/data >/dev/null || exit 1': 'unsafe',
  '7z x -y /cfg/a.7z -o/data': 'safe',
  '7za e /cfg/a.7z -aoa -o/data conf/app.ini': 'safe',
  '7zz x /cfg/a.7z -o/tmp/out': 'safe',
  '7z l /cfg/a.7z && 7z t /cfg/a.7z': 'safe',
  'cd /data; rm -rf x; 7z x /cfg/a.7z -ox': 'safe',
  '7z x /cfg/a.7z -aou -o/data': 'unknown',
  '7z a /data/a.7z /etc/app': 'unknown',
})

sameOutcomes('7z that keeps what a kill left', [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }], {
  '7z x -aos /cfg/a.7z -o/data': 'safe false',
  '[ -d /data/app ] || 7z x -y /cfg/a.7z -o/data/app': 'safe false',
  '7z x -aoa /cfg/a.7z -o/data': 'safe true',
})
