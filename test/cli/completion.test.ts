import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { shells } from '../../src/cli/completion/scripts.ts'
import { createProgram } from '../../src/cli/run.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { runCli } from './fake-io.ts'

/** The values that `complete` offers; the last word is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout } = await runCli(['complete', '--', ...words.slice(0, -1), `.${words.at(-1)}`])
  if (code !== 0) throw new Error(`exit code ${code}`)
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/\t.*/, '')]))
}

t.test('commands, and the commands below them', async (t) => {
  const names = (await offered('')).filter((name) => name !== 'help')
  const { commands } = await createProgram([], { io: undefined as never, finish: () => {} }, 'initlint')
  t.same(
    names,
    commands.map((command) => command.name()).filter((name) => name !== 'complete'),
  )
  t.same(await offered('reh'), ['rehearse'])
  t.same(await offered('policy', 'sc'), ['schema'])
})

t.test('options, and the values of those that have choices', async (t) => {
  t.same(await offered('lint', '--fail'), ['--fail-on'])
  t.same(await offered('lint', '--fail-on', 'd'), ['deny'])
  t.same(await offered('lint', '--fail-on=d'), ['--fail-on=deny'])
  t.same(await offered('lint', '--fail-on', '=', 'd'), ['deny'], 'as bash splits it')
  t.same(await offered('lint', '--fail-on', '='), await offered('lint', '--fail-on', ''))
  t.same(await offered('explain', '--if', 'registry'), ['registry-down='])
})

t.test('ids of rules, and shells', async (t) => {
  t.same(
    await offered('rules', ''),
    defaultRegistry().rules.map(({ meta }) => meta.id),
  )
  t.same(await offered('rules', '--format', 'json', 'pull-n'), ['pull-never'])
  t.same(await offered('completion', ''), shells)
})

t.test('nothing where file names belong', async (t) => {
  for (const words of [
    ['lint', ''],
    ['lint', 'a.yaml', ''],
    ['lint', '--policy', ''],
    ['lint', '--', '--fail'],
    ['policy', 'check', ''],
  ]) {
    t.same(await offered(...words), [], words.join(' '))
  }
})

t.test('an unknown shell is a usage error', async (t) => {
  t.match(await runCli(['completion', 'tcsh']), { code: 2, stderr: /bash/ })
})

/** Runs a program of a shell in which `initlint` is this one and its completion is loaded; undefined without the shell. */
function inShell(t: Test, shell: string, argv: readonly string[], program: string): string | undefined {
  if (spawnSync(shell, ['--version']).error !== undefined) {
    if (process.env.CI) t.fail(`there is no ${shell}; install it`)
    else t.comment(`there is no ${shell}`)
    return undefined
  }
  const folder = t.testdir()
  writeFileSync(join(folder, 'initlint'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('src/main.ts')}" "$@"\n`)
  chmodSync(join(folder, 'initlint'), 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, TERM: 'dumb', HOME: folder, XDG_CONFIG_HOME: folder }
  return execFileSync(shell, [...argv, program], { env, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'inherit'] })
}

t.test('bash completes, offers file names, and does not evaluate what is typed', async (t) => {
  const words = (text: string) => `COMP_WORDS=(${text}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _initlint; echo "<\${COMPREPLY[*]}>"`
  const cases = [words('initlint pol'), words('initlint lint --format = js'), words("initlint lint '$(echo ran >&2; touch ran)'")]
  const out = inShell(
    t,
    'bash',
    ['--noprofile', '--norc', '-c'],
    `source <(initlint completion bash)\n${cases.join('\n')}\ncomplete -p initlint; ls -d ran || :`,
  )
  if (out !== undefined) t.same(out.split('\n'), ['<policy>', '<json>', '<>', 'complete -o default -F _initlint initlint', ''])
})

t.test('fish completes and offers file names', async (t) => {
  const out = inShell(
    t,
    'fish',
    ['--no-config', '-c'],
    'initlint completion fish | source; complete -C "initlint pol"; complete -C "initlint lint --format=js"; complete -C "initlint lint package.j"',
  )
  if (out === undefined) return
  t.same(
    out.split('\n').map((line) => line.replace(/\t.*/, '')),
    ['policy', '--format=json', 'package.json', ''],
  )
})

t.test('zsh completes and offers file names', async (t) => {
  // A terminal of its own, in which keys are pressed: zsh completes only in its line editor. Keys that come before it starts would go to the
  // terminal, for which ^U is a key of its own.
  const program = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; unsetopt prompt_sp; autoload -Uz compinit; compinit -u -D; source <(initlint completion zsh); bindkey "^T" show; zle -N show; show() { print -r -- "<$BUFFER>" }; zle-line-init() { print -r -- rea"dy" }; zle -N zle-line-init'
zpty -r -m shell out '*ready*'
for line in 'initlint pol' 'initlint lint --format=js' 'initlint lint package.j'; do
  zpty -w -n shell "$line"$'\\t\\C-t\\C-u'
  zpty -r -m shell out '*<*>*'
  print -r -- "\${\${out##*<}%%>*}"
done
zpty -d shell`
  const out = inShell(t, 'zsh', ['-f', '-c'], program)
  if (out !== undefined)
    t.same(
      out
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      ['initlint policy', 'initlint lint --format=json', 'initlint lint package.json'],
    )
})

t.test('the manual page is valid and names every command', async (t) => {
  const page = 'docs/man/initlint.1'
  const { error, status, stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'error', page], { encoding: 'utf8' })
  if (error === undefined) t.equal(status, 0, stdout)
  else if (process.env.CI) t.fail('there is no mandoc; install it')
  const text = readFileSync(page, 'utf8')
  for (const { name } of (await createProgram([], { io: undefined as never, finish: () => {} }, 'initlint')).commands.map((command) => ({
    name: command.name(),
  }))) {
    if (name !== 'complete') t.match(text, new RegExp(`^\\.SS initlint ${name} `, 'm'))
  }
})
