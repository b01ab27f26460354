import { Writable } from 'node:stream'
import t from 'tap'
import { answerReview } from '../../src/admission/index.ts'
import { lint } from '../../src/lint/engine.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { createLogger, logReview } from '../../src/server/observe/log.ts'
import { workloadPolicy } from '../policy/support.ts'
import { examplesOf, pageOf, policyOf, sectionsOf } from '../rules/pages.ts'
import * as fc from '../support/properties.ts'
import { portsOf, review } from '../support/reviews.ts'

/** A script, and variables of its container, with a secret in one of the forms in which scripts hold them. */
interface Planted {
  readonly script: string
  readonly env?: readonly object[]
}

const forms: Record<string, (secret: string) => Planted> = {
  'a literal of kubectl': (secret) => ({ script: `kubectl create secret generic s --from-literal=p='${secret}'` }),
  'a literal of kubectl as a word of its own': (secret) => ({ script: `kubectl create secret generic s --from-literal p='${secret}'` }),
  'an assignment': (secret) => ({ script: `PASSWORD='${secret}'\nmkdir /data/$PASSWORD` }),
  'an assignment before a command': (secret) => ({ script: `PGPASSWORD='${secret}' psql -h db -c "CREATE DATABASE app"` }),
  'a variable of the container': (secret) => ({ script: 'mkdir /data/$PW', env: [{ name: 'PW', value: secret }] }),
  'a variable in the middle of a word': (secret) => ({
    script: `kubectl create namespace x\${DB_TOKEN}y`,
    env: [{ name: 'DB_TOKEN', value: secret }],
  }),
  'a variable that Kubernetes expands': (secret) => ({ script: 'mkdir "/data/$(API_KEY)"', env: [{ name: 'API_KEY', value: secret }] }),
  'a default value': (secret) => ({ script: `mkdir "/data/\${PASSWORD:-${secret}}"` }),
  'an echo to a file': (secret) => ({ script: `echo '${secret}' >> /data/token` }),
  'an option': (secret) => ({ script: `wget --password='${secret}' https://h.example/x -O /data/x && mkdir /data/y` }),
  '-p and its value': (secret) => ({ script: `kubectl create job j --image=app -- login -p '${secret}'` }),
  'a password of MySQL': (secret) => ({ script: `mysql -u root -p'${secret}' -e "CREATE DATABASE app"` }),
  'credentials of curl': (secret) => ({ script: `curl -u 'user:${secret}' -o /data/x https://h.example/x && mkdir /data/x.d` }),
  'credentials in a URL': (secret) => ({ script: `git clone 'https://user:${secret}@git.example/r.git' /data/r` }),
  'a header': (secret) => ({ script: `curl -H 'Authorization: Bearer ${secret}' -o /data/x https://h.example/x && mkdir /data/x.d` }),
  'a wait for a host': (secret) => ({ script: `until curl -fs 'http://user:${secret}@db'; do sleep 1; done` }),
  'a file that is followed': (secret) => ({ script: 'tail -f /data/$SECRET', env: [{ name: 'SECRET', value: secret }] }),
  'a sleep of a number that is a secret': (secret) => ({ script: `PIN_TOKEN='${secret}'; touch "$PIN_TOKEN"; mkdir "$PIN_TOKEN.d"` }),
  'an alias of MinIO': (secret) => ({ script: `mc alias set m http://minio:9000 user '${secret}' && mc mb m/b` }),
  'a user of RabbitMQ': (secret) => ({ script: `rabbitmqctl add_user app '${secret}'` }),
  SQL: (secret) => ({ script: `psql -c "CREATE USER app PASSWORD '${secret}'"` }),
  'a nested shell': (secret) => ({ script: `sh -c "kubectl create job j --image=app -- tool --token ${secret} app"` }),
}

/** Texts with a secret, as an operand of `helm install`: the fix for a rerun repeats the command. */
const texts: Readonly<Record<string, (secret: string) => string>> = {
  'a password in a URL': (secret) => `https://user:${secret}@h.example/x`,
  'a parameter of a URL': (secret) => `https://h.example/x?page=2&token=${secret}`,
  'an option with =': (secret) => `tool --password=${secret}`,
  'an option and its value': (secret) => `tool --client-secret ${secret} run`,
  'a variable': (secret) => `DB_PASSWORD=${secret} run`,
  'a header of curl': (secret) => `curl -H "Authorization: Bearer ${secret}" u`,
  'a token of an API': (secret) => `X-Auth-Token: ${secret}`,
  'a user of curl': (secret) => `curl -u user:${secret} u`,
  'a literal of a Secret': (secret) => `kubectl create secret generic s --from-literal=p=${secret}`,
  '-p of an unknown program': (secret) => `login -p ${secret}`,
  '-p of MySQL': (secret) => `mysql -p${secret} app`,
  JSON: (secret) => `{"user":"app","password":"${secret}"}`,
}

