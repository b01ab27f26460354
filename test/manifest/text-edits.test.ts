/** Edits of a script in a manifest: offsets in the file where its characters are there one by one. */
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'

/** The file after an insertion into the script at /command/2; undefined if it cannot be made. */
function inserted(file: string, script: string, at: number, text: string, length = 0): string | undefined {
  const [document] = readManifest(file).documents
  const [edit] = document?.editsInText('/command/2', script, [{ start: at, end: at + length, text }]) ?? []
  return edit === undefined ? undefined : file.slice(0, edit.start) + edit.text + file.slice(edit.end)
}

/** The script that is read from a file. */
function scriptIn(file: string | undefined): unknown {
  const { command } = (readManifest(file ?? '').documents[0]?.value ?? {}) as { command?: readonly unknown[] }
  return command?.[2]
}

const block = 'command:\n  - sh\n  - -c\n  - |\n    set -e\n\n    mkdir /d/x\n    touch /d/y\n'
const script = 'set -e\n\nmkdir /d/x\ntouch /d/y\n'

t.test('a literal block: the offsets are those of the file, and new lines are indented', async (t) => {
  const place = script.indexOf(' /d/x')
  t.equal(inserted(block, script, place, ' -p'), block.replace('mkdir', 'mkdir -p'))
  t.equal(scriptIn(inserted(block, script, script.indexOf('mkdir'), ': > /d/f\n')), script.replace('mkdir', ': > /d/f\nmkdir'))
  t.equal(scriptIn(inserted(block, script, place, ' /d/z', ' /d/x\ntouch'.length)), script.replace(' /d/x\ntouch', ' /d/z'))
  t.equal(scriptIn(inserted(`a: b\n---\n${block}`, script, place, ' -p')), undefined, 'the first document has no command')
  const second = readManifest(`a: b\n---\n${block}`).documents[1]?.editsInText('/command/2', script, [{ start: 0, end: 3, text: 'x' }])
  t.strictSame(second, [{ start: 9 + block.indexOf('set'), end: 9 + block.indexOf('set') + 3, text: 'x' }])
})

t.test('one line: only what does not change how the scalar is read', async (t) => {
  const line = 'mkdir /d/x'
  for (const quote of ['"', "'", '']) {
    const file = `command: [sh, -c, ${quote}${line}${quote}]\n`
    t.equal(scriptIn(inserted(file, line, 5, ' -p')), 'mkdir -p /d/x', file)
    t.equal(inserted(file, line, 5, '\n'), undefined, file)
    if (quote !== '') t.equal(inserted(file, line, 5, ` ${quote}`), undefined, file)
    else for (const text of ['[ -e x ]', ': ', ' # ', ', ']) t.equal(inserted(file, line, 5, text), undefined, text)
  }
})

t.test('no edit where the file does not have the characters of the script', async (t) => {
  const files: readonly (readonly [string, string])[] = [
    ['command: [sh, -c, "mkdir\\t/d/x"]\n', 'mkdir\t/d/x'],
    ["command: [sh, -c, 'echo ''a''; mkdir /d/x']\n", "echo 'a'; mkdir /d/x"],
    ['command:\n  - sh\n  - -c\n  - >\n    mkdir\n    /d/x\n', 'mkdir /d/x\n'],
    ['x: &s mkdir /d/x\ncommand: [sh, -c, *s]\n', 'mkdir /d/x'],
    [block, 'mkdir /d/x'],
  ]
  for (const [file, text] of files) t.equal(inserted(file, text, 5, ' -p'), undefined, file)
})

t.test('CRLF: the offsets count both characters, and new lines end alike', async (t) => {
  const file = block.replaceAll('\n', '\r\n')
  t.equal(inserted(file, script, script.indexOf(' /d/x'), ' -p'), file.replace('mkdir', 'mkdir -p'))
  t.equal(inserted(file, script, script.indexOf('mkdir'), ': > /d/f\n'), file.replace('mkdir', ': > /d/f\r\n    mkdir'))
})

t.test('a script that other places share is not edited', async (t) => {
  const anchored = 'command: [sh, -c, &s mkdir /d/x]\n'
  t.equal(inserted(anchored, 'mkdir /d/x', 5, ' -p'), anchored.replace('mkdir', 'mkdir -p'))
  for (const file of [
    `${anchored}x: *s\n`,
    'x: &c [sh, -c, mkdir /d/x]\ncommand: *c\n',
    'x: &b\n  command: [sh, -c, mkdir /d/x]\n<<: *b\n',
  ])
    t.equal(inserted(file, 'mkdir /d/x', 5, ' -p'), undefined, file)
})
