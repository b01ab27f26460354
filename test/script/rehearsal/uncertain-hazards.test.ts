import t from 'tap'
import { findings, rehearsal } from './rehearsing.ts'

t.test('a second copy within the first is a hazard on a claim, and unknown on an emptyDir', async (t) => {
  t.same(findings('cp -r /opt/app /data/app'), ['repeat rerun differs: cp -r /opt/app /data/app'])
  t.equal(rehearsal('cp -r /opt/app /work/app').verdict, 'unknown')
  t.equal(rehearsal('cp -r /opt/app/. /work/app').verdict, 'safe')
})

t.test('several second copies on an emptyDir are unknown, whatever their names, and each copy is not atomic', async (t) => {
  for (const script of [
    'cp -r /opt/a /work/lib\ncp -r /etc/b /work/alt\ncp -r /var/lib/x /work/adm',
    'cp -r /opt/a /work/a\ncp -r /etc/b /work/b\ncp -r /var/lib/c /work/c',
    'cp -r /opt/a /work/z\ncp -r /opt/a /work/b',
    '/bin/cp -r /opt/a /work/z\ncp -a /opt/b /work/b',
  ]) {
    const { verdict, hazards } = rehearsal(script)
    t.equal(verdict, 'unknown', script)
    t.strictSame(
      hazards.map(({ obligation, offset }) => [obligation, offset]),
      script.split('\n').map((line) => ['interrupted', script.indexOf(line)]),
      script,
    )
  }
  t.equal(rehearsal('cp -r /opt/a /work/z\ncp -r /opt/b /data/b').verdict, 'unsafe', 'the second one is on a claim')
})

t.test('a nested copy does not hide another command that fails', async (t) => {
  t.equal(rehearsal('set -e\ncp -r /opt/app /work/app\nmkdir /work/run').verdict, 'unsafe')
})

t.test('a hazard that only an empty file of unknown content would cause is unknown', async (t) => {
  const script = "echo x > /data/f\nsed -i 's/^port=[0-9]*/port=2/' /data/f\n[ -s /data/f ] || cat /proc/sys/kernel/random/uuid > /data/f"
  t.equal(rehearsal(script).verdict, 'unknown')
  t.equal(rehearsal('[ -s /data/key ] || openssl genrsa -out /data/key 2048').verdict, 'safe')
})

t.test('sed matches in a file that existed before the script, but may match nothing in random text', async (t) => {
  t.equal(rehearsal("sed -i 's/x/xx/' /data/f").verdict, 'unsafe')
  t.equal(rehearsal("test -f /data/f || cat /proc/sys/kernel/random/uuid > /data/f\nsed -i 's/x/xx/' /data/f").verdict, 'unknown')
  t.equal(rehearsal("test -f /data/f || date > /data/f\nsed -i '1i x' /data/f").verdict, 'unsafe', 'there is a line, whatever its text')
})
