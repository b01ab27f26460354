import t from 'tap'
import { parseImageReference } from '../../src/model/image-reference.ts'
import { defaultPullPolicy } from '../../src/model/pull-policy.ts'

const digest = `sha256:${'a'.repeat(64)}`

t.test('the defaults of Kubernetes 1.36: Always for latest and no tag, otherwise IfNotPresent', async (t) => {
  for (const image of ['nginx', 'r:5000/x', 'nginx:latest', `nginx:latest@${digest}`, 'localhost:5000/busybox', '[::1]:5000/x']) {
    t.equal(defaultPullPolicy(parseImageReference(image)), 'Always', image)
  }
  for (const image of ['nginx:1.2', `nginx@${digest}`, `nginx:1.2@${digest}`, 'ROOT', 'http://x', '', 'a'.repeat(64), 'nginx:LATEST']) {
    t.equal(defaultPullPolicy(parseImageReference(image)), 'IfNotPresent', image)
  }
})
