/** File modes, and the users that they restrict. */
import t from 'tap'
import type { AnalyzedInit } from '../../../src/script/analysis/init-scripts.ts'
import { file } from '../../../src/script/machine/place.ts'
import { firstAnalyzed } from '../../support/init-scripts.ts'

interface Setup {
  readonly pod?: object
  readonly own?: object
  readonly config?: object
  readonly storage?: object
  readonly restartPolicy?: string
}

const modes = { configMap: { name: 'c', defaultMode: 0o444 } }
const other = { runAsUser: 1000 }

/** Rehearses `sh -ec` with a ConfigMap at /config and a volume at /data, as user 1000 by default. */
function rehearsed(script: string, { pod = other, own, config = modes, storage = { emptyDir: {} }, ...spec }: Setup = {}): AnalyzedInit {
  const volumeMounts = [
    { name: 'data', mountPath: '/data' },
    { name: 'config', mountPath: '/config' },
  ]
  const init = { name: 'i', image: 'alpine:3.22', command: ['sh', '-ec', script], volumeMounts, ...(own ? { securityContext: own } : {}) }
  const volumes = [
    { name: 'data', ...storage },
    { name: 'config', ...config },
  ]
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { securityContext: pod, initContainers: [init], volumes, ...spec },
  }
  return firstAnalyzed(object)
}

const copy = 'cp /config/f /data/'
const claim = { persistentVolumeClaim: { claimName: 'c' } }

t.test('file modes restrict users other than root, and root without CAP_DAC_OVERRIDE', async (t) => {
  const rows: readonly (readonly [Setup, AnalyzedInit['verdict']])[] = [
    [{}, 'unsafe'],
    [{ pod: { runAsNonRoot: true } }, 'unsafe'],
    [{ pod: {}, own: { runAsUser: 1 } }, 'unsafe'],
    [{ pod: { runAsUser: 0 } }, 'safe'],
    // If the image decides, the user is assumed to be root.
    [{ pod: {} }, 'safe'],
    [{ own: { runAsUser: 0 } }, 'safe'],
    [{ own: { runAsUser: 0, capabilities: { drop: ['ALL'] } } }, 'unsafe'],
    [{ own: { runAsUser: 0, capabilities: { drop: ['DAC_OVERRIDE'] } } }, 'unsafe'],
    [{ own: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] } } }, 'safe'],
    [{ own: { runAsUser: 0, capabilities: { drop: ['NET_RAW'] } } }, 'safe'],
    [{ own: { runAsUser: 0, privileged: true, capabilities: { drop: ['ALL'] } } }, 'safe'],
    [{ pod: { runAsUser: 'many' }, own: { capabilities: { drop: 'ALL' } } }, 'safe'],
  ]
  for (const [setup, verdict] of rows) t.equal(rehearsed(copy, setup).verdict, verdict, JSON.stringify(setup))
})

t.test('files of a volume are read-only if their modes do not let the owner write', async (t) => {
  const items = [{ key: 'f', path: 'f', mode: 0o400 }]
  const rows: readonly (readonly [object, AnalyzedInit['verdict']])[] = [
    [{ configMap: { name: 'c' } }, 'safe'],
    [{ configMap: { name: 'c', defaultMode: 0o755 } }, 'safe'],
    [{ configMap: { name: 'c', defaultMode: 0o555 } }, 'unsafe'],
    [{ secret: { secretName: 'c', defaultMode: 0o440 } }, 'unsafe'],
    [{ configMap: { name: 'c', items } }, 'unsafe'],
    [{ configMap: { name: 'c', items: [{ key: 'g', path: 'g', mode: 0o400 }] } }, 'safe'],
    [{ configMap: { name: 'c', defaultMode: 0o444, items: [{ key: 'f', path: 'f', mode: 0o644 }] } }, 'safe'],
    [{ projected: { defaultMode: 0o444, sources: [{ configMap: { name: 'c' } }] } }, 'unsafe'],
    [{ projected: { sources: [{ secret: { name: 'c', items } }] } }, 'unsafe'],
    [{ configMap: { name: 'c', defaultMode: '0444' } }, 'safe'],
  ]
  for (const [config, verdict] of rows) t.equal(rehearsed(copy, { config }).verdict, verdict, JSON.stringify(config))
})

t.test('commands that open a read-only file for writing fail on a rerun', async (t) => {
  const rows: readonly (readonly [string, AnalyzedInit['verdict']])[] = [
    ['cp -f /config/f /data/', 'safe'],
    ['install -m 0444 /config/f /data/f', 'safe'],
    ['rm -f /data/f; cp /config/f /data/', 'safe'],
    ['[ -f /data/f ] || cp /config/f /data/', 'safe'],
    ['cat /config/f > /data/f', 'safe'],
    ['cp /config/f /data/ || true', 'safe'],
    ['cp -r /config/. /data/', 'unsafe'],
    ['cp /config/* /data/', 'unsafe'],
    ['cp -f /config/* /data/', 'safe'],
    ['rm -rf /data/*; cp /config/* /data/', 'safe'],
    ['cp /config/*.json /data/; cp /config/*.xml /data/', 'unsafe'],
    // A kill between the two commands.
    ['cp /config/f /data/; chmod u+w /data/f', 'unsafe'],
    ['cp /config/* /data/; chmod -R u+w /data', 'unknown'],
    ['cp /config/* /data/; chmod 644 /data/*', 'unknown'],
    ['echo x > /data/f; chmod 400 /data/f', 'unsafe'],
    ['echo x > /data/f; chmod 600 /data/f', 'safe'],
    ['echo x > /data/f; chmod 400 /data/*', 'unsafe'],
    ['curl -fsSo /data/f http://files.example/f; chmod 444 /data/f', 'unsafe'],
    ['install -m 400 /config/f /data/t; mv -f /data/t /data/f', 'safe'],
    // A kill before mv leaves a file that the next run cannot write to.
    ['echo x > /data/t; chmod 400 /data/t; mv -f /data/t /data/f', 'unsafe'],
    ['cp /config/f /tmp/f; chmod 400 /tmp/f', 'safe'],
    ['cp /etc/hosts /data/f; chmod -R 755 /data', 'safe'],
  ]
  for (const [script, verdict] of rows) t.equal(rehearsed(script).verdict, verdict, script)
})

t.test('a hazard on a read-only file has a fix, and isRefused', async (t) => {
  t.match(rehearsed(copy).hazards, [{ place: file('/data/f'), outcome: 'fails', isRefused: true, fix: 'cp -f /config/f /data/' }])
  t.match(rehearsed('echo x > /data/f; chmod 400 /data/f').hazards, [{ isRefused: true, fix: 'run rm -f /data/f first' }])
  t.equal(rehearsed('mkdir /data/d').hazards[0]?.isRefused, undefined)
})

t.test('with an fsGroup, files of a claim may be writable in a new pod: unknown', async (t) => {
  const onlyNew = { storage: claim, restartPolicy: 'Never' }
  t.equal(rehearsed(copy, onlyNew).verdict, 'unsafe')
  t.equal(rehearsed(copy, { ...onlyNew, pod: { ...other, fsGroup: 1000 } }).verdict, 'unknown')
  t.same(rehearsed(copy, { storage: claim, pod: { ...other, fsGroup: 1000 } }).hazards[0]?.rerun, 'rerun')
})
