import { testRule } from '../testing/rule-tester.ts'
import { scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const clone = 'git clone https://git.example/r.git /data/r'

testRule(rule, {
  valid: [
    { name: 'mkdir -p, which is atomic', object: scripted('mkdir -p /data/x') },
    { name: 'an unguarded download, which the next run repeats', object: scripted('curl -fsSo /data/f https://files.example/f') },
    { name: 'a clone after a cleanup', object: scripted(`rm -rf /data/r\n${clone}`) },
    {
      name: 'a download that is moved to its final path',
      object: scripted('[ -f /data/f ] || { curl -fo /data/f.tmp https://x.example/f && mv /data/f.tmp /data/f; }'),
    },
    { name: 'a clone that init-not-idempotent reports', object: scripted(clone) },
  ],
  invalid: [
    {
      name: 'a guarded clone',
      object: scripted(`[ -d /data/r ] || ${clone}`),
      reports: [{ messageId: 'takenForWhole', pointer: scriptPointer, data: { command: 'git clone', storage: 'claim' } }],
    },
    {
      name: 'a guarded download',
      object: scripted('set -e\n[ -f /work/f ] || curl -f --remove-on-error -o /work/f https://files.example/f'),
      reports: [{ messageId: 'takenForWhole', pointer: scriptPointer, data: { scriptLine: 2, command: 'curl', storage: 'pod' } }],
    },
    {
      name: 'an incomplete clone that makes the next clone fail',
      object: scripted('[ -f /data/r/README.md ] || { cd /data && git clone https://git.example/r.git r; }'),
      reports: [{ messageId: 'stumbles', pointer: scriptPointer, data: { command: 'git clone' } }],
    },
  ],
})
