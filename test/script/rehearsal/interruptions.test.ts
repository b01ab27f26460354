/** Kills between two commands: what a guard protects, and when it mistakes an incomplete result for a complete one. */
import t from 'tap'
import { findings, rehearsal } from './rehearsing.ts'

interface Row {
  readonly why: string
  readonly script: string
  readonly found: readonly string[]
}

const rows: readonly Row[] = [
  {
    why: 'a marker that is set before the work',
    script: '[ -f /data/done ] && exit 0\ntouch /data/done\nmkdir -p /data/d',
    found: ['stop retry differs: mkdir -p /data/d'],
  },
  {
    why: 'a marker that is set after work that can be repeated',
    script: '[ -f /data/done ] && exit 0\nmkdir -p /data/d\ntouch /data/done',
    found: [],
  },
  {
    why: 'a marker that is set after work that cannot be repeated',
    script: 'if [ -f /data/done ]; then exit 0; fi\nset -e\nmkdir /data/d\ntouch /data/done',
    found: ['stop retry fails: mkdir /data/d'],
  },
  {
    why: 'a lock that outlives its holder',
    script: 'mkdir /data/lock || exit 1\ntouch /data/f\nrmdir /data/lock',
    found: ['stop retry fails: mkdir /data/lock'],
  },
  {
    why: 'a trap does not run after SIGKILL',
    script: "mkdir /data/lock || exit 1\ntrap 'rmdir /data/lock' EXIT\ntouch /data/f",
    found: ['stop retry fails: mkdir /data/lock'],
  },
  {
    why: "a lock on the container's own file system is gone with the container",
    script: 'mkdir /tmp/lock || exit 1\ntouch /data/f\nrmdir /tmp/lock',
    found: [],
  },
  {
    why: 'a guard on the first of two effects',
    script: '[ -s /data/f ] || { echo a >> /data/f; echo b >> /data/f; }',
    found: ['stop retry differs: echo a'],
  },
  {
    why: 'a guard on the first of two files',
    script: '[ -f /data/k ] || { echo k > /data/k; echo p > /data/p; }',
    found: ['stop retry differs: echo p'],
  },
  {
    why: 'a guard on the last of two files',
    script: '[ -f /data/p ] || { echo k > /data/k; echo p > /data/p; }',
    found: [],
  },
  {
    why: 'a directory that is removed first',
    script: 'set -e\nrm -rf /data/d\nmkdir /data/d\ntouch /data/d/f',
    found: [],
  },
  {
    why: 'a directory that exists before its contents',
    script: '[ -d /data/d ] || { mkdir /data/d; echo x > /data/d/f; }',
    found: ['stop retry differs: echo x'],
  },
  {
    why: 'an effect after a command that succeeds only in the first run',
    script: 'if mkdir /data/d; then echo x > /data/d/f; fi',
    found: ['stop retry differs: echo x'],
  },
  {
    why: 'an emptyDir survives retries after a kill',
    script: 'set -e\nmkdir /work/d\ntouch /work/f',
    found: ['repeat rerun fails: mkdir /work/d'],
  },
  {
    why: 'a marker on the claim for work on the emptyDir, which a new pod has lost',
    script: '[ -f /data/done ] || { mkdir -p /work/d; touch /data/done; }',
    found: ['repeat replace differs: mkdir -p /work/d'],
  },
  {
    why: 'a marker on the emptyDir for work on the emptyDir',
    script: '[ -f /work/done ] || { mkdir -p /work/d; touch /work/done; }',
    found: [],
  },
  {
    why: 'appending after > in the same run',
    script: 'echo a > /data/f\necho b >> /data/f',
    found: [],
  },
  {
    why: 'a file that several commands write exists after the first of them',
    script: '[ -f /data/f ] || { echo a; echo b; } > /data/f',
    found: ['stop retry differs: echo a'],
  },
  {
    why: 'the output of a substitution is not in the file yet',
    script: '[ -f /data/f ] || { echo "$(echo a; echo b)"; } > /data/f',
    found: [],
  },
  {
    why: 'the last command of a pipeline writes to the enclosing redirection',
    script: '[ -s /data/f ] || { echo a; echo b | { read -r x; echo $x; }; echo c; } > /data/f',
    found: ['stop retry differs: echo a', 'stop retry differs: echo b'],
  },
  {
    why: 'a kill within a pipeline',
    script: 'set -e\n( mkdir /data/d; touch /data/f ) | true',
    found: ['stop retry differs: touch /data/f'],
  },
]

for (const { why, script, found } of rows) t.same(findings(script), found, why)

t.test('nothing runs after a kill, neither an EXIT trap nor `||`', async (t) => {
  t.equal(rehearsal("trap 'touch /data/never' EXIT\n[ -f /data/never ] && exit 1\nmkdir -p /data/d").verdict, 'unsafe')
  t.same(findings("trap 'rm -f /data/f' EXIT\n[ -f /data/f ] && exit 1\ntouch /data/f"), ['stop retry fails: exit 1'])
})
