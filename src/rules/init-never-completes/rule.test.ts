import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer, scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const endless = (text: string, what: string) => ({
  name: text,
  object: scripted(text),
  reports: [{ messageId: 'endless', pointer: scriptPointer, data: { what } }],
})

testRule(rule, {
  valid: [
    { name: 'a sidecar', object: commanded(['sleep', 'infinity'], { container: { restartPolicy: 'Always' } }) },
    { name: 'sleep 3600', object: commanded(['sleep', '3600']) },
    { name: 'a server in the background', object: scripted('redis-server &\nsleep 2\nredis-cli set a b') },
    { name: 'a server that daemonizes itself', object: scripted('redis-server --daemonize yes') },
    { name: 'nginx, which daemonizes itself by default', object: scripted('nginx') },
    { name: 'nginx -t, which only checks the configuration', object: commanded(['nginx', '-t']) },
    { name: 'tail -f with a timeout', object: commanded(['timeout', '30', 'tail', '-f', '/var/log/x']) },
    { name: 'sleep infinity after exit', object: scripted('exit 0\nsleep infinity') },
    { name: 'sleep infinity only after a failure', object: scripted('mkdir -p /data/x || sleep infinity') },
    { name: 'sleep infinity in a condition', object: scripted('if [ -f /work/debug ]; then sleep infinity; fi') },
    { name: 'while true with a break', object: scripted('while true; do nc -z db 1 && break; sleep 1; done') },
    { name: 'tail without -f', object: scripted('tail -n 5 /data/log') },
    { name: 'tail -f that ends with a process', object: scripted('tail --pid=1 -f /data/log') },
    { name: 'an unknown program', object: commanded(['/app/server']) },
  ],
  invalid: [
    {
      name: 'sleep infinity as a plain command',
      object: commanded(['sleep', 'infinity']),
      reports: [{ messageId: 'endless', pointer: commandPointer, data: { what: 'sleep infinity', at: '' } }],
    },
    {
      name: 'a server that is started by the arguments of a known image',
      object: commanded([], { container: { image: 'openpolicyagent/opa:1.10.0', args: ['run', '--server'] } }),
      reports: [{ messageId: 'endless', pointer: '/spec/initContainers/0/args', data: { what: 'the server opa' } }],
    },
    endless('mkdir -p /data/x && exec nginx -g "daemon off;"', 'the server nginx'),
    endless('tail -f /dev/null', 'tail -f /dev/null'),
    endless('while true; do date; sleep 60; done', 'while true'),
    endless('sleep 9999d', 'sleep 9999d'),
    endless('{ echo start; tail -F /data/log; }', 'tail -f /data/log'),
    endless('python3 -m http.server 8080', 'the server python3'),
    endless('until false; do sleep 1; done', 'while true'),
    endless('nc -lk 8080', 'the server nc'),
  ],
})
