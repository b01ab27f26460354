/**
 * Runs the test files of one folder (a room) in one process: loading Node, tap and src/ takes longer than most files. Started by
 * test/run.ts with the name of the room as argument, which makes `t.testdir` differ between rooms, and with the files in ROOM_FILES.
 */
import { once } from 'node:events'
import { resolve } from 'node:path'
import t from 'tap'

// At the top level of a file it would end the root test, and with it the room, as soon as the tests of one file are done.
t.teardown = () => {
  throw new Error('t.teardown at the top level of a test file: use t.after')
}

for (const file of process.env.ROOM_FILES?.split('\n') ?? []) {
  // Tells test/run.ts which file the next tests belong to.
  t.comment(`file: ${file}`)
  try {
    await import(resolve(file))
  } catch (error) {
    t.error(error, `${file} can be loaded`)
  }
  if (!t.idle) await once(t, 'idle')
}
