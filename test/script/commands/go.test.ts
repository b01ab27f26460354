/** Programs that go installs. */
import t from 'tap'
import { rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('go install', {
  'go install example.com/tool@latest': 'safe',
  'go install -v -trimpath example.com/cmd/tool/v2@v2.1.0 && cp /go/bin/tool /data/tool': 'safe',
  'set -e; export GOPATH=/data; go install example.com/tool@v1; rm /data/bin/tool': 'safe',
  'go install example.com/a@v1 example.com/b@v1': 'unknown',
  'go install ./...': 'unknown',
  'go run example.com/tool@latest': 'unknown',
})

t.test('a guard on a program that go copies onto a volume', async (t) => {
  t.equal(rehearsal('[ -f /data/tool ] || GOBIN=/data go install example.com/tool@latest').atomic, false)
  t.equal(rehearsal('[ -f /tmp/tool ] || GOBIN=/tmp go install example.com/tool@latest').atomic, true)
})
