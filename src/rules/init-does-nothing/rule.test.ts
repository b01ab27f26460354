import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer, scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const shell = (text: string, ...words: readonly string[]) =>
  commanded(['sh', '-c', text, ...words], { container: { image: 'busybox:1.37' } })
const idle = (text: string, messageId: keyof typeof rule.meta.messages, what: string, object = shell(text)) => ({
  name: text,
  object,
  reports: [{ messageId, pointer: scriptPointer, data: { what } }],
})
const literal = (command: readonly string[], what: string, messageId: keyof typeof rule.meta.messages = 'literal') => ({
  name: command.join(' '),
  object: commanded(command),
  reports: [{ messageId, pointer: commandPointer, data: { what, at: '' } }],
})

function withEnv(text: string, ...env: readonly object[]): object {
  return commanded(['sh', '-c', text], { container: { image: 'busybox:1.37', env } })
}

testRule(rule, {
  valid: [
    { name: 'commands on lines of their own', object: shell('set -e\nmkdir -p /work/a') },
    { name: 'set with parameters', object: shell('set -- a b; mkdir "/work/$1"') },
    { name: 'set with a command that runs later', object: shell('set -- cp /etc/a /work; "$@"') },
    { name: 'a comment at the end of one line', object: shell('mkdir -p /work/a # for the app') },
    { name: 'a comment before commands', object: shell('# mkdir -p /work/b; no\nmkdir -p /work/a') },
    { name: 'braces in bash', object: scripted('mkdir -p /work/{a,b}') },
    { name: 'braces in quotes', object: shell("mkdir -p '/work/{a,b}'") },
    { name: 'a shell that may be bash', object: commanded(['sh', '-c', 'mkdir /work/{a,b}'], { container: { image: 'tools:1' } }) },
    { name: 'a job that the script waits for', object: shell('wget -O /work/m http://m & wait') },
    { name: 'a job before other work', object: shell('redis-server &\nsleep 2\nredis-cli set a b') },
    { name: 'a check without set -e', object: shell('nslookup db\nif [ $? -ne 0 ]; then echo no; fi') },
    { name: 'a check after set +e', object: shell('set -e\nset +e\nnslookup db\nif [ $? -ne 0 ]; then echo no; fi') },
    { name: 'a check of a list', object: shell('set -e\nnslookup db || true\nif [ $? -ne 0 ]; then echo no; fi') },
    { name: 'words that the script uses', object: shell('mkdir "/work/$1"', 'sh', 'a') },
    { name: 'words after a script of several words', object: shell('true; true', 'sh', 'a') },
    { name: 'the name of the shell', object: shell('true', 'sh') },
    { name: 'a variable that Kubernetes expands', object: withEnv('mkdir -p /work/$(NAME)', { name: 'NAME', value: 'x' }) },
    {
      name: 'a variable that a later entry of env sets, in the script',
      object: withEnv('mkdir -p /work/$(NAME)', { name: 'X', value: 'y' }, { name: 'NAME', value: 'x' }),
    },
    {
      name: 'a variable that envFrom may give',
      object: commanded(['mkdir', '/work/$(A)'], { container: { envFrom: [{ secretRef: { name: 's' } }] } }),
    },
    { name: 'a variable of a Service', object: commanded(['mkdir', '-p', '/work/$(DB_SERVICE_HOST)']) },
    { name: 'a patch, whose env is in its target', object: commanded(['mkdir', '-p', '/work/$(A)'], { container: { image: undefined } }) },
    { name: 'a command substitution', object: shell('mkdir -p /work/$(date +%F) /work/$(hostname)') },
    { name: 'an escaped reference', object: shell('mkdir -p /work/$$(TENANT)') },
    { name: 'a function with the name', object: shell('NAME() { echo a; }; mkdir -p /work/$(NAME)') },
    { name: 'a program that may do anything with the text', object: shell('/app/setup --tenant=$(TENANT)') },
    { name: 'a client whose server decides', object: shell('curl -fo /work/x http://$(DB_HOST)/x') },
    { name: 'a program that may expand variables itself', object: commanded(['/app/render', '$NAME']) },
    { name: 'a command that fails in every run', object: commanded(['chown', '1', '/work', '&&', 'true']) },
  ],
  invalid: [
    idle('set -e mkdir -p /work/a', 'joined', 'mkdir -p /work/a'),
    idle('ulimit -c 0 MODE=a \\ cp -r /opt/m /work', 'joined', 'cp -r /opt/m /work'),
    idle('#!/bin/sh mkdir -p /work/a', 'comment', '#!/bin/sh mkdir -p /work/a'),
    idle('true # first; mkdir /work/a', 'comment', '# first; mkdir /work/a'),
    idle('mkdir -p /work/{a,b}', 'braces', '/work/{a,b}'),
    idle('wget -O /work/m http://m & echo started', 'background', 'wget -O /work/m http://m'),
    idle('set -ex\nnslookup db\nif [ $? -ne 0 ]; then echo no; fi', 'deadCheck', 'nslookup'),
    idle('set -e\nnslookup db\nif [ $? -eq 0 ]; then echo yes; else echo no; fi', 'deadCheck', 'nslookup'),
    idle('echo', 'unusedWords', 'echo', shell('echo', 'a', 'b')),
    idle('mkdir -p /work/$(TENANT)', 'unset', '$(TENANT)'),
    idle('T=$(TENANT)\nmkdir -p "/work/$T"', 'unset', '$(TENANT)'),
    literal(['mkdir', '-p', "'/work/a'"], "'/work/a'"),
    literal(['mkdir', '-p', '/data/$(TENANT)'], '$(TENANT)', 'unset'),
    {
      name: 'a variable that a later entry of env sets',
      object: withEnv('mkdir -p /work/$(A)', { name: 'A', value: '$(B)' }, { name: 'B', value: 'x' }),
      reports: [{ messageId: 'setLater', pointer: scriptPointer, data: { what: '$(B)' } }],
    },
    literal(['mkdir', '-p', '/data/$TENANT'], '$TENANT'.replace('$', '/data/$')),
    literal(['mkdir', '-p', '/data/a', '&&', 'true'], '&&'),
    literal(['echo', 'a', '>', '/work/a'], '>'),
  ],
})
