import t from 'tap'
import { type Again, again } from '../../../src/script/commands/text/sed-again.ts'
import { applySed, type SedOptions } from '../../../src/script/commands/text/sed-apply.ts'
import { readSed } from '../../../src/script/commands/text/sed-script.ts'
import * as fc from '../../support/properties.ts'

function options(isExtended: boolean): SedOptions {
  return { isExtended, isSilent: false, spend: () => undefined }
}

function agains(script: string): Again[] | undefined {
  return readSed(script)?.map((command) => again(command, false))
}

t.test('sed commands: whether they change their own output', async (t) => {
  const cases: readonly (readonly [script: string, again: Again])[] = [
    ['s/a/b/', 'same'],
    ['s/a/aa/', 'changes'],
    ['s/a/&b/', 'changes'],
    ['s/^/#/', 'changes'],
    ['s/$/ x/', 'changes'],
    // What is appended to the match is appended again.
    ['s/^x/&y/', 'changes'],
    ['s/x$/& y/', 'same'],
    ['s/^x$/& y/', 'same'],
    ['s/^x$/&\\ny/', 'changes'],
    ['s/^x$/y\\n&/', 'changes'],
    ['s/^x$/a\\nb/', 'same'],
    ['s/^k=.*/& x/', 'changes'],
    ['s/^k=.*$/& x/', 'changes'],
    ['s/v[0-9]*/& x/', 'changes'],
    ['s/\\bv[0-9]*\\b/x&/', 'unsure'],
    ['s/^k="[^"]*"$/& x/', 'unsure'],
    ['s/[0-9]$/& x/', 'unsure'],
    ['s/^\\(k=".*\\)"/\\1 x"/', 'changes'],
    ['s/^\\(k=.*\\)$/\\1 x/', 'changes'],
    ['s/\\(k=.*\\)/\\1/', 'same'],
    ['/ x$/!s/$/ x/', 'same'],
    ['/^#/!s/^/#/', 'same'],
    ['/x$/!s/a/xa/', 'unsure'],
    ['/ x/!s/$/ x/', 'same'],
    ['/y/!s/$/ x/', 'changes'],
    // The indentation of a line, and its key, stay.
    ['s/^\\( *\\)k:.*/\\1k: v/', 'same'],
    ['s/^\\(\\s*k:\\).*$/\\1 v/', 'same'],
    ['s/^\\([[:space:]]*- k:\\).*/\\1 v/', 'same'],
    ['s/^\\( *\\)k:.*/\\1 k: v/', 'unsure'],
    ['s/^\\( *\\).*/\\1 v/', 'unsure'],
    // A group or a list that is replaced by the same.
    ['s/^\\(k=\\).*/\\1v/', 'same'],
    ['s/\\(k=\\).*/\\1v/', 'same'],
    ['s/^\\(k=\\)/\\1v/', 'changes'],
    ['s/k="[^"]*"/k="v"/', 'same'],
    ['s/\\(k="\\)[^"]*"/\\1v"/', 'same'],
    ['s/k="[^"]*"/k="v" l="w"/', 'unsure'],
    ['s/\\(a\\)\\(b\\)/\\2\\1/', 'unsure'],
    ['s/^k=.*/k=v/', 'same'],
    ['s/k=.*/k=v/', 'same'],
    ['s/k=.*/x k=v/', 'changes'],
    ['s/^a/ba/', 'same'],
    ['s/^a/ab/', 'changes'],
    ['s/a$/ba/', 'changes'],
    ['s|/a/b|/c|g', 'same'],
    ['s/v[0-9]*/v1.2/', 'unsure'],
    ['/x/d', 'same'],
    ['1d', 'changes'],
    ['$d', 'changes'],
    ['/x/a t', 'changes'],
    ['$a t', 'changes'],
    ['1i\\\nt', 'changes'],
    ['/^k=/c k=v', 'same'],
    ['y/abc/xyz/', 'same'],
    ['1,3s/a/b/', 'same'],
  ]
  for (const [script, wanted] of cases) t.strictSame(agains(script), [wanted], script)
})

t.test('unsupported sed scripts give undefined', async (t) => {
  for (const script of ['s/a/b', 's/a/b/w f', ':a;N;ba', '{p}', '/x/r f', 's']) t.equal(readSed(script), undefined, script)
})

t.test('sed on known text gives the exact output', async (t) => {
  const edit = (script: string, text: string) => applySed(readSed(script) ?? [], text, options(false))
  t.equal(edit('s/a/b/', 'aa\na\n'), 'ba\nb\n')
  t.equal(edit('s/a/b/g', 'aa\n'), 'bb\n')
  t.equal(edit('s/^/#/', 'x\n\n'), '#x\n#\n')
  t.equal(edit('s/x$/y/', 'xx'), 'xy')
  t.equal(edit('/b/d;s/a/[&]/', 'a\nb\n'), '[a]\n')
  t.equal(edit('$a t', 'x\n'), 'x\nt\n')
  t.equal(edit('1i t', 'x\n'), 't\nx\n')
  t.equal(edit('s/^a=.*/a=1/', 'a=2\nxa=3\n'), 'a=1\nxa=3\n')
  t.equal(edit('s/a=.*/b/g', 'xa=2 a=3\n'), 'xb\n')
  t.equal(edit('s/a[0-9]/b/', 'a1\n'), undefined)
  t.equal(edit('s/^ *a=.*/a=1/', '  a=2\nxa=3\n'), 'a=1\nxa=3\n')
  t.equal(edit('/^[ab]/d', 'a\nc\nb\n'), 'c\n')
  // Ranges, as GNU sed and BusyBox apply them.
  t.equal(edit('/b/,/d/d', 'a\nb\nc\nd\ne\nb\n'), 'a\ne\n')
  t.equal(edit('/b/,/b/d', 'a\nb\nc\nb\ne\n'), 'a\ne\n')
  t.equal(edit('2,3d', 'a\nb\nc\nd\n'), 'a\nd\n')
  t.equal(edit('3,1d', 'a\nb\nc\nd\n'), 'a\nb\nd\n')
  t.equal(edit('/b/,$d', 'a\nb\nc\n'), 'a\n')
  t.equal(edit('$,/x/d', 'a\nb\n'), 'a\n')
  t.equal(edit('2,3!d', 'a\nb\nc\nd\n'), 'b\nc\n')
  t.equal(edit('0,/b/d', 'a\nb\n'), undefined)
  t.equal(edit('1,2c x', 'a\nb\n'), undefined)
})

t.test('parsing and applying any sed script never throws', async () => {
  const script = fc.string({
    unit: fc.constantFrom('s', '/', 'a', 'd', ';', '\\', '1', '$', '!', ',', '&', '.', '*', '\n', ' '),
    maxLength: 60,
  })
  fc.assert(
    fc.property(script, fc.string({ maxLength: 40 }), (text, input) => {
      const commands = readSed(text)
      if (commands === undefined) return true
      for (const command of commands) again(command, true)
      return ['string', 'undefined'].includes(typeof applySed(commands, input, options(true)))
    }),
  )
})
