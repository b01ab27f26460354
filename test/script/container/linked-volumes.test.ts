/** The kubelet creates the files of a ConfigMap and similar volumes as links, and BusyBox cp cannot copy links over existing ones. */
import t from 'tap'
import { firstAnalyzed } from '../../support/init-scripts.ts'

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
  return firstAnalyzed(object).verdict
}

t.test('a second copy of the links fails', async (t) => {
  t.equal(verdict('cp -r /config/. /work/'), 'unsafe')
  t.equal(verdict('cp -a /config/. /work'), 'unsafe')
  t.equal(verdict('cp -R /config /work/'), 'unsafe')
  t.equal(verdict('cp -r /config/. /work/ || true'), 'safe', 'its failure is ignored, and the links exist')
})

t.test('copies of the files behind the links, and copies that replace existing files, are safe', async (t) => {
  t.equal(verdict('cp -rL /config/. /work/'), 'safe')
  t.equal(verdict('cp /config/* /work/'), 'safe')
  t.equal(verdict('cp -rf /config/. /work/'), 'safe')
  t.equal(verdict('rm -rf /work/config; cp -r /config /work/config'), 'safe')
})

t.test('only volumes of the atomic writer contain links', async (t) => {
  const script = 'cp -r /config/. /work/'
  t.equal(verdict(script, { source: { secret: { secretName: 's' } } }), 'unsafe')
  t.equal(verdict(script, { source: { projected: { sources: [{ configMap: { name: 'c' } }] } } }), 'unsafe')
  t.equal(verdict(script, { source: { downwardAPI: { items: [] } } }), 'unsafe')
  t.equal(verdict(script, { source: { persistentVolumeClaim: { claimName: 'c' } }, mount: { readOnly: true } }), 'unknown')
  t.equal(verdict(script, { mount: { subPath: 'folder' } }), 'unknown', 'a subPath shows the directory behind the link')
  t.equal(verdict('cp -r /config/folder/. /work/'), 'unknown')
})

t.test('GNU cp overwrites links; with unknown tools the verdict is unknown', async (t) => {
  t.equal(verdict('cp -r /config/. /work/', { image: 'debian:12' }), 'safe')
  t.equal(verdict('cp -r /config/. /work/', { image: 'example.com/app:1' }), 'unknown')
})