/** A word that no message contains by itself. */
const word = fc.stringMatching(/^[g-z]{3}[A-Z][g-z]{2,6}[0-9]{2}$/)
/** Passwords that may contain what has a meaning in shells. */
const odd = fc.tuple(word, fc.constantFrom('', '!', '#', '%', '&', ';', '=', '+', ',', '.', '-'), word).map((parts) => parts.join(''))

function podWith({ script, env = [] }: Planted): object {
  const init = {
    name: 'init',
    image: 'alpine:3.22',
    command: ['sh', '-c', script],
    env,
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  }
  const data = { name: 'data', persistentVolumeClaim: { claimName: 'data' } }
  const spec = { initContainers: [init], containers: [{ name: 'app', image: 'app:1' }], volumes: [data] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec }
}

const audit = Object.fromEntries(registry.rules.map(({ meta }) => [meta.id, 'warn']))
const policies = [
  portsOf(`rules: ${JSON.stringify(audit)}`),
  portsOf('preset: strict'),
  portsOf(`rules: ${JSON.stringify(Object.fromEntries(registry.rules.map(({ meta }) => [meta.id, 'deny'])))}`),
  portsOf(`rules: ${JSON.stringify(audit)}\nwarnTo: {exceptUsers: ["**"]}`, { takesNotes: true }),
]

function sinkTo(written: string[]): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk))
      done()
    },
  })
}

/** Everything that leaves the server because of a review: the reply with its audit annotations, the Events and the log lines. */
function everythingAbout(object: object): string {
  const written: string[] = []
  const log = createLogger('debug', sinkTo(written))
  for (const endpoint of ['validate', 'mutate'] as const) {
    for (const ports of policies) {
      for (const body of [review({ object }), review({ operation: 'UPDATE', object, oldObject: podWith({ script: 'true' }) })]) {
        const answer = answerReview(endpoint, body, ports)
        if (!answer.ok) throw new Error('the review was not read')
        written.push(JSON.stringify([answer.review, answer.note]))
        logReview({ log, logReviews: 'all' }, endpoint, answer.record, 1)
      }
    }
  }
  return written.join('\n')
}

/** The messages of all rules for their author. */
function messagesFor(object: object, body = `rules: ${JSON.stringify(audit)}`): readonly string[] {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const { policy } = readPolicy([{ file: 'policy.yaml', text: `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${body}\n` }], registry, {
    id: 'test',
  })
  if (workload === undefined || policy === undefined) return []
  const decided = workloadPolicy(policy, workload, { namespaceLabels: undefined, now: 0 })
  return lint(workload, decided, registry.rules).diagnostics.map(({ message }) => message)
}

for (const [form, textOf] of Object.entries(texts))
  forms[`in an operand: ${form}`] = (secret) => ({ script: `helm install r ./c --set '${textOf(secret)}'` })

let shownToAuthors = 0
for (const [form, plant] of Object.entries(forms)) {
  t.test(`no reply, Event, audit annotation or log line quotes a secret: ${form}`, async (t) => {
    const secretStays = fc.property(fc.oneof(word, odd), (secret) => {
      const object = podWith(plant(secret))
      const text = everythingAbout(object)
      if (messagesFor(object).some((message) => message.includes(secret))) shownToAuthors += 1
      return text.includes('"uid"') && !text.includes(secret) && !text.includes(JSON.stringify(secret).slice(1, -1))
    })
    t.doesNotThrow(() => fc.assert(secretStays, { numRuns: 25 }))
  })
}

t.test('the author of a manifest sees the text: many of these scripts have messages with the secret', async (t) => {
  t.ok(shownToAuthors >= 18 * 25, `${shownToAuthors} messages`)
})

