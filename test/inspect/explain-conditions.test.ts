/** The conditions of `explain --if`: each changes the timeline as docs/explain.md says. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { explainInputs } from '../../src/inspect/index.ts'
import { forPeople } from '../../src/inspect/output.ts'

const explain = (text: string, ...conditions: string[]) => explainInputs([{ file: null, text }], { namespace: 'default', conditions })
const pod = (spec: object, kind = 'Pod') => JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'web' }, spec })
const app = { name: 'app', image: 'registry.example/app:1' }
const init = { name: 'init', image: 'busybox:1.37', command: ['true'] }
const web = pod({ initContainers: [init], containers: [app] })
const always = pod({ containers: [{ ...app, imagePullPolicy: 'Always' }] })
const apps = (kind: string, more: object = {}) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'db' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [app] } },
      ...more,
    },
  })
const notes = (output: ReturnType<typeof explain>) => output.timelines.flatMap((entry) => entry[forPeople].notes)

t.test('registry-down=HOST@AFTER: pods that are running stay, containers that restart later fail with Always', async (t) => {
  t.match(explain(always, 'registry-down=registry.example@20').timelines, [
    {
      verdict: 'running',
      conditions: ['registry-down=registry.example@20'],
      scenario: { actions: [{ when: { afterSeconds: 20 }, do: 'registry-down' }] },
    },
  ])
  t.match(explain(always, 'registry-down=registry.example@20', 'container-dies=app').timelines, [
    { verdict: 'retrying', statuses: [/./, /./, 'Running', 'Error', 'ErrImagePull', 'ImagePullBackOff', '...'] },
  ])
  t.match(explain(web, 'registry-down=registry.example@20', 'container-dies=app').timelines, [{ verdict: 'running' }])
  for (const value of ['registry.example@', 'registry.example@x', 'registry.example@86401', '@5', 'registry.example@1@2']) {
    t.match(explain(web, `registry-down=${value}`), { timelines: [], errors: [{ message: /AFTER is a number of seconds/ }] }, value)
  }
})

t.test('image-cached=REF: the node has this image, whatever its registry does', async (t) => {
  t.match(explain(web, 'image-missing=registry.example/app:1', 'image-cached=registry.example/app:1').timelines, [{ verdict: 'running' }])
  t.match(explain(web, 'image-cached=registry.example/app:1', 'image-missing=registry.example/app:1').timelines, [{ verdict: 'running' }])
  t.match(explain(always, 'image-cached=registry.example/app:1', 'image-missing=registry.example/app:1').timelines, [
    { verdict: 'retrying' },
  ])
  t.match(explain(web, 'image-cached=nginx').errors, [{ message: /no container uses the image nginx/ }])
})

t.test('unauthorized=HOST: images that the node has and Always does not check are used', async (t) => {
  t.match(explain(web, 'unauthorized=registry.example').timelines, [
    { verdict: 'retrying', statuses: ['Pending', 'Init:0/1', 'PodInitializing', 'ErrImagePull', 'ImagePullBackOff', '...'] },
  ])
  t.match(explain(web, 'unauthorized=registry.example', 'image-cached=registry.example/app:1').timelines, [{ verdict: 'running' }])
  t.match(explain(always, 'unauthorized=registry.example', 'image-cached=registry.example/app:1').timelines, [{ verdict: 'retrying' }])
  t.match(explain(web, 'unauthorized=quay.io').errors, [{ message: /docker\.io, registry\.example/ }])
})

t.test('container-dies=NAME: restarted according to restartPolicy; a Job creates another pod', async (t) => {
  t.match(explain(web, 'container-dies=app').timelines, [{ verdict: 'running', executions: { init: 1, app: 2 } }])
  t.match(explain(pod({ restartPolicy: 'Never', containers: [app] }), 'container-dies=app').timelines, [{ verdict: 'failed' }])
  const spec = { template: { spec: { restartPolicy: 'Never', containers: [app] } } }
  const job = JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'import' }, spec })
  t.match(explain(job, 'container-dies=app').timelines, [{ verdict: 'completed', job: { pods: [{ number: 1 }, { number: 2 }] } }])
  t.match(explain(web, 'container-dies=init').errors, [{ message: /there is no container init; the containers are app$/ }])
  t.match(explain(web, 'container-dies').errors, [{ message: /NAME/ }])
})

t.test('killed-in=NAME: before and after the command that cannot run again', async (t) => {
  t.match(explain(web, 'killed-in=init').timelines, [{ verdict: 'running', executions: { init: 2 } }])
  const fetch = readFileSync('examples/fetch.yaml', 'utf8')
  const killed = explain(fetch, 'killed-in=fetch')
  t.match(killed.timelines, [
    { verdict: 'running', [forPeople]: { title: /before git clone \(line 1\) starts$/ } },
    { verdict: 'retrying', [forPeople]: { title: /after git clone \(line 1\) starts$/ } },
  ])
  t.match(notes(killed), [/git clone \(line 1\) fails with exit code 128/])
  t.match(explain(web, 'killed-in=app').errors, [{ message: /there is no init container app/ }])
})

t.test('killed-in=NAME: a guard that takes an incomplete file for a complete one is a note, the pod runs', async (t) => {
  const download = {
    name: 'get',
    image: 'curlimages/curl:8.11.0',
    command: ['sh', '-c', '[ -f /d/f ] || curl -fo /d/f https://files.example/f'],
    volumeMounts: [{ name: 'd', mountPath: '/d' }],
  }
  const guarded = pod({ initContainers: [download], containers: [app], volumes: [{ name: 'd', emptyDir: {} }] })
  const killed = explain(guarded, 'killed-in=get')
  t.match(killed.timelines, [{ verdict: 'running' }])
  t.match(notes(killed), [/^If get is killed within curl \(line 1\), it leaves an incomplete \/d\/f that the next run treats as complete;/])
  t.same(notes(explain(guarded, 'init-fails=get:1')), [], 'the scenario says that the second run succeeds')
  t.match(notes(explain(guarded, 'node-reboots')), [
    /^If curl \(line 1\) fails, get skips it when it runs again, because \/d \(emptyDir\) survives/,
  ])
})

t.test('repushed=REF: a note says which image runs after the restart', async (t) => {
  t.same(notes(explain(web, 'repushed=registry.example/app:1')), [
    'After its restart, app still runs the old image: with imagePullPolicy IfNotPresent, the copy on the node is used.',
  ])
  t.same(notes(explain(always, 'repushed=registry.example/app:1')), ['After its restart, app runs the new image.'])
})

t.test('fixed=REF: a corrected Pod starts, and a new pod replaces that of a Deployment', async (t) => {
  const ref = 'fixed=registry.example/app:1'
  t.match(explain(web, ref).timelines, [
    { verdict: 'running', statuses: [/./, /./, /./, 'ErrImagePull', 'ImagePullBackOff', '...', 'Running'] },
  ])
  t.match(explain(apps('Deployment'), ref).timelines, [{ verdict: 'running' }])
  t.match(explain(apps('DaemonSet'), ref).timelines, [{ verdict: 'running' }])
  t.match(explain(apps('StatefulSet', { podManagementPolicy: 'Parallel' }), ref).timelines, [{ verdict: 'running' }])
})

t.test('fixed=REF: a StatefulSet and others keep the broken pod, and a note says what to do', async (t) => {
  const ref = 'fixed=registry.example/app:1'
  for (const [text, note] of [
    [apps('StatefulSet'), /OrderedReady\); delete that pod/],
    [apps('StatefulSet', { podManagementPolicy: 'Parallel', updateStrategy: { type: 'OnDelete' } }), /OnDelete/],
    [apps('DaemonSet', { updateStrategy: { type: 'OnDelete' } }), /OnDelete/],
    [apps('ReplicaSet'), /only to new pods/],
  ] as const) {
    const output = explain(text, ref)
    t.match(output.timelines, [{ verdict: 'retrying' }])
    t.match(notes(output), [note])
  }
  const bad = apps('StatefulSet').replaceAll('registry.example/app:1', 'registry.example/DB:1')
  t.match(explain(bad).timelines[0]?.[forPeople].notes, [/OrderedReady/])
  t.same(notes(explain(apps('StatefulSet'), 'registry-down=registry.example')), [], 'a registry comes back by itself')
})

t.test('a CronJob whose pods cannot start: the note says whether they pile up or block later runs', async (t) => {
  const cronJob = (spec: object, jobSpec: object = {}) =>
    JSON.stringify({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'report' },
      spec: {
        schedule: '*/5 * * * *',
        ...spec,
        jobTemplate: { spec: { ...jobSpec, template: { spec: { restartPolicy: 'Never', containers: [app] } } } },
      },
    })
  const missing = (text: string) => notes(explain(text, 'image-missing=registry.example/app:1'))
  t.match(missing(cronJob({})), [
    /each scheduled run adds another pod that is stuck \(concurrencyPolicy Allow\); set activeDeadlineSeconds/,
  ])
  t.match(missing(cronJob({ concurrencyPolicy: 'Forbid' })), [/the CronJob starts no other Job \(concurrencyPolicy Forbid\)/])
  t.same(missing(cronJob({ concurrencyPolicy: 'Replace' })), [])
  t.same(missing(cronJob({}, { activeDeadlineSeconds: 60 })), [])
  t.match(explain(cronJob({})).timelines[1]?.[forPeople].notes, [/adds another pod/])
})

