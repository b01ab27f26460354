import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { flavours } from './example.ts'
import { interruptions, killMark } from './interruptions.ts'

for (const shell of ['bash', 'busybox'] as const) {
  t.test(`the rehearsal foresees what a kill leaves, in ${shell}`, async (t) => {
    for (const { form, setup, script, said, run2, onlyGnu = false } of interruptions) {
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
          ...flavours[shell],
        },
        catalogue,
      )
      t.strictSame({ verdict, atomic }, said, `${form}: ${script}`)
      const isWarnedOf = verdict === 'unsafe' || atomic === false
      t.equal(isWarnedOf, !(run2.status === 0 && run2.whole), `${form} agrees with what really happens`)
    }
  })
}
