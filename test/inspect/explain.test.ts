/** `explain` below the CLI and HTTP: conditions, defaults without conditions, scripts on a rerun, limits. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { answerJson, explainInputs, explainInScenario, renderExplainPicture, renderExplainText } from '../../src/inspect/index.ts'
import { forPeople } from '../../src/inspect/output.ts'
import { readScenario } from '../../src/startup/scenario/scenario-json.ts'

const example = (name: string) => ({ file: name, text: readFileSync(`examples/${name}`, 'utf8') })
const explain = (text: string, ...conditions: string[]) => explainInputs([{ file: null, text }], { namespace: 'default', conditions })
const podText = (spec: object, name = 'web') => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec })
const app = { name: 'app', image: 'registry.example/app:1' }
const init = { name: 'init', image: 'busybox:1.37', command: ['true'] }
const web = podText({ initContainers: [init], containers: [app] })
const ends = (output: ReturnType<typeof explain>) => output.timelines.map(({ verdict, statuses }) => [verdict, statuses.at(-1)])

t.test('without conditions: the happy start, then the likely failure that ends worst', async (t) => {
  const { timelines, errors } = explainInputs([example('kiada.yaml')], { namespace: 'default', conditions: [] })
  t.same(errors, [])
  t.match(timelines, [
    { conditions: [], verdict: 'running', ready: '1/1', pullPolicies: { 'init-demo': 'IfNotPresent', kiada: 'Always' } },
    { verdict: 'failed', conditions: [String] },
  ])
  t.equal(timelines.length, 2)
})

const titled = (output: ReturnType<typeof explain>) => output.timelines.map((entry) => [entry[forPeople].title, entry.verdict])
const job = (spec: object, more: object = {}) =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'import' },
    spec: { ...more, template: { spec: { restartPolicy: 'Never', ...spec } } },
  })

t.test('the containers of a Job complete, unless their command is known to run forever', async (t) => {
  const base = (text: string) => explain(text).timelines[0]
  t.match(base(job({ containers: [app] })), { verdict: 'completed', statuses: ['Pending', 'ContainerCreating', 'Running', 'Completed'] })
  t.match(base(job({ containers: [app] }, { activeDeadlineSeconds: 600 })), { verdict: 'completed', job: { outcome: 'complete' } })
  const serving = base(job({ containers: [{ ...app, command: ['tail', '-f', '/dev/null'] }] }))
  t.match(serving, { verdict: 'running', statuses: ['Pending', 'ContainerCreating', 'Running'] })
  t.same(serving?.[forPeople].notes, ['app runs tail -f /dev/null, which never completes.'])
  const owned = { apiVersion: 'batch/v1', kind: 'Job', name: 'import', uid: 'u', controller: true }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'import-x', ownerReferences: [owned] } }
  t.match(base(JSON.stringify({ ...pod, spec: { restartPolicy: 'Never', containers: [app] } })), { verdict: 'completed' })
  t.match(explain(job({ containers: [app] }), 'node-reboots').timelines, [
    { verdict: 'completed', job: { pods: [{ number: 1 }, { number: 2 }] } },
  ])
})

t.test('a bare Pod that is not restarted is assumed to run on, and its title says so', async (t) => {
  for (const restartPolicy of ['OnFailure', 'Never']) {
    const [base] = titled(explain(podText({ restartPolicy, containers: [app] })))
    t.same(base, ['if everything works and its containers keep running', 'running'])
  }
  t.same(titled(explain(podText({ containers: [app] })))[0], ['if everything works', 'running'])
})

t.test('an init container that never completes: the pod never runs, whatever the registries do', async (t) => {
  const server = { ...init, command: ['sh', '-c', 'echo start\nexec sleep infinity'] }
  const [base] = explain(podText({ initContainers: [server], containers: [app] })).timelines
  t.match(base, { verdict: 'waiting', statuses: ['Pending', 'Init:0/1'], executions: { init: 1, app: 0 } })
  t.equal(base?.[forPeople].title, 'even if everything else works')
  t.same(base?.[forPeople].notes, ['init runs sleep infinity, which never completes.'])
  const local = { ...init, command: ['sh', '-c', 'until nc -z localhost 8080; do sleep 1; done'] }
  const [deadlock] = explain(podText({ initContainers: [local], containers: [app] })).timelines
  t.match(deadlock, { verdict: 'waiting' })
  t.same(deadlock?.[forPeople].notes, ['init waits for localhost:8080, which starts only after init.'])
  const failing = explain(podText({ initContainers: [server], containers: [app] }), 'init-fails=init:1').timelines
  t.match(failing, [{ verdict: 'waiting', executions: { init: 2 } }])
})

t.test('an init container that never succeeds: the pod never runs, and a note names the rule', async (t) => {
  const base = (command: readonly string[], more: object = {}) =>
    explain(podText({ initContainers: [{ ...init, command }], containers: [app], ...more })).timelines[0]
  const failing = base(['sh', '-c', 'echo start\nexit 3'])
  t.match(failing, {
    verdict: 'retrying',
    statuses: ['Pending', 'Init:0/1', 'Init:Error', 'Init:0/1', 'Init:Error', 'Init:CrashLoopBackOff', '...'],
    executions: { init: 3, app: 0 },
  })
  t.match(failing?.[forPeople], { title: 'even if everything else works', notes: [/^init fails in every run at line 2 of its script;/] })
  t.match(base(['sh', '-c', 'exit 3'], { restartPolicy: 'Never' }), { verdict: 'failed', statuses: ['Pending', 'Init:0/1', 'Init:Error'] })
  const unstarted = base(['sleep 5'])
  t.match(unstarted, { verdict: 'retrying', executions: { init: 0, app: 0 } })
  t.ok(unstarted?.rawStatuses.includes('Init:RunContainerError'))
  t.match(unstarted?.[forPeople].notes, [/^init cannot be started;/])
})

t.test('a sidecar that ends is restarted again and again; one that may run on is assumed to', async (t) => {
  const base = (command: readonly string[], more: object = {}) => {
    const sidecar = { ...init, name: 'agent', command, restartPolicy: 'Always', ...more }
    return explain(podText({ initContainers: [sidecar], containers: [app] })).timelines[0]
  }
  const ends = base(['sh', '-c', 'echo started > /tmp/log'])
  t.match(ends, { verdict: 'retrying', executions: { app: 1 } })
  t.match(ends?.[forPeople], { title: 'even if everything else works', notes: [/^The sidecar agent completes each time/] })
  t.match(base(['sh', '-c', 'echo start; exit 3'])?.[forPeople].notes, [/^The sidecar agent exits with code 3 each time/])
  const unstarted = base(['sleep 5'])
  t.match(unstarted, { verdict: 'retrying', executions: { agent: 0, app: 0 } })
  t.match(unstarted?.[forPeople].notes, ['agent cannot be started.'])
  for (const text of [
    ...['tail -F /var/log/app.log', 'sleep 3600', 'while true; do date; sleep 9; done', 'nginx -g "daemon off;"', '/agent --serve'],
    ...['[ -f /x ] && tail -f /x', 'mkfifo /p; cat /p', 'curl http://db/', 'redis-server & echo started'],
  ])
    t.match(base(['sh', '-c', text]), { verdict: 'running' }, text)
})

t.test('a rejected pod has one timeline, whatever happens', async (t) => {
  t.same(titled(explain(podText({ containers: [{ ...app, image: '' }] }))), [['in every case', 'rejected']])
})

t.test('each condition changes the outcome as documented', async (t) => {
  t.same(ends(explain(web, 'init-fails=init')), [['retrying', '...']])
  t.same(ends(explain(web, 'init-fails=init:2')), [['running', 'Running']])
  t.match(explain(web, 'init-fails=init:2').timelines, [{ executions: { init: 3, app: 1 } }])
  t.same(ends(explain(web, 'image-missing=docker.io/library/busybox:1.37')), [['retrying', '...']])
  t.match(explain(web, 'node-reboots').timelines, [{ executions: { init: 2, app: 2 }, verdict: 'running' }])
  t.match(explain(web, 'node-reboots=5').timelines, [{ scenario: { actions: [{ when: { afterSeconds: 5 }, do: 'node-reboot' }] } }])
  t.match(explain(web, 'node-reboots', 'init-fails=init').timelines, [{ conditions: ['node-reboots', 'init-fails=init'] }])
  const [repulled, ...more] = explain(podText({ containers: [{ name: 'app', image: 'nginx' }] }), 'repushed=nginx').timelines
  t.same(more, [])
  t.equal(repulled?.[forPeople].timeline.lastImageVersions.get('app'), 2, 'Always pulls the new image')
  const [kept] = explain(podText({ containers: [app] }), 'repushed=registry.example/app:1').timelines
  t.equal(kept?.[forPeople].timeline.lastImageVersions.get('app'), 1, 'IfNotPresent keeps the old one')
})

t.test('registry-down: two timelines, or one if the cached image makes no difference', async (t) => {
  t.same(ends(explain(web, 'registry-down=registry.example')), [
    ['retrying', '...'],
    ['running', 'Running'],
  ])
  const always = podText({ containers: [{ ...app, imagePullPolicy: 'Always' }] })
  t.same(titled(explain(always, 'registry-down=registry.example')), [
    ['what if registry registry.example is down, whether or not the node has the images', 'retrying'],
  ])
})

t.test('registry-down: two timelines with the same statuses are shown if other containers start or fail', async (t) => {
  const second = { name: 'second', image: 'registry.example/second:1', imagePullPolicy: 'Always' }
  const sameStatuses = explain(podText({ containers: [second, app] }), 'registry-down=registry.example').timelines
  t.equal(sameStatuses.length, 2)
  t.match(sameStatuses, [{ executions: { app: 0, second: 0 } }, { executions: { app: 1, second: 0 } }])
  const inits = [app, second].map((container) => ({ ...container, name: `init-${container.name}` }))
  t.match(titled(explain(podText({ initContainers: inits, containers: [app] }), 'registry-down=registry.example')), [
    [/a node without the images$/, 'retrying'],
    [/the images are on the node$/, 'retrying'],
  ])
})

t.test('the default second timeline is the one with the images on the node if Always fails there, too', async (t) => {
  const always = { ...app, imagePullPolicy: 'Always' }
  t.match(titled(explain(podText({ containers: [always] })))[1], [/is down, whether or not the node has the images$/, 'retrying'])
  const mixed = podText({ initContainers: [{ ...init, image: 'registry.example/init:1' }], containers: [always] })
  t.match(titled(explain(mixed))[1], [/is down; the images are on the node$/, 'retrying'])
  t.match(titled(explain(podText({ containers: [app] })))[1], [/is down; a node without the images$/, 'retrying'])
})

t.test('conditions and scenarios compare hosts and images whatever their spelling', async (t) => {
  const down = [
    ['retrying', '...'],
    ['running', 'Running'],
  ]
  const spelled = podText({ containers: [{ name: 'app', image: 'Registry.EXAMPLE:0443/app:1' }] })
  for (const host of ['registry.example', 'REGISTRY.example', 'registry.example:443']) {
    t.same(ends(explain(web, `registry-down=${host}`)), down, host)
    t.same(ends(explain(spelled, `registry-down=${host}`)), down, host)
  }
  t.same(ends(explain(web, 'registry-down=index.docker.io')), down)
  t.match(explain(web, 'registry-down=registry.example:80').errors, [{ message: /no image comes from registry\.example:80/ }])
  t.same(ends(explain(web, 'image-missing=REGISTRY.example:443/app:1')), [['retrying', '...']])
  const nginx = podText({ containers: [{ name: 'app', image: 'r.example/nginx' }] })
  const [repulled] = explain(nginx, 'repushed=R.Example:443/nginx').timelines
  t.equal(repulled?.[forPeople].timeline.lastImageVersions.get('app'), 2)
  const verdict = (scenario: object) => {
    const answer = explainInScenario([{ file: null, text: web }], scenario, 'default')
    return answer.ok ? answer.timeline.verdict : answer
  }
  const registries = { 'REGISTRY.example:443': 'down' }
  t.equal(verdict({ registries }), 'retrying')
  t.equal(verdict({ registries, images: { 'Registry.example/app:1': { cached: true } } }), 'running')
})

t.test('the text explains ErrImagePull and ImagePullBackOff by the pull and its back-off', async (t) => {
  const always = podText({ initContainers: [init], containers: [{ ...app, imagePullPolicy: 'Always' }] })
  const text = renderExplainText(explain(always, 'registry-down=registry.example'), false)
  const lines = text.split('\n').filter((line) => / ErrImagePull +0\/1/.test(line))
  t.ok(lines.length > 1)
  for (const line of lines) t.match(line, /registry\.example\/app:1 is requested from its registry: failed \(ErrImagePull\)/)
  t.match(text, / ImagePullBackOff +0\/1 +0 +app waits before it requests registry\.example\/app:1 again/)
})

t.test('an invalid or unfit condition is one error and no timeline', async (t) => {
  for (const [condition, names] of [
    ['registry-down', /HOST/],
    ['registry-down=', /HOST/],
    ['registry-down=quay.io', /docker\.io, registry\.example/],
    ['image-missing=', /REF/],
    ['image-missing=nginx', /busybox:1\.37/],
    ['repushed=nginx', /registry\.example\/app:1/],
    ['init-fails', /NAME/],
    ['init-fails=app', /the init containers are init$/],
    ['init-fails=init:0', /from 1 to 100/],
    ['init-fails=init:101', /from 1 to 100/],
    ['init-fails=init:x', /TIMES/],
    ['init-fails=init:1:1', /TIMES/],
    ['node-reboots=', /AFTER_SECONDS/],
    ['node-reboots=-1', /AFTER_SECONDS/],
    ['node-reboots=86401', /86400/],
    ['moon-is-full', /registry-down=HOST/],
    ['__proto__', /not a condition/],
    ['', /not a condition/],
  ] as const) {
    const { timelines, errors } = explain(web, condition)
    t.same(timelines, [], condition)
    t.equal(errors.length, 1, condition)
    t.match(errors[0]?.message, names)
  }
  t.match(explain(podText({ containers: [app] }), 'init-fails=init').errors, [{ message: /no init container/ }])
})

t.test('a condition applies to the workloads that it fits; it is an error only if it fits none', async (t) => {
  const other = podText({ containers: [app] }, 'other')
  const { timelines, errors } = explain(`${web}\n---\n${other}`, 'init-fails=init')
  t.match(timelines, [{ object: { name: 'web' } }])
  t.same(errors, [])
  t.equal(explain(`${other}\n---\n${other}`, 'init-fails=init').errors.length, 2)
})

t.test('workloads in documents, Lists, reviews, Jobs and CronJobs; an input without workloads is not an error', async (t) => {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [JSON.parse(web), JSON.parse(web)] })
  t.equal(explain(list, 'node-reboots').timelines.length, 2)
  t.match(explain(example('review.json').text, 'node-reboots').timelines, [{ object: { name: 'kiada' } }])
  const spec = { template: { spec: { restartPolicy: 'Never', initContainers: [init], containers: [app] } } }
  const job = JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'import' }, spec: { ...spec, backoffLimit: 1 } })
  const [failing] = explain(job, 'init-fails=init').timelines
  t.match(failing, { verdict: 'failed', job: { outcome: 'failed', reason: 'BackoffLimitExceeded', backoffLimit: 1 } })
  t.equal(failing?.job?.pods.length, 2)
  t.match(renderExplainText(explain(job, 'init-fails=init'), false), /creates 2 pods and fails \(BackoffLimitExceeded\)/)
  const cronJob = JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: { schedule: '@daily', jobTemplate: { spec } },
  })
  t.match(explain(cronJob, 'init-fails=init').timelines, [{ object: { kind: 'CronJob' }, job: { backoffLimit: 6 } }])
  const none = explain('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n')
  t.match(none, { timelines: [], errors: [] })
  t.match(renderExplainText(none, false), /Nothing to explain/)
})

t.test('an unreadable document is an error with a place, the other documents are explained', async (t) => {
  const { timelines, errors } = explain(`a: [\n---\n${web}`, 'node-reboots')
  t.match(errors, [{ line: 2, message: String }])
  t.equal(timelines.length, 1)
})

t.test('a script that is not repeatable: fails on a rerun, with a note', async (t) => {
  const fetch = (...conditions: string[]) => explainInputs([example('fetch.yaml')], { namespace: 'default', conditions })
  const notes = (output: ReturnType<typeof fetch>) => output.timelines.map((entry) => entry[forPeople].notes.length)
  const reboot = fetch('node-reboots')
  t.match(reboot.timelines, [{ verdict: 'retrying', statuses: [/./, /./, /./, 'Running', 'Error'] }])
  t.ok(
    reboot.timelines[0]?.steps.some(({ lane, detail }) => lane === 'fetch' && detail.exitCode === 128),
    'git refuses a directory that is not empty',
  )
  const once = fetch('init-fails=fetch:1')
  t.same(ends(once), [
    ['running', 'Running'],
    ['retrying', '...'],
  ])
  t.same(
    [notes(reboot), notes(once), notes(fetch('init-fails=fetch')), notes(fetch('registry-down=registry.example'))],
    [[1], [0, 1], [0], [0, 0]],
  )
  t.match(renderExplainText(once, false), /git clone \(line 1\) fails with exit code 128 because .*emptyDir.*rm -rf \/src\/shop/)
  t.match(renderExplainPicture(once), /git clone \(line 1\) fails with exit code 128/)
  t.match(notes(explain(web, 'node-reboots')), [0], 'a repeatable script has no note')
})

t.test('a pod that the API server rejects has its message and no steps', async (t) => {
  const refused = explain(podText({ containers: [{ ...app, image: '' }] }), 'node-reboots')
  t.match(refused.timelines, [
    { verdict: 'rejected', phase: null, ready: null, statuses: [], steps: [], rejection: /spec\.containers\[0\]\.image/ },
  ])
  t.match(renderExplainText(refused, false), /rejects it: .*Required value/)
  t.match(renderExplainPicture(refused), /Required value/)
})

t.test('a given scenario: the JSON has the fields of a recording and echoes the input', async (t) => {
  const scenario = { registries: { 'registry.example': 'down' }, mood: 'good' }
  const answer = explainInScenario([{ file: null, text: web }], scenario, 'default')
  t.ok(answer.ok)
  if (!answer.ok) return
  const json = JSON.parse(JSON.stringify(answerJson(answer.timeline)))
  t.strictSame(Object.keys(json), [
    ...['scenario', 'statuses', 'rawStatuses', 'verdict', 'phase', 'ready', 'executions', 'pullPolicies'],
    ...['reasons', 'podReason', 'rejection', 'steps'],
  ])
  t.strictSame(json.scenario, scenario)
  t.match(json, { verdict: 'retrying', phase: 'Pending', ready: '0/1', executions: { init: 1, app: 0 }, podReason: null })
  t.match(renderExplainText({ timelines: [answer.timeline], errors: [] }, false), /unknown key "mood"/)
})

t.test('a given scenario needs exactly one workload and must be valid', async (t) => {
  const problem = (text: string, scenario: unknown) => {
    const answer = explainInScenario([{ file: null, text }], scenario, 'default')
    return answer.ok ? '' : answer.problem
  }
  t.match(problem(`${web}\n---\n${web}`, {}), /there are 2/)
  t.match(problem('kind: x', {}), /no workload/)
  t.match(problem('a: [', {}), /./)
  for (const scenario of [null, 'down', [], 7]) t.match(problem(web, scenario), /not an object/)
  t.match(problem(web, { registries: { 'docker.io': 'sleepy' } }), /registries\["?docker\.io"?\]/)
})

t.test('the scenario of a timeline, given back, leads to the same timeline', async (t) => {
  for (const condition of ['registry-down=docker.io', 'init-fails=init:1', 'node-reboots', 'repushed=registry.example/app:1']) {
    for (const { scenario, statuses, steps } of explain(web, condition).timelines) {
      t.ok(readScenario(scenario).ok)
      const again = explainInScenario([{ file: null, text: web }], JSON.parse(JSON.stringify(scenario)), 'default')
      t.match(again, { ok: true, timeline: { statuses, steps } }, condition)
    }
  }
})

t.test('limits: the number of workloads, and the cost of large ones', async (t) => {
  const limited = (text: string, limits: { workloads: number; starts: number }) =>
    explainInputs([{ file: null, text }], { namespace: 'default', conditions: [], limits })
  const three = limited([web, web, web].join('\n---\n'), { workloads: 2, starts: 1000 })
  t.equal(three.timelines.length, 4)
  t.match(three.errors, [{ message: /: 2 of the workloads/ }])
  t.same(limited([web, web].join('\n---\n'), { workloads: 2, starts: 1000 }).errors, [])
  const names = Array.from({ length: 60 }, (_, index) => ({ ...init, name: `init-${index}`, image: `r${index}.example/x` }))
  const large = podText({ initContainers: names, containers: [app] })
  const spent = limited(`${large}\n---\n${web}`, { workloads: 100, starts: 100 })
  t.match(spent, { timelines: [{ verdict: 'running' }], errors: [{ message: /: 1 of the workloads/ }] })
})