t.test('repushed=REF with init-fails=NAME: the attempts fail until the fixed image runs, which IfNotPresent never pulls', async (t) => {
  const failing = (imagePullPolicy: string) =>
    pod({ initContainers: [{ ...init, image: 'registry.example/init:1', imagePullPolicy }], containers: [app] })
  for (const conditions of [
    ['init-fails=init', 'repushed=registry.example/init:1'],
    ['repushed=registry.example/init:1', 'init-fails=init'],
  ]) {
    const fixed = explain(failing('Always'), ...conditions)
    t.match(fixed.timelines, [{ verdict: 'running', statuses: [/./, /./, 'Init:Error', /./] }])
    t.match(notes(fixed), [/init runs the new image/])
    const broken = explain(failing('IfNotPresent'), ...conditions)
    t.match(broken.timelines, [{ verdict: 'retrying' }])
    t.match(notes(broken), [/init still runs the old image/])
  }
  const twice = explain(failing('Always'), 'init-fails=init:1', 'repushed=registry.example/init:1')
  t.match(twice.timelines, [{ verdict: 'running', executions: { init: 2 } }])
  t.same(notes(twice), [], 'both attempts are before the push')
  const other = explain(failing('Always'), 'init-fails=init', 'repushed=registry.example/app:1')
  t.match(other.timelines, [{ verdict: 'retrying' }])
})

t.test('registry-down=HOST: one timeline if a condition already says whether the node has each image', async (t) => {
  const { timelines } = explain(always, 'image-cached=registry.example/app:1', 'registry-down=registry.example')
  t.match(timelines, [{ verdict: 'retrying', executions: { app: 0 } }])
  t.notMatch(timelines[0]?.[forPeople].title, 'whether or not the node has the images')
})
