import t from 'tap'
import { programOf } from '../../src/cli/program.ts'
import { run } from '../../src/cli/run.ts'

async function printed(argv: readonly string[], program: 'initlint' | 'kubectl initlint'): Promise<string> {
  let text = ''
  const add = (more: string) => {
    text += more
  }
  const isTerminal = { stdin: true, stdout: true }
  await run(
    argv,
    { stdout: add, stdoutBytes: () => {}, stderr: add, readStdin: async () => '', isTerminal, env: {}, cwd: '/', now: () => 0 },
    program,
  )
  return text
}

t.test('the name comes from the path with which the program was started', async (t) => {
  for (const [path, program] of [
    ['/usr/local/bin/kubectl-initlint', 'kubectl initlint'],
    ['C:\\bin\\kubectl-initlint', 'kubectl initlint'],
    ['kubectl-initlint.js', 'kubectl initlint'],
    ['/usr/local/bin/initlint', 'initlint'],
    ['/home/kubectl-initlint/dist/main.js', 'initlint'],
    ['/bin/my-kubectl-initlint', 'initlint'],
    [undefined, 'initlint'],
  ] as const)
    t.equal(programOf(path), program, String(path))
})

t.test('as a kubectl plugin, help texts call kubectl initlint', async (t) => {
  const commands = [...(await printed(['--help'], 'initlint')).matchAll(/^ {2}([a-z]+) (?:\[|<| {2})/gm)].map(([, name = '']) => name)
  t.ok(commands.includes('lint') && commands.length > 8)
  for (const argv of [['--help'], ...commands.map((command) => [command, '--help']), ['lint'], ['policy', 'diff', '--help']]) {
    const [plugin, plain] = [await printed(argv, 'kubectl initlint'), await printed(argv, 'initlint')]
    t.match(plugin, /^Usage: kubectl initlint /m)
    // Every example and hint calls it by its name.
    t.notMatch(plugin, new RegExp(`(?<!kubectl )initlint (?:<command>|${commands.join('|')})(?![\\w-])`))
    t.notMatch(plugin, /kubectl kubectl/)
    t.equal(plugin.replaceAll('kubectl initlint', 'initlint').replaceAll(/ +/g, ' '), plain.replaceAll(/ +/g, ' '), argv.join(' '))
  }
})
