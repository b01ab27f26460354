// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Arrays, which only bash has. /data is a claim, /work an emptyDir. */
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

t.test('elements of arrays', async (t) => {
  for (const script of [
    'a=(x "y z")\n[ "${a[1]}" = "y z" ] && [ "$a" = x ] && [ "${#a[@]}" = 2 ]',
    'a=(x "y z")\nset -- "${a[@]}"\n[ $# = 2 ]',
    'a=(x "y z")\nset -- ${a[@]}\n[ $# = 3 ]',
    'a=(x "y z")\nset -- "${a[*]}"\n[ "$1" = "x y z" ]',
    'a=(x)\na+=(y)\n[ "${a[*]}" = "x y" ]',
    'a=(x y)\na=z\n[ "${a[*]}" = "z y" ]',
    'a=()\nset -- "${a[@]}"\n[ $# = 0 ]',
    'a=(x y)\nunset a\n[ -z "${a[1]}" ]',
    'a=(x y)\n( a+=(z) )\n[ ${#a[@]} = 2 ]',
  ])
    t.equal(rehearsal(script).verdict, 'safe', script)
})

sameVerdicts('loops over arrays', {
  'dirs=(\n"/data/a"\n"/data/b"\n)\nfor d in ${dirs[@]}; do mkdir -p "$d"; chmod g+rw "$d"; done': 'safe',
  'set -e\ndirs=(/data/a /data/b)\nfor d in "${dirs[@]}"; do mkdir "$d"; done': 'unsafe',
  'args=(-p)\nargs+=(/data/d)\nmkdir "${args[@]}"': 'safe',
  'a=()\nwhile [ ${#a[@]} -lt 3 ]; do a+=(x); done\nmkdir -p /data/d': 'safe',
})

sameVerdicts('arrays that are not supported', {
  'a=([2]=x)\necho "${a[2]}" > /data/f': 'unknown',
  'a=(x y)\necho "${a[$i]}" > /data/f': 'unknown',
  'a=(x y)\nmkdir "/data/${a[@]}"': 'unknown',
  'a=(x y)\necho "${a[@]%y}" > /data/f': 'unknown',
})
