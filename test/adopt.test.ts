/** docs/adopt.md: its commands print what it shows, in the order of the page, with the files that it has up to there. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runCli, writeFiles } from './cli/fake-io.ts'

const page = readFileSync('docs/adopt.md', 'utf8')
const cwd = t.testdir({ '.git': { HEAD: 'ref: refs/heads/main\n' } })

t.test('every file and every command, in the order of the page; … stands for the rest of the output', async (t) => {
  const codes: number[] = []
  for (const [, language, text = ''] of page.matchAll(/```(yaml|console)\n([\s\S]*?)```/g)) {
    if (language === 'yaml') {
      const [, file = ''] = /^# (\S+)\n/.exec(text) ?? []
      writeFiles(cwd, { [file]: text })
      continue
    }
    const [command = '', ...output] = text.split('\n')
    const [prompt, program, ...args] = command.split(' ')
    t.strictSame([prompt, program], ['$', 'initlint'])
    const { code, stdout, stderr } = await runCli(args, { cwd })
    if (output.join('\n') !== '…\n') t.equal(stdout, output.join('\n'), command)
    t.equal(stderr, '')
    codes.push(code)
  }
  t.strictSame(codes, [1, 0, 0, 1, 0, 0, 0])
})

t.test('afterwards, the baseline has no stale entry, and a run without paths on a terminal is green', async (t) => {
  const { code, stdout } = await runCli(['lint'], { cwd, isTerminal: { stdin: true, stdout: false } })
  t.equal(code, 0)
  t.notMatch(stdout, /no longer/)
  rmSync(join(cwd, '.initlint.yaml'))
  t.equal((await runCli(['lint', 'k8s'], { cwd })).code, 1, 'without it, the findings are back')
})
