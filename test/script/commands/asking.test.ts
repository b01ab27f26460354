/** `cp -i`, which asks before it overwrites a file. */
import t from 'tap'
import { rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('a copy that is told not to overwrite keeps what a kill left', {
  'cp /img/f /work/f; yes n | cp -i /img/f /work/f; exit 0': 'safe',
  'yes | cp -i /img/f /work/f': 'safe',
  'echo y | cp -i /img/f /work/f': 'safe',
})

t.test('yes n | cp -i: the incomplete file stays, and the exit status depends on the version', async (t) => {
  for (const answer of ['yes n |', 'yes no |', 'echo n |', '']) {
    const { atomic, verdict } = rehearsal(`${answer} cp -i /img/f /data/f; exit 0`)
    t.strictSame({ atomic, verdict }, { atomic: false, verdict: 'safe' }, answer)
    t.equal(rehearsal(`${answer} cp -i /img/f /data/f`).verdict, 'unknown', answer)
  }
  t.equal(rehearsal('yes y | cp -i /img/f /data/f').atomic, true)
})
