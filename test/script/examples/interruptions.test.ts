import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { flavors } from './example.ts'
import { interruptions, killMark } from './interruptions.ts'

for (const shell of ['bash', 'busybox'] as const) {
  t.test(`interrupted first runs in ${shell}: the rehearsal gives the recorded verdict and atomic`, async (t) => {
    for (const { form, setup, script, predicted, run2, failure, onlyGnu = false } of interruptions) {
      if (onlyGnu && shell === 'busybox') continue
      const { verdict, atomic } = rehearse(
        {
          script: parseScript(script.replaceAll(killMark, '')),
          positional: [],
          options: { errexit: false, nounset: false, pipefail: false },
          mounts: [{ path: '/data', storage: 'claim', volume: 'data', subPath: '', filled: setup !== '' && !setup.includes('"$') }],
          environment: new Map([
            ['HOME', '/root'],
            ['OTHER', '/tmp/other'],
          ]),
          workingFolder: '/data',
          ...flavors[shell],
        },
        catalogue,
      )
      t.strictSame({ verdict, atomic }, predicted, `${form}: ${script}`)
      // After a failure, nothing was killed.
      const isReported = verdict === 'unsafe' || (failure === undefined && atomic === false)
      if (verdict === 'unknown') continue
      t.equal(isReported, !(run2.status === 0 && run2.complete), `${form} agrees with the real run`)
    }
  })
}
