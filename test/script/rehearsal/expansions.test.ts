// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Expansions of bash: ranges of numbers, and parameters whose name is in another one. */
import t from 'tap'
import { rehearsal } from './rehearsing.ts'

t.test('a range of numbers is listed where it is expanded', async (t) => {
  t.equal(rehearsal('for i in {1..300}; do curl -sf http://h/health && exit 0; sleep 2; done; exit 1').verdict, 'safe')
  t.equal(rehearsal('for i in {1..3}; do mkdir /data/$i; done').verdict, 'unsafe')
  t.strictSame(
    rehearsal('mkdir -p /data/{1..200}').commands.map(({ writes }) => writes.length),
    [200],
  )
  // In other shells, it is a word.
  t.strictSame(
    rehearsal('mkdir -p /data/{1..200}', 'ash').commands.map(({ writes }) => writes.length),
    [1],
  )
})

t.test('a hostile range costs nothing', async (t) => {
  const { verdict, unknown } = rehearsal(`echo ${'{1..999999}'.repeat(50)}`)
  t.equal(verdict, 'unknown')
  t.equal(unknown[0]?.why, 'a word that expands to too many fields')
})

t.test('${!name} is the parameter of that name', async (t) => {
  t.equal(rehearsal('a=x; n=a; echo "${!n}" >> /data/x').verdict, 'unsafe')
  t.equal(rehearsal('for v in A B; do echo "$v=${!v}"; done > /data/env').verdict, 'safe')
  // One of the environment.
  t.equal(rehearsal('k="KEY_$(hostname)"; echo "${!k}" > /data/key').verdict, 'safe')
  t.equal(rehearsal('KEY_a=$RANDOM; k="KEY_$(hostname)"; echo "${!k}" > /data/key').verdict, 'unknown')
  t.equal(rehearsal('k=$(hostname); echo "${!k}" > /data/key').verdict, 'unknown')
  t.equal(rehearsal('n=a; echo "${!n}" > /data/x', 'posix').verdict, 'unknown')
})

t.test('set -- takes words that are not known', async (t) => {
  t.equal(rehearsal('set -- /opt/*.jar; cp "$@" /data/').verdict, 'safe')
  t.equal(rehearsal('set -- "$(hostname)" b; mkdir "/data/$2"').verdict, 'unsafe')
  t.equal(rehearsal('set $OPTIONS; cp /opt/a /data/').verdict, 'unknown')
  t.equal(rehearsal('set -eu -- a; false; mkdir /data/x', 'ash').verdict, 'unknown')
})
