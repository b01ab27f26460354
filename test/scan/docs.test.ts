/** docs/scan.md: its transcripts are what the commands print. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { runCli } from '../cli/fake-io.ts'

const page = readFileSync('docs/scan.md', 'utf8')

t.test('every transcript is what the command prints', async (t) => {
  const transcripts = [...page.matchAll(/```console\n\$ initlint ([^\n]+)\n([\s\S]*?)```/g)]
  t.equal(transcripts.length, 2)
  for (const [, command = '', output = ''] of transcripts) {
    t.equal((await runCli(command.split(' '), { cwd: process.cwd() })).stdout, output, command)
  }
})