t.test('several secrets in one script', async (t) => {
  const chosen = fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(forms)), odd), {
    minLength: 2,
    maxLength: 4,
    selector: ([form]) => form,
  })
  const secretsStay = fc.property(chosen, (parts) => {
    const planted = parts.map(([form, secret]) => forms[form]?.(secret) ?? { script: '' })
    const object = podWith({ script: planted.map(({ script }) => script).join('\n'), env: planted.flatMap(({ env = [] }) => env) })
    const text = everythingAbout(object)
    return parts.every(([, secret]) => !text.includes(secret))
  })
  t.doesNotThrow(() => fc.assert(secretsStay, { numRuns: 60 }))
})

t.test('the command and the paths of a masked message stay', async (t) => {
  const text = everythingAbout(podWith({ script: "helm install r ./c --set password='hunter2'" }))
  t.match(text, "helm upgrade --install r ./c --set password='***'")
  const written = everythingAbout(podWith(forms['a variable of the container']?.('hunter2') ?? { script: '' }))
  t.match(written, 'mkdir -p /data/$PW', 'a fix has the words of the script, not the value of the variable')
})

t.test('a fault of a rule is logged without the secrets that its message quotes', async (t) => {
  const written: string[] = []
  const log = createLogger('error', sinkTo(written))
  log.error({ err: new TypeError('cannot read --password=hunter2 of undefined') }, 'a rule failed')
  log.error({ err: 'PASSWORD=hunter2' }, 'a rule failed')
  t.notMatch(written.join(''), /hunter2/)
  const [first] = written.map((line) => JSON.parse(line).err)
  t.match(first, { type: 'TypeError', message: 'cannot read --password=*** of undefined', stack: /secrets\.test\.ts:\d+/ })
})

t.test('an image with credentials is shown without the password; a tag or a digest that looks generated stays', async (t) => {
  const withImage = (image: string) => everythingAbout({ ...podWith({ script: 'true' }), spec: { containers: [{ name: 'app', image }] } })
  for (const image of ['https://user:hunter2@h.example/app:1', 'user:hunter2@h.example/app:1']) {
    const text = withImage(image)
    t.match(text, 'user:***@h.example/app:1 fails with')
    t.notMatch(text, /hunter2/)
  }
  const tag = '3c0d9c0320bb34888c2df5757c718ce6ca992ce6'
  t.match(withImage(`App/x:${tag}`), `App/x:${tag}`)
  t.match(withImage(`h.example:5000/Team/app:1@sha256:${'0a1b2c3d'.repeat(8)}`), '0a1b2c3d0a1b')
})

t.test('an annotation with a secret is quoted without it', async (t) => {
  const object = {
    ...podWith({ script: 'true' }),
    metadata: { name: 'web', namespace: 'default', annotations: { 'initlint.dev/ignore': 'password=hunter2: no' } },
  }
  const text = everythingAbout(object)
  t.match(text, /which is not a rule/)
  t.notMatch(text, /hunter2/)
})

t.test('no message of the examples on the pages of the rules is masked', async (t) => {
  let messages = 0
  for (const { meta } of registry.rules) {
    const sections = sectionsOf(pageOf(meta.id))
    for (const { object } of sections.flatMap(examplesOf)) {
      const body = policyOf(sections) || 'preset: recommended'
      const shown = messagesFor(object as object, body)
      messages += shown.length
      const answer = answerReview('validate', review({ object }), portsOf(body))
      t.notMatch(JSON.stringify(answer), /\*\*\*/, `${meta.id}: nothing is masked`)
    }
  }
  t.ok(messages > 30, `${messages} messages`)
})

/** Data that comes from initlint's own tables, from the manifest outside of scripts, or from the policy. */
const harmless: ReadonlySet<string> = new Set(['at', 'ends', 'after', 'event', 'race', 'replicas', 'sidecar', 'status', 'volume'])

t.test('rules that read scripts declare which data holds their text', async (t) => {
  for (const { meta } of registry.rules.filter((rule) => rule.meta.readsScripts === true)) {
    const placeholders = new Set(
      Object.values<string>(meta.messages).flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name)),
    )
    const declared: readonly string[] = meta.scriptData ?? []
    const undeclared = [...placeholders].filter((name) => !harmless.has(name) && !declared.includes(name))
    // A port of the pod, never a name from the script.
    t.same(undeclared, meta.id === 'init-before-sidecar' ? ['server'] : [], meta.id)
    t.ok(
      declared.every((name) => placeholders.has(name)),
      `${meta.id} declares nothing else`,
    )
  }
})
