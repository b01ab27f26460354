import { execFileSync, spawn } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { processIo } from '../../src/cli/process-io.ts'
import { BoundedText, readBoundedFile } from '../../src/server/keepers/bounded-file.ts'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A directory with a Pod that has one finding, and what else a test adds. */
function directory(t: Test, files: Readonly<Record<string, string>> = {}): string {
  const path = t.testdir()
  writeFiles(path, { 'web.yaml': podYaml('nginx'), ...files })
  return path
}

/** A file of a size that takes no space on the disk. */
function sparse(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  ftruncateSync(file, bytes)
  closeSync(file)
}

const binary = 'it is a binary file, not text in UTF-8'

const refused: readonly (readonly [what: string, make: (path: string) => void, reason: string])[] = [
  ['a named pipe', (path) => execFileSync('mkfifo', [path]), 'it is a named pipe; redirect it to standard input instead'],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path), 'it is a device, not a file'],
  ['a link to /dev/urandom', (path) => symlinkSync('/dev/urandom', path), 'it is a device, not a file'],
  ['a file of 95 MiB', (path) => sparseText(path, 95), 'it is larger than 16 MiB; split it'],
  ['a binary file of 95 MiB', (path) => sparse(path, 95 * 1024 * 1024), binary],
  ['a small binary file', (path) => writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])), binary],
  ['a link that leads to itself', (path) => symlinkSync(path, path), 'too many levels of symbolic links'],
]

/** A text that is followed by a hole. */
function sparseText(path: string, mebibytes: number): void {
  writeFileSync(path, '# text\n'.repeat(2000))
  const file = openSync(path, 'r+')
  ftruncateSync(file, mebibytes * 1024 * 1024)
  closeSync(file)
}

for (const [what, make, reason] of refused) {
  t.test(
    `${what}: one sentence and exit code 2, in a directory and by name (lint skips what is no text); the other files are checked`,
    async (t) => {
      const cwd = directory(t)
      make(join(cwd, 'odd.yaml'))
      for (const paths of [['.'], ['odd.yaml', 'web.yaml']]) {
        for (const command of ['lint', 'images', 'rehearse', 'explain']) {
          const { code, stdout, stderr } = await runCli([command, ...paths, '--format', 'json'], { cwd })
          // lint takes a binary file that it finds in a directory for no manifest.
          const isSkipped = reason === binary && paths.length === 1 && command === 'lint'
          t.equal(code, isSkipped ? 1 : 2)
          t.equal(stderr, isSkipped ? '' : `cannot read odd.yaml: ${reason}\n`)
          t.match(stdout, /nginx|"containers": \[\]/)
          if (isSkipped) t.match(JSON.parse(stdout).skipped, [{ file: 'odd.yaml', message: binary }])
        }
      }
    },
  )
}

t.test('a socket: one sentence and exit code 2', async (t) => {
  // The path of a socket has at most 107 bytes (unix(7)).
  const cwd = mkdtempSync(join(tmpdir(), 'initlint-'))
  const server = createServer()
  await new Promise<void>((listening) => server.listen(join(cwd, 'odd.yaml'), listening))
  t.teardown(() => {
    server.close()
    rmSync(cwd, { recursive: true })
  })
  const { code, stderr } = await runCli(['lint', '.'], { cwd })
  t.same({ code, stderr }, { code: 2, stderr: 'cannot read odd.yaml: it is a socket, not a file\n' })
})

t.test('a policy and a scenario are read within the same limits', async (t) => {
  const cwd = directory(t)
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const policy = await runCli(['lint', '--policy', 'pipe', 'web.yaml'], { cwd })
  t.match(policy, { code: 2, stderr: /Cannot read the policy .*pipe: it is a named pipe; redirect it to standard input instead\.\n/ })
  const scenario = await runCli(['explain', '--scenario', 'pipe', 'web.yaml'], { cwd })
  t.match(scenario, { code: 2, stderr: 'cannot read pipe: it is a named pipe; redirect it to standard input instead\n' })
})

t.test('directories with cycles of links: each file is read once', async (t) => {
  const cwd = directory(t, { 'a/b/pod.yaml': podYaml('nginx') })
  for (const [target, path] of [
    ['..', 'a/up'],
    ['../..', 'a/b/top'],
    ['a', 'again'],
    ['.', 'self'],
  ] as const)
    symlinkSync(target, join(cwd, path))
  const { code, stdout } = await runCli(['lint', '--format', 'json', '.'], { cwd })
  t.equal(code, 1)
  t.equal(JSON.parse(stdout).summary.objects, 2)
})

