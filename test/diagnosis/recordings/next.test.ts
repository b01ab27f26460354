/**
 * What `why` says comes next, compared with what came next, at each change of each recording. The figures are those of today: none may
 * become worse.
 */
import t from 'tap'
import { comparedNext, type Scores } from './next.ts'
import { readRecordings, recordedVersions } from './read.ts'

const { scores, misses } = comparedNext(recordedVersions.flatMap((minor) => readRecordings(minor)))

/** Restarts within their interval, 2 s more at each end; pulls in windows of at most 15 s. */
const reached: Scores = {
  // The first attempt of a container: whether it succeeds shows nowhere before.
  status: { right: 702, wide: 0, wrong: 22, open: 0 },
  restart: { right: 289, wide: 0, wrong: 0, open: 0 },
  pull: { right: 302, wide: 0, wrong: 0, open: 0 },
  mount: { right: 12, wide: 0, wrong: 0, open: 0 },
  create: { right: 51, wide: 0, wrong: 0, open: 0 },
}

for (const subject of ['status', 'restart', 'pull', 'mount', 'create'] as const) {
  t.test(`${subject}: at least as many predictions are right as before`, (t) => {
    const { right, wide, wrong, open } = scores[subject]
    const before = reached[subject]
    const notes = misses.filter((miss) => miss.startsWith(subject)).join('\n')
    t.ok(right >= before.right, `${right} of ${right + wide + wrong + open} are right\n${notes}`)
    t.ok(wrong <= before.wrong, `${wrong} are wrong\n${notes}`)
    t.ok(wide <= before.wide && open <= before.open, `${wide} windows are too wide, ${open} are open\n${notes}`)
    t.end()
  })
}
