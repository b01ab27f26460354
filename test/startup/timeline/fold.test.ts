import t from 'tap'
import { foldStatuses, withoutRepeats } from '../../../src/startup/timeline/fold.ts'
import * as fc from '../../support/properties.ts'

const fold = (text: string): string => foldStatuses(text.split(' ')).join(' ')

t.test('repeats, pull loops, crash loops and other loops are folded', async (t) => {
  const crash = 'Error CrashLoopBackOff Running'
  t.equal(fold('Pending Running'), 'Pending Running')
  t.equal(fold('Pending Pending Running Running'), 'Pending Running', 'repeats')
  t.equal(
    fold('Pending ErrImagePull ImagePullBackOff Running'),
    'Pending ErrImagePull ImagePullBackOff ... Running',
    'a pull loop in the middle',
  )
  t.equal(fold('Init:ErrImagePull ErrImagePull'), 'Init:ErrImagePull ErrImagePull', 'a different prefix is not part of the loop')
  t.equal(fold(`${crash} ${crash} Completed`), `${crash} ... Completed`, 'a crash loop in the middle')
  t.equal(fold(`${crash} Completed`), `${crash} Completed`, 'a single turn is not a loop')
  t.equal(fold('Running Error Running Error'), 'Running Error ...', 'another loop at the end')
  t.equal(fold('Running Error Running Error Completed'), 'Running Error Running Error Completed', 'another loop before the end')
})

t.test('for any list, folding keeps every distinct status and the result is bounded', async () => {
  const statuses = fc.array(fc.constantFrom('Running', 'Error', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'Init:0/1'), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(statuses, (raw) => {
      const folded = foldStatuses(raw)
      const seen = new Set(folded)
      return raw.every((status) => seen.has(status)) && folded.length <= withoutRepeats(raw).length + raw.length
    }),
  )
})
