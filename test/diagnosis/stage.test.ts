import t from 'tap'
import { crashed, one, pod, running, waiting } from './build-pod.ts'

const sidecar = { restartPolicy: 'Always' }

t.test('an app that ends again and again behind a sidecar that does, too, is not the first to blame', (t) => {
  const both = one([pod({ init: sidecar, initStatus: crashed(1), appStatus: crashed(1) })])
  t.strictSame(both.stage, { kind: 'sidecar-start', container: 'init' })
  const appOnly = one([pod({ init: sidecar, initStatus: running(60, { started: true, ready: true }), appStatus: crashed(1) })])
  t.strictSame(appOnly.stage, { kind: 'app-run', container: 'app' })
  t.end()
})

t.test('an app that was never started is in trouble of its own, whatever its sidecar does', (t) => {
  const { stage } = one([
    pod({ init: sidecar, initStatus: crashed(1), appStatus: { ...waiting('CreateContainerConfigError'), containerID: 'containerd://1' } }),
  ])
  t.strictSame(stage, { kind: 'create-config', container: 'app' })
  t.end()
})

t.test('of two containers, STATUS shows the one that the kubelet reports first, by name, whatever the order of the spec', (t) => {
  const status = (name: string, reason: string) => ({ name, ready: false, restartCount: 0, ...waiting(reason) })
  const given = pod({
    spec: { containers: ['web', 'app'].map((name) => ({ name, image: 'registry.example/web:1' })) },
    status: { containerStatuses: [status('app', 'CreateContainerError'), status('web', 'ErrImagePull')] },
  })
  t.equal(one([given]).status, 'CreateContainerError')
  t.end()
})

t.test('a status of InvalidImageName is from before the image was corrected, if the image is valid', (t) => {
  t.match(one([pod({ appStatus: waiting('InvalidImageName') })]).cause, { class: 'waiting-normal', certainty: 'possible' })
  const invalid = one([pod({ app: { image: 'Bad/Name:1' }, appStatus: waiting('InvalidImageName') })])
  t.equal(invalid.cause.class, 'invalid-image-name')
  t.end()
})
