import { spawnSync } from 'node:child_process'
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

sameVerdicts('a command reads the output of <(…)', {
  'cat <(echo a) > /data/f': 'safe',
  'cat <(echo a) >> /data/f': 'unsafe',
  'while read -r l; do mkdir -p "/data/$l"; done < <(printf "a\\nb\\n")': 'safe',
  'while read -r l; do mkdir "/data/$l"; done < <(printf "a\\nb\\n")': 'unsafe',
  'diff <(cat /image/a) <(cat /image/b) || cp /image/a /data/a': 'safe',
  'cat <(mkdir /data/a; echo x) > /data/f': 'safe',
  'cat <(echo x >> /data/f)': 'unsafe',
  'tee >(cat > /data/f) < /image/a': 'unknown',
})

t.test('the text and the status are those of bash', async (t) => {
  for (const script of [
    '[ "$(cat <(echo a; echo b))" = "a\nb" ]',
    '[ "$(cat <(echo a) <(echo b))" = "a\nb" ]',
    'x=; read -r x < <(echo a b); [ "$x" = "a b" ]',
    'cat <(false)',
    'x=1; cat <(x=2) > /dev/null; [ "$x" = 1 ]',
  ]) {
    t.equal(spawnSync('bash', ['-c', script]).status, 0, `bash: ${script}`)
    t.equal(rehearsal(`${script} || mkdir /data/other`).verdict, 'safe', script)
  }
})

t.test('dash and BusyBox sh do not read it as bash does', async (t) => {
  t.not(rehearsal('cat <(echo a) > /data/f', 'posix').verdict, 'unsafe')
})
