import t from 'tap'
import { readShellArguments } from '../../../src/script/syntax/shell-arguments.ts'

const read = (...list: string[]) => {
  const found = readShellArguments(list, (text) => (text === '?' ? undefined : text))
  if (found === undefined) return undefined
  const { errexit, nounset, pipefail } = found.options
  const set = [...(errexit ? ['e'] : []), ...(nounset ? ['u'] : []), ...(pipefail ? ['pipefail'] : [])]
  return [found.source, list[found.index], set.join(), found.positional.join()]
}

t.test('the arguments of a shell: source, script, options, positional parameters', async (t) => {
  t.strictSame(read('-c', 'TEXT'), ['text', 'TEXT', '', ''])
  t.strictSame(read('-ec', 'TEXT', 'name', 'a', 'b'), ['text', 'TEXT', 'e', 'a,b'])
  t.strictSame(read('-euxo', 'pipefail', '-c', 'TEXT'), ['text', 'TEXT', 'e,u,pipefail', ''])
  t.strictSame(read('-o', 'errexit', '-o', 'nounset', '-c', '--', 'TEXT'), ['text', 'TEXT', 'e,u', ''])
  t.strictSame(read('-c', '-e', 'TEXT'), ['text', 'TEXT', 'e', ''])
  t.strictSame(read('--login', '--rcfile', '/x', '-c', 'TEXT'), ['text', 'TEXT', '', ''])
  t.strictSame(read('-e', '+e', '-c', 'TEXT'), ['text', 'TEXT', '', ''])
  t.strictSame(read('-c', '?'), ['text', '?', '', ''], 'the word after -c is the script, even if it is unknown')
  t.strictSame(read('/init.sh', '-x'), ['file', '/init.sh', '', '-x'])
  t.strictSame(read('-e', '/init.sh', 'a'), ['file', '/init.sh', 'e', 'a'])
  t.strictSame(read(), ['input', undefined, '', ''])
  t.strictSame(read('-s'), ['input', undefined, '', ''])
  t.equal(read('?', 'TEXT'), undefined, 'an unknown word may be an option')
})
