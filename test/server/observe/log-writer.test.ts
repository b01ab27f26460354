/** The writer of the log with files that fail, stop and recover. */
import t from 'tap'
import { type LogFile, LogWriter } from '../../../src/server/observe/log-writer.ts'
import { until } from '../../support/waiting.ts'

type Done = (error: NodeJS.ErrnoException | null, written: number) => void

/** A file whose writes the test completes. */
function fakeFile() {
  let text = ''
  const pending: { readonly bytes: Buffer; readonly done: Done }[] = []
  const file: LogFile & { failSync: boolean } = {
    failSync: false,
    write: (_descriptor, bytes, done) => void pending.push({ bytes, done }),
    writeSync: (_descriptor, bytes) => {
      if (file.failSync) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      text += bytes.toString()
      return bytes.length
    },
  }
  return {
    file,
    text: () => text,
    writes: () => pending.length,
    /** Completes the oldest write, with all or some of its bytes or with an error. */
    complete(result: number | string = Number.POSITIVE_INFINITY) {
      const next = pending.shift()
      if (next === undefined) throw new Error('no write is pending')
      if (typeof result === 'string') return next.done(Object.assign(new Error(result), { code: result }), 0)
      const written = Math.min(result, next.bytes.length)
      text += next.bytes.toString('utf8', 0, written)
      next.done(null, written)
    },
  }
}

const writer = (file: LogFile, options = {}) => new LogWriter(2, { batch: 10, interval: 5, pending: 100, file, ...options })

t.test('lines are collected, and written once there are enough or after the interval', async (t) => {
  const { file, text, writes, complete } = fakeFile()
  const log = writer(file)
  log.write('1\n')
  log.write('2\n')
  t.equal(writes(), 0)
  await until('the interval', () => writes() === 1)
  log.write('3 is a long line\n')
  t.equal(writes(), 1, 'one write at a time')
  complete(1)
  complete()
  t.equal(text(), '1\n2\n')
  complete()
  t.equal(text(), '1\n2\n3 is a long line\n')
})

t.test('an error loses its batch; the next line that is written says how many were lost', async (t) => {
  const { file, text, complete } = fakeFile()
  const log = writer(file)
  log.write('a long line 1\n')
  complete('ENOSPC')
  log.write('a long line 2\n')
  complete('ENOSPC')
  log.write('a long line 3\n')
  complete()
  const [notice = '', line] = text().split('\n')
  t.match(JSON.parse(notice), { level: 'warn', dropped: 2 })
  t.equal(line, 'a long line 3')
})

t.test('after a part of a line, the next one starts on a line of its own', async (t) => {
  const { file, text, complete } = fakeFile()
  const log = writer(file)
  log.write('a long line 1\n')
  complete(3)
  complete('ENOSPC')
  log.write('a long line 2\n')
  complete()
  t.match(text(), /^a l\n\{.*"dropped":1.*\}\na long line 2\n$/)
})

t.test('a slow reader of a pipe gets everything later', async (t) => {
  const { file, text, writes, complete } = fakeFile()
  const log = writer(file)
  log.write('a long line 1\n')
  complete('EAGAIN')
  await until('the next attempt', () => writes() === 1)
  complete()
  t.equal(text(), 'a long line 1\n')
})

t.test('a write that never returns: a limited number of characters waits, and the rest is counted', async (t) => {
  const { file, text, complete } = fakeFile()
  const log = writer(file)
  for (let line = 0; line < 1000; line++) log.write('0123456789\n')
  complete()
  complete()
  const lines = text().trimEnd().split('\n')
  const [notice = ''] = lines.filter((line) => line.startsWith('{'))
  t.equal(JSON.parse(notice).dropped + lines.length - 1, 1000)
  t.ok(lines.length < 20)
})

t.test('flushSync writes what waits and gives up on an error', async (t) => {
  const { file, text } = fakeFile()
  const log = writer(file, { batch: 1000 })
  log.write('1\n')
  log.flushSync()
  t.equal(text(), '1\n')
  log.flushSync()
  t.equal(text(), '1\n', 'nothing waits')
  file.failSync = true
  log.write('2\n')
  log.flushSync()
  file.failSync = false
  log.write('3\n')
  log.flushSync()
  t.match(text(), /^1\n\{.*"dropped":1.*\}\n3\n$/)
})

t.test('flushSync writes nothing while a write is stuck, which would block the process', async (t) => {
  const { file, text } = fakeFile()
  let now = 0
  const log = writer(file, { now: () => now })
  log.write('a long line 1\n')
  log.write('2\n')
  now = 5000
  log.flushSync()
  t.equal(text(), '')
  now = 500
  log.flushSync()
  t.equal(text(), '2\n')
})
