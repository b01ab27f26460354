import t from 'tap'
import { event, one, pod } from './build-pod.ts'

t.test('a secret that a cut would split is not shown in part', async (t) => {
  const secret = 'correct-horse-battery-staple'
  const app = { env: [{ name: 'GREETING', value: secret }] }
  for (const length of [250, 290, 300, 310, 1190, 1200, 1990, 2000, 2190, 2200, 8180, 8192]) {
    const message = `${'x '.repeat(length / 2)}${secret} and more`
    const shown = JSON.stringify(one([pod({ app }), event('Failed', message, { field: 'containers{app}' })]))
    t.notMatch(shown, /correct-|horse|battery|staple/, `after ${length} characters`)
    const spaces = JSON.stringify(one([pod({ app }), event('Failed', `a${' '.repeat(length)}${secret}`, { field: 'containers{app}' })]))
    t.notMatch(spaces, /correct-|horse|battery|staple/, `after ${length} spaces`)
  }
})
