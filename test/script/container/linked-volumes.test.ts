/** The kubelet lays the files of a ConfigMap and its like as links, over which BusyBox' cp stumbles. */
import t from 'tap'
import { noSiblings } from '../../../src/model/siblings.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { rehearsalOf } from '../../../src/script/rehearsal/container-rehearsal.ts'

interface Setup {
  readonly image?: string
  readonly source?: object
  readonly mount?: object
}

/** The verdict on a script with a volume at /config and an emptyDir at /work. */
function verdict(script: string, { image = 'busybox:1.36', source = { configMap: { name: 'c' } }, mount }: Setup = {}) {
  const volumeMounts = [
    { name: 'config', mountPath: '/config', ...mount },
    { name: 'work', mountPath: '/work' },
  ]
  const initContainers = [{ name: 'i', image, command: ['sh', '-c', script], volumeMounts }]
  const volumes = [
    { name: 'config', ...source },
    { name: 'work', emptyDir: {} },
  ]
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers, volumes } }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const container = workload?.containers()[0]
  if (workload === undefined || container === undefined) throw new Error('no init container')
  return rehearsalOf(container, workload, noSiblings).verdict
}

t.test('the whole folder, copied once more', async (t) => {
  t.equal(verdict('cp -r /config/. /work/'), 'unsafe')
  t.equal(verdict('cp -a /config/. /work'), 'unsafe')
  t.equal(verdict('cp -R /config /work/'), 'unsafe')
  t.equal(verdict('cp -r /config/. /work/ || true'), 'safe', 'its failure is swallowed, and the links are there')
})

t.test('copies of the files themselves, and copies that take away what is there', async (t) => {
  t.equal(verdict('cp -rL /config/. /work/'), 'safe')
  t.equal(verdict('cp /config/* /work/'), 'safe')
  t.equal(verdict('cp -rf /config/. /work/'), 'safe')
  t.equal(verdict('rm -rf /work/config; cp -r /config /work/config'), 'safe')
})

t.test('every volume that the kubelet writes so, and no other', async (t) => {
  const script = 'cp -r /config/. /work/'
  t.equal(verdict(script, { source: { secret: { secretName: 's' } } }), 'unsafe')
  t.equal(verdict(script, { source: { projected: { sources: [{ configMap: { name: 'c' } }] } } }), 'unsafe')
  t.equal(verdict(script, { source: { downwardAPI: { items: [] } } }), 'unsafe')
  t.equal(verdict(script, { source: { persistentVolumeClaim: { claimName: 'c' } }, mount: { readOnly: true } }), 'unknown')
  t.equal(verdict(script, { mount: { subPath: 'folder' } }), 'unknown', 'what a subPath shows is the folder behind the link')
  t.equal(verdict('cp -r /config/folder/. /work/'), 'unknown')
})

t.test('the tools decide', async (t) => {
  t.equal(verdict('cp -r /config/. /work/', { image: 'debian:12' }), 'safe')
  t.equal(verdict('cp -r /config/. /work/', { image: 'example.com/app:1' }), 'unknown')
})
