import t from 'tap'
import { findings, rehearsal } from './rehearsing.ts'

t.test('a second copy within the first: said where it outlives the pod, not known on an emptyDir', async (t) => {
  t.same(findings('cp -r /opt/app /data/app'), ['repeat rerun differs: cp -r /opt/app /data/app'])
  t.equal(rehearsal('cp -r /opt/app /work/app').verdict, 'unknown')
  t.equal(rehearsal('cp -r /opt/app/. /work/app').verdict, 'safe')
})

t.test('nesting does not hide what fails beside it', async (t) => {
  t.equal(rehearsal('set -e\ncp -r /opt/app /work/app\nmkdir /work/run').verdict, 'unsafe')
})

t.test('a file of unknown content is hardly ever empty: what hangs on that is not known', async (t) => {
  const script = "echo x > /data/f\nsed -i 's/^port=.*/port=2/' /data/f\n[ -s /data/f ] || cat /proc/sys/kernel/random/uuid > /data/f"
  t.equal(rehearsal(script).verdict, 'unknown')
  t.equal(rehearsal('[ -s /data/key ] || openssl genrsa -out /data/key 2048').verdict, 'safe')
})

t.test('who edits a given file finds there what he looks for; random text may hold none of it', async (t) => {
  t.equal(rehearsal("sed -i 's/x/xx/' /data/f").verdict, 'unsafe')
  t.equal(rehearsal("test -f /data/f || cat /proc/sys/kernel/random/uuid > /data/f\nsed -i 's/x/xx/' /data/f").verdict, 'unknown')
  t.equal(rehearsal("test -f /data/f || date > /data/f\nsed -i '1i x' /data/f").verdict, 'unsafe', 'a line is there, whatever it says')
})
