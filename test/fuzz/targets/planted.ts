/** A target with a fault that only coverage leads to: the tests check that the fuzzer finds it. */
import { fail, type Target } from './target.ts'

/** Compares one character after the other, so that each right one reaches a new block. */
function matches(text: string): number {
  if (text[0] !== 'f') return 0
  if (text[1] !== 'a') return 1
  if (text[2] !== 'u') return 2
  if (text[3] !== 'l') return 3
  if (text[4] !== 't') return 4
  return 5
}

export const planted: Target = {
  name: 'planted',
  dictionary: ['a', 'f', 'l', 't', 'u', 'x'],
  maxLength: 64,
  check(input) {
    if (matches(input.toString('latin1')) === 5) fail('the planted fault')
  },
}
