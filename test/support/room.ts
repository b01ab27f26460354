/**
 * The test files of one folder in one process: loading Node, tap and src/ costs more than most files take. Run by test/run.ts, which
 * gives the name of the room as argument (it keeps `t.testdir` of two rooms apart) and the files in ROOM_FILES.
 */
import { once } from 'node:events'
import { resolve } from 'node:path'
import t from 'tap'

// At the top of a file it would end the root test, and with it the room, as soon as one file's tests are done before the next is loaded.
t.teardown = () => {
  throw new Error('t.teardown at the top of a test file: use t.after')
}

for (const file of process.env.ROOM_FILES?.split('\n') ?? []) {
  // Tells test/run.ts whose the next tests are.
  t.comment(`file: ${file}`)
  try {
    await import(resolve(file))
  } catch (error) {
    t.error(error, `${file} can be loaded`)
  }
  if (!t.idle) await once(t, 'idle')
}
