// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { findings, rehearsal, sameVerdicts } from './rehearsing.ts'

/** What bash passes to a command, with each field in brackets. */
const expansions: readonly (readonly [assignments: string, words: string, fields: string])[] = [
  ['a=(x "y z")', '"${a[@]}"', '[x][y z]'],
  ['a=(x "y z")', '${a[@]}', '[x][y][z]'],
  ['a=(x "y z")', '${a[*]}', '[x][y][z]'],
  ['a=(x "y z")', '"${a[*]}"', '[x y z]'],
  ['a=(x "y z")', '"p${a[@]}s"', '[px][y zs]'],
  ['a=(x "y z")', 'p${a[@]}s', '[px][y][zs]'],
  ['a=(x "" y)', '"${a[@]}"', '[x][][y]'],
  ['a=(x "" y)', '${a[@]}', '[x][y]'],
  ['a=()', '"${a[@]}"', ''],
  ['a=()', '"p${a[@]}"', '[p]'],
  ['a=(x y)', '"$a" "${a[1]}" "${a[-1]}" "${a[2]}"', '[x][y][y][]'],
  ['a=(x y); i=1', '"${a[i]}" "${a[$i]}"', '[y][y]'],
  ['a=(x yyy)', '"${#a[@]}" "${#a[1]}" "${#a[*]}"', '[2][3][2]'],
  ['a=(x y)', '"${!a[@]}"', '[0][1]'],
  ['a=(x); a+=(y "z 1")', '"${a[@]}"', '[x][y][z 1]'],
  ['a=x; a+=(y)', '"${a[@]}"', '[x][y]'],
  ['a=(x y); a=z', '"${a[@]}"', '[z][y]'],
  ['a=(x y); a[1]=z; a[2]=q; a[0]+=p', '"${a[@]}"', '[xp][z][q]'],
  ['a=(x y); unset a', '"${a[@]}"', ''],
  ['b="x y"; a=($b "$b")', '"${a[@]}"', '[x][y][x y]'],
  ['a=($(echo x y))', '"${#a[@]}"', '[2]'],
  ['a=(x); (a+=(y))', '"${a[@]}"', '[x]'],
  ['a=(echo x); b=$("${a[@]}")', '"$b"', '[x]'],
]

for (const [assignments, words, fields] of expansions) {
  t.test(`${assignments}: ${words} are the fields that bash passes`, async (t) => {
    const script = `f() { r=; for w; do r="$r[$w]"; done; }; ${assignments}; f ${words}; [ "$r" = '${fields}' ] || mkdir /data/other`
    t.equal(spawnSync('bash', ['-c', script.replace('mkdir /data/other', 'exit 9')]).status, 0, 'bash')
    t.strictSame([rehearsal(script).verdict, findings(script)], ['safe', []])
  })
}

sameVerdicts('arrays whose contents are not known', {
  'declare -A m; m[k]=v; echo "${m[k]}" > /data/f': 'unknown',
  'm=([k]=v); echo "${m[k]}" > /data/f': 'unknown',
  'a=(x y); a[5]=z; echo "${a[5]}" > /data/f': 'unknown',
  'a=(x y); echo "${a[@]/x/y}" > /data/f': 'unknown',
  'a=(x y); echo "${a[$RANDOM]}" > /data/f': 'unknown',
  'a=(x y); unset "a[0]"; echo "${a[0]}" > /data/f': 'unknown',
})

sameVerdicts('an array that is set by something else is the same each time', {
  '[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1; mkdir -p "/data/${BASH_REMATCH[1]}"; echo x > "/data/${BASH_REMATCH[1]}/f"': 'safe',
  '[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1; mkdir "/data/${BASH_REMATCH[1]}"': 'unsafe',
})

sameVerdicts('loops over arrays', {
  'd=(/data/a /data/b); for x in "${d[@]}"; do mkdir -p "$x"; done': 'safe',
  'd=(/data/a /data/b); for x in "${d[@]}"; do mkdir "$x"; done': 'unsafe',
  'd=(/data/a /data/b); for x in "${!d[@]}"; do echo "${d[x]}" > "${d[$x]}"; done': 'safe',
  'c=(cp /etc/group /data/g); "${c[@]}"': 'safe',
  'c=(mkdir); c+=(/data/g); "${c[@]}"': 'unsafe',
})

sameVerdicts('an array from a list whose length is not known', {
  'd=($(nvme list | cut -f 1)); n=${#d[@]}; [ "$n" = 1 ] || mkdir /data/d': 'unsafe',
  'd=($LIST); for x in "${d[@]}"; do mkdir -p "/data/x$x"; done': 'safe',
  'd=($LIST); for ((i=0; i<${#d[@]}; i++)); do mkdir -p "/data/$i"; done': 'safe',
  'd=($LIST); [ "$(ls -A /data)" ] && exit 0; for ((i=0; i<${#d[@]}; i++)); do mkdir -p "/data/d$i"; done': 'unknown',
  'd=("$LIST"); [ ${#d[@]} = 1 ] || mkdir /data/d': 'safe',
})
