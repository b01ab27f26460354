import { testRule } from '../testing/rule-tester.ts'
import { scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const clone = 'git clone https://git.example/r.git /data/r'

testRule(rule, {
  valid: [
    { name: 'nothing that takes time', object: scripted('mkdir -p /data/x') },
    { name: 'an unguarded download repairs itself', object: scripted('curl -fsSo /data/f https://files.example/f') },
    { name: 'a clean start', object: scripted(`rm -rf /data/r\n${clone}`) },
    {
      name: 'moved to its name in one step',
      object: scripted('[ -f /data/f ] || { curl -fo /data/f.tmp https://x.example/f && mv /data/f.tmp /data/f; }'),
    },
    { name: 'the command has a worse hazard', object: scripted(clone) },
  ],
  invalid: [
    {
      name: 'a guarded clone',
      object: scripted(`[ -d /data/r ] || ${clone}`),
      reports: [{ messageId: 'takenForWhole', pointer: scriptPointer, data: { command: 'git clone', storage: 'claim' } }],
    },
    {
      name: 'a guarded download',
      object: scripted('set -e\n[ -f /work/f ] || curl -fo /work/f https://files.example/f'),
      reports: [{ messageId: 'takenForWhole', pointer: scriptPointer, data: { scriptLine: 2, command: 'curl', storage: 'pod' } }],
    },
    {
      name: 'a half that stands in the way',
      object: scripted('[ -f /data/r/README.md ] || { cd /data && git clone https://git.example/r.git r; }'),
      reports: [{ messageId: 'stumbles', pointer: scriptPointer, data: { command: 'git clone' } }],
    },
  ],
})
