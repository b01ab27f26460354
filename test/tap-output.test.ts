/** What `npm test` prints about a room that fails: failures in full and nothing else, and each case in which a file was not tested. */
import t from 'tap'
import { countsLine, noCounts, readTap } from './support/tap-output.ts'

const green = `TAP version 14
# file: a.test.ts
# Subtest: one
    ok 1 - fine
    1..1
ok 1 - one # time=1ms

`
const red = `# file: b.test.ts
# Subtest: two
    ok 1 - fine
    # Subtest: inner
        ok 1 - fine
        1..1
    ok 2 - inner # time=1ms
    # Subtest: other
        not ok 1 - lists
          ---
          diff: |
            -1
            +2
          ...
        1..1
    not ok 3 - other # time=1ms
    1..3
not ok 2 - two # time=3ms
  ---
  at: b.test.ts

  ...

not ok 3 - planned # TODO
`
const end = (counts: string) => `1..3\n# { ${counts} }\n# time=9ms\n`

t.test('a room that passes has counts and no failures', async (t) => {
  t.same(readTap(green + end('total: 1, pass: 1'), ['a.test.ts'], 0), { counts: { ...noCounts(), total: 1, pass: 1 }, failures: [] })
})

t.test('a failure is shown with its file, the enclosing tests and its diagnostics, without what passed', async (t) => {
  const { counts, failures } = readTap(green + red + end('total: 5, pass: 3, fail: 1, todo: 1'), ['a.test.ts', 'b.test.ts'], 1)
  t.same(counts, { total: 5, pass: 3, fail: 1, skip: 0, todo: 1 })
  t.same(failures, [
    `# File: b.test.ts
# Subtest: two
    # Subtest: other
        not ok 1 - lists
          ---
          diff: |
            -1
            +2
          ...
    not ok 3 - other # time=1ms
not ok 2 - two # time=3ms
  ---
  at: b.test.ts
  ...`,
  ])
})

t.test('a file without a test fails', async (t) => {
  const { counts, failures } = readTap(green + end('total: 1, pass: 1'), ['a.test.ts', 'empty.test.ts'], 0)
  t.match(counts, { total: 2, pass: 1, fail: 1 })
  t.same(failures, ['# File: empty.test.ts\nnot ok - it has no test'])
})

t.test('a process that ends early is a failure that names the running test', async (t) => {
  const { counts, failures } = readTap(
    `${green}# file: b.test.ts\n# Subtest: two\n    ok 1 - fine\n`,
    ['a.test.ts', 'b.test.ts'],
    'SIGKILL',
  )
  t.match(counts, { fail: 1 })
  t.same(failures, ['# File: b.test.ts\n# Subtest: two\nnot ok - the process ended here (SIGKILL)'])
})

t.test('a failure of the first test is shown without the TAP version', async (t) => {
  const { failures } = readTap(`TAP version 14\n# file: a.test.ts\nnot ok 1 - fine\n${end('total: 1, pass: 0, fail: 1')}`, ['a.test.ts'], 1)
  t.same(failures, ['# File: a.test.ts\nnot ok 1 - fine'])
})

t.test('a nonzero exit code without a failed test is a failure', async (t) => {
  const { counts, failures } = readTap(green + end('total: 1, pass: 1'), ['a.test.ts'], 7)
  t.match([counts, failures], [{ fail: 1 }, [/not ok - the process ended here \(7\)/]])
})

t.test('the counts are printed as tap prints them', async (t) => {
  t.equal(countsLine({ ...noCounts(), total: 3, pass: 2, fail: 1 }), '# { total: 3, pass: 2, fail: 1 }')
})
