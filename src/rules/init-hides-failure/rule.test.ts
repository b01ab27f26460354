import { testRule } from '../testing/rule-tester.ts'
import { scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const silent = (text: string) => ({ name: text, object: scripted(text) })
const hides = (text: string, messageId: keyof typeof rule.meta.messages, command: string) => ({
  name: text,
  object: scripted(text),
  reports: [{ messageId, pointer: scriptPointer, data: { command } }],
})

testRule(rule, {
  valid: [
    silent('set -e\ngit clone https://git/c.git /work/c\necho done'),
    silent('curl -fo /work/k https://d/k && chmod +x /work/k'),
    silent('curl -o /work/a.tgz https://d/a; tar xzf /work/a.tgz -C /work'),
    silent('curl -o /tmp/a.tgz https://d/a; tar xzf /tmp/a.tgz -C /work'),
    silent('wget -O /work/a https://d/a || cp /etc/a /work/a'),
    silent('curl -o /work/a https://d/a\n[ -s /work/a ]'),
    silent('until curl -fo /work/a https://d/a; do sleep 1; done'),
    silent('code=$(curl -o /work/a -w "%{http_code}" https://d/a)\n[ "$code" = 200 ]'),
    silent('curl -o /work/a.json https://d/a && jq . /work/a.json'),
    silent('curl -X POST https://d/a'),
    silent('wget -O /work/a https://d/a; /app/check /work/a'),
    silent('set -o pipefail\ncurl -fsSL https://d/i.sh | sh'),
    silent('curl -fsSL https://d/i.sh | sh\n/usr/local/bin/tool'),
    silent('mkdir -p /work/a || true'),
  ],
  invalid: [
    hides('git clone https://git/c.git /tmp/c\ncp -r /tmp/c/portal /work\necho done', 'failure', 'git clone'),
    hides('git clone https://git/c.git /work/c || true', 'failure', 'git clone'),
    hides('wget -O /work/a https://d/a || echo "no file"', 'failure', 'wget'),
    hides('curl -fsSL https://d/i.sh | PREFIX=/work sh', 'failure', 'curl'),
    hides('curl -sSL -o /work/k https://d/k && chmod +x /work/k', 'httpError', 'curl'),
    hides('curl -sL https://d/k > /work/k', 'httpError', 'curl'),
  ],
})
