/** The examples in docs/fix.md, run by a shell. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const page = readFileSync('docs/fix.md', 'utf8')

/** The blocks of a language, with what follows it in its first line. */
function blocks(language: string): readonly (readonly [info: string, text: string])[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}(.*)\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, info = '', text = '']) => [
    info.trim(),
    text,
  ])
}

t.test('every command prints what the page shows', async (t) => {
  const bin = t.testdir()
  const directory = t.testdir({ work: {} })
  for (const [info, text] of blocks('yaml')) writeFileSync(join(directory, info.replace('file=', '')), text)
  writeFileSync(join(bin, 'initlint'), `#!/bin/sh\nexec "${process.execPath}" "${join(process.cwd(), 'src/main.ts')}" "$@"\n`, {
    mode: 0o755,
  })
  const run = (command: string) => {
    const options = { cwd: directory, encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } } as const
    return execFileSync('sh', ['-c', `{ ${command}\n} 2>&1 || true`], options)
  }
  const commands = blocks('console').map(([, text]) => /^\$ (.*)\n([\s\S]*)$/.exec(text) ?? [])
  t.equal(commands.length, 3)
  for (const [, command = '', output] of commands) t.equal(run(command), output, command)
})