t.test('more than 256 MiB in total: the files beyond the limit are reported', async (t) => {
  const cwd = t.testdir()
  const comment = `#${' '.repeat(16 * 1024 * 1024 - 2)}\n`
  writeFileSync(join(cwd, 'comment'), comment)
  for (let index = 0; index < 17; index++) symlinkSync('comment', join(cwd, `${10 + index}.yaml`))
  const { code, stderr } = await runCli(['images', '.'], { cwd })
  t.equal(code, 2)
  t.equal(stderr, 'cannot read 26.yaml: all inputs together are larger than 256 MiB; check fewer files at once\n')
})

t.test('standard input stops being read at the limit', async (t) => {
  let read = 0
  const stdin = async function* () {
    for (;;) {
      read += 1
      yield Buffer.from('text')
    }
  }
  const stream = { on: () => undefined }
  const io = processIo({ stdin: stdin(), stdout: stream, stderr: stream, env: {}, cwd: () => '/' } as unknown as NodeJS.Process)
  await t.rejects(io.readStdin(1000), { name: 'FileRefused', message: /^it is larger than / })
  t.equal(read, 251)
})

t.test('a text of exactly the limit is read; one more byte, or a NUL byte in the first 8,000, is not', async (t) => {
  const path = join(t.testdir(), 'text')
  writeFileSync(path, 'é'.repeat(1000))
  t.equal(readBoundedFile(path, 2000), 'é'.repeat(1000))
  t.throws(() => readBoundedFile(path, 1999), { name: 'FileRefused' })
  const text = new BoundedText(10_000)
  text.add(Buffer.alloc(4000, 'a'))
  t.throws(() => text.add(Buffer.concat([Buffer.alloc(3999, 'a'), Buffer.from([0])])), { message: /binary/ })
  const later = new BoundedText(10_000)
  later.add(Buffer.alloc(8000, 'a'))
  t.doesNotThrow(() => later.add(Buffer.from([0])))
})

t.test('a text in UTF-16 with a byte order mark is read, like kubectl reads it; without a mark and in UTF-32, it is binary', async (t) => {
  const mark = Buffer.from([0xff, 0xfe])
  const little = Buffer.concat([mark, Buffer.from('a: é\n', 'utf16le')])
  const read = (bytes: Uint8Array, size: number): string => {
    const text = new BoundedText(10_000)
    for (let index = 0; index < bytes.length; index += size) text.add(bytes.subarray(index, index + size))
    return text.toString()
  }
  for (const size of [1, 2, 3, 100]) {
    t.equal(read(little, size), '\uFEFFa: é\n')
    t.equal(read(Buffer.from(little).swap16(), size), '\uFEFFa: é\n')
    for (const refused of [little.subarray(2), Buffer.concat([mark, Buffer.from([0, 0, 0x61, 0, 0, 0])])])
      t.throws(() => read(refused, size), { message: binary })
  }
  const path = join(t.testdir(), 'pod.yaml')
  writeFileSync(path, Buffer.concat([mark, Buffer.from(podYaml('nginx').replaceAll('\n', '\r\n'), 'utf16le')]))
  const { code, stdout } = await runCli(['lint', path, '--format', 'json'])
  t.equal(code, 1)
  t.match(JSON.parse(stdout).diagnostics, [{ object: { kind: 'Pod' } }])
})

/** Runs a shell command that uses the program as $1, with the program's Node as $0. */
function shell(script: string): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((settle) => {
    const child = spawn('bash', ['-c', script, process.execPath, main], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH },
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('close', (code) => settle({ code, stderr }))
  })
}

t.test('a pipe that the shell passes as a file is read like standard input, and only up to the limit', async (t) => {
  const pod = JSON.stringify(podYaml('nginx'))
  t.match(await shell(`"$0" "$1" lint <(printf '%b' '${pod.slice(1, -1)}')`), { code: 1, stderr: '' })
  t.match(await shell('"$0" "$1" lint <(yes)'), { code: 2, stderr: /larger than 16 MiB; split it\n/ })
  t.match(await shell('"$0" "$1" lint - < /dev/zero'), {
    code: 2,
    stderr: 'cannot read standard input: it is a binary file, not text in UTF-8\n',
  })
  t.match(await shell('yes | "$0" "$1" lint -'), {
    code: 2,
    stderr: 'cannot read standard input: it is larger than 16 MiB; split it\n',
  })
})
