import t from 'tap'
import { Batch } from '../../../src/server/observe/batch.ts'

t.test('values are processed in order, each once, when the batch is full or flushed', async (t) => {
  const processed: number[] = []
  const batch = new Batch<number>(3, (value) => processed.push(value))
  for (const value of [1, 2]) batch.add(value)
  t.strictSame(processed, [])
  batch.add(3)
  t.strictSame(processed, [1, 2, 3])
  batch.add(4)
  batch.flush()
  batch.flush()
  t.strictSame(processed, [1, 2, 3, 4])
})

t.test('a value that is added while a batch is processed waits for the next one', async (t) => {
  const processed: number[] = []
  const batch = new Batch<number>(2, (value) => {
    processed.push(value)
    if (value < 10) batch.add(value + 10)
  })
  batch.add(1)
  batch.add(2)
  batch.flush()
  t.strictSame(
    processed.toSorted((a, b) => a - b),
    [1, 2, 11, 12],
  )
})
