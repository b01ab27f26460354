import t from 'tap'
import { formatBytes, formatCores, parseQuantity } from '../../src/model/quantity.ts'
import * as fc from '../support/properties.ts'

t.test('parseQuantity accepts every suffix of the grammar', async (t) => {
  const amounts: readonly [unknown, number][] = [
    ['0', 0],
    [0.5, 0.5],
    ['1', 1],
    ['+1', 1],
    ['-1', -1],
    ['.5', 0.5],
    ['1.', 1],
    ['100n', 1e-7],
    ['100u', 1e-4],
    ['500m', 0.5],
    ['2k', 2000],
    ['2M', 2e6],
    ['2G', 2e9],
    ['2T', 2e12],
    ['2P', 2e15],
    ['2E', 2e18],
    ['2Ki', 2048],
    ['1.5Mi', 1.5 * 2 ** 20],
    ['1Gi', 2 ** 30],
    ['1Ti', 2 ** 40],
    ['1Pi', 2 ** 50],
    ['1Ei', 2 ** 60],
    ['2e3', 2000],
    ['2E3', 2000],
    ['2E-3', 0.002],
  ]
  for (const [text, amount] of amounts) t.equal(parseQuantity(text), amount, String(text))
})

t.test('parseQuantity returns undefined for values that Kubernetes rejects', async (t) => {
  const rejected = [
    '',
    ' 1',
    '1 ',
    'Gi',
    '1g',
    '1K',
    '1ki',
    '1mi',
    '1mM',
    '1e',
    '1e+',
    '--1',
    '1.2.3',
    'NaN',
    'Infinity',
    '0x1',
    '1,5',
    '1Gib',
  ]
  for (const value of [...rejected, '9'.repeat(1000), null, undefined, {}, [], true, Number.NaN]) {
    t.equal(parseQuantity(value), undefined, String(value))
  }
})

t.test('parseQuantity of any text is a finite number or undefined', async (t) => {
  const texts = fc.stringMatching(/^[+\-.0-9eEinumkKMGTP]{0,70}$/)
  fc.assert(
    fc.property(texts, (text) => {
      const amount = parseQuantity(text)
      return amount === undefined || Number.isFinite(amount)
    }),
  )
  t.pass('no counterexample')
})

t.test('formatCores and formatBytes use the usual units', async (t) => {
  t.equal(formatCores(2), '2')
  t.equal(formatCores(0.25), '250m')
  t.equal(formatBytes(2 ** 30), '1Gi')
  t.equal(formatBytes(1.5 * 2 ** 30), '1.5Gi')
  t.equal(formatBytes(512), '512')
})
