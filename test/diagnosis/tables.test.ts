import t from 'tap'
import { factNames } from '../../src/diagnosis/evidence.ts'
import { allPatterns, causeNames, causeRecord } from '../../src/diagnosis/index.ts'
import { classify, unwrap } from '../../src/diagnosis/messages/classify.ts'
import { tables } from '../../src/diagnosis/messages/index.ts'

t.test('each pattern matches its example, and its id is unique', (t) => {
  const ids = allPatterns.map(({ id }) => id)
  t.equal(new Set(ids).size, ids.length)
  for (const { id, pattern, example, source } of allPatterns) {
    t.match(example, pattern, id)
    t.not(source, '', `${id} has a source`)
  }
  t.end()
})

/** Examples with a more specific pattern of another cause, which is the one that counts. */
const moreSpecific: Readonly<Record<string, string>> = {
  'inspect-other': 'runtime-down',
  'denied-other-containerd': 'auth-missing',
  'layer-registers': 'disk-full',
}

t.test('the example of each pattern has the cause of the pattern', (t) => {
  for (const [name, patterns] of Object.entries(tables)) {
    for (const { id, cause, example } of patterns) {
      if (name !== 'pull' && id === 'pull-deadline') continue
      t.equal(classify(example, patterns)?.pattern.cause, moreSpecific[id] ?? cause, `${name}: ${id}`)
    }
  }
  t.end()
})

t.test('patterns have no repetition within a repetition, no look-around and no back reference', (t) => {
  for (const { id, pattern } of allPatterns) {
    t.notMatch(pattern.source, /\((?!\?)[^()]*[*+][^()]*\)[*+]|\(\?:[^()]*[*+][^()]*\)[*+]/, id)
    t.notMatch(pattern.source, /\(\?[=!<]|\\[1-9]/, id)
  }
  t.end()
})

t.test('texts of causes name only known facts', (t) => {
  t.equal(causeNames.length, 127)
  for (const name of causeNames) {
    const { means, now, later = '', until = '' } = causeRecord(name)
    for (const [, fact = ''] of `${means} ${now} ${later} ${until}`.matchAll(/\{\{(\w+)\}\}/g))
      t.ok(factNames.has(fact), `${name}: ${fact}`)
    t.notMatch(means, /\.$/, `${name}: no period`)
  }
  t.end()
})

t.test('wrappers are removed from the outside to the inside', (t) => {
  t.equal(
    unwrap('(combined from similar events): Failed to pull image "a:1": rpc error: code = Unknown desc = failed to pull: no match').inner,
    'failed to pull: no match',
  )
  t.equal(unwrap('Back-off pulling image "a:1": ErrImagePull: failed to pull').inner, 'failed to pull')
  t.equal(unwrap('Back-off pulling image "a:1"').inner, '', 'a back-off alone says nothing')
  t.equal(unwrap('Error: ErrImagePull').inner, 'ErrImagePull')
  t.end()
})

t.test('a missing platform is not a missing image, although both end in "not found"', (t) => {
  const text = 'failed to pull and unpack image "a:1": no match for platform in manifest: not found'
  t.equal(classify(text, tables.pull)?.pattern.cause, 'platform-mismatch')
  t.end()
})

t.test('a failed check of a hostPath, as 1.36 and 1.37 word it', (t) => {
  const wordings = [
    'hostPath type check failed: /srv is not a socket file',
    "hostPath type check failed: /srv is not a socket file, it's a Directory",
    'hostPath type check failed, /srv is not a socket file, unable to determine its type: path "/srv" does not exist',
  ]
  for (const wording of wordings) {
    const found = classify(`MountVolume.SetUp failed for volume "v" : ${wording}`, tables.volume)
    t.match(found, { pattern: { cause: 'hostpath-type' }, groups: ['/srv', 'socket file'] }, wording)
  }
  t.end()
})
