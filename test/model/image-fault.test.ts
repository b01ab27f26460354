import t from 'tap'
import { fillTemplate } from '../../src/lint/text.ts'
import { type ImageFaultId, imageFaultOf, imageFaultSentences } from '../../src/model/image-fault.ts'
import { parseImageReference } from '../../src/model/image-reference.ts'

/** A variable: biome refuses `$` with a brace in a plain string. */
const inBraces = (before: string, name: string): string => `${before}{${name}}`
const hex = 'a'.repeat(64)

/** For each cause: references, and the values that the sentence about the first one has. */
const causes: Readonly<Record<ImageFaultId, readonly [references: readonly string[], data?: object]>> = {
  'too-long': [['a'.repeat(256), 'a/'.repeat(5000), `r.example/${'a/'.repeat(150)}b`]],
  template: [
    ['{{ .Values.image.repository }}:{{ .Values.image.tag }}', 'nginx:{{', 'nginx:}}', '{% if x %}nginx{% endif %}', 'nginx:<%= tag %>'],
    { part: '{{ .Values.image.repository }}' },
  ],
  variable: [
    [
      inBraces('nginx:$', 'TAG'),
      inBraces('$', 'IMAGE_URI'),
      '$IMAGE',
      '$(IMAGE)',
      '#{Tag}#',
      '%IMAGE%',
      'FILLED BY THE OPERATOR',
      'docker.io/[YOUR ALIAS]/app:dev',
      'app:[TAG]',
      '[IMAGE]',
      'FILLED_BY_THE_VALIDATOR',
      'put your image here',
      '@IMAGE@',
      '<your-image>',
      '{image}:1',
      'gcr.io/PROJECT_ID/app:1',
    ],
    { part: inBraces('$', 'TAG') },
  ],
  'unbuilt-ko': [['ko://github.com/example/cmd/app', 'KO://example.com/x']],
  'printed-object': [
    [
      'map[repository:nginx tag:1.25]',
      '[object Object]',
      '{repository: nginx, tag: 1}',
      "{'repository': 'nginx'}",
      '[nginx]',
      '%!s(int=1)',
    ],
    { part: 'map[repository:nginx…' },
  ],
  'missing-value': [['nginx:<no value>', 'None:None', 'None', 'r.example/None:1', '<none>:<none>', 'nginx:<nil>'], { part: '<no value>' }],
  scheme: [['https://r.example/app:1', 'docker://nginx', 'docker-pullable://nginx@sha256:1'], { part: 'https://', pin: '' }],
  'no-repository': [[':v0.0.7', 'r.example/:1', 'r.example/team/:1', `@sha256:${hex}`], { part: ':v0.0.7' }],
  'empty-tag': [['nginx:', `nginx:@sha256:${hex}`, 'r.example:5000/app:', 'nginx::1', 'nginx:1:']],
  'no-digest': [['app@', 'app:1@', `app:${hex}@`], { pin: ' and pin a tag' }],
  'white-space': [['ngi nx:1', 'nginx:1 .25', 'nginx\u00a0:1', 'nginx\u0085:1'], { character: 'U+0020 (space)', position: 4, pin: '' }],
  'invisible-character': [
    ['nginx:1.25\u200b', '\ufeffnginx:1', 'ng\u00adinx:1', 'nginx:\u202e1', 'nginx:1\u0000'],
    { character: 'U+200B (zero width space)', position: 11, pin: '' },
  ],
  'two-digests': [[`a@sha256:${hex}@sha256:${hex}`]],
  'digest-joined': [[`nginx:sha256:${hex}`, `nginx:1.25:sha256:${hex}`, `nginx:sha256@${hex}`], { part: 'sha256:aaaaaaa…' }],
  'image-id': [[`sha256:${hex}`, 'sha256:aaaaaaaaaaaa'], { part: 'sha256:aaaaaaa…' }],
  identifier: [[hex]],
  'tag-after-digest': [[`nginx@sha256:${hex}:1.25`], { part: '1.25' }],
  'no-algorithm': [[`nginx@${hex}`]],
  algorithm: [[`nginx@md5:${hex}`, `nginx@SHA256:${hex}`], { part: 'md5' }],
  'digest-length': [['a/b@sha256:abc', 'nginx@sha256:', `nginx@sha512:${hex}`], { part: 'sha256', length: 3, expected: 64 }],
  'digest-upper-case': [[`nginx@sha256:${'A'.repeat(64)}`]],
  digest: [[`nginx@sha256:${'g'.repeat(64)}`], { character: '"g"', position: 14 }],
  'number-tag': [['r.example/app:2.417603e+06', 'app:1E+10'], { part: '2.417603e+06' }],
  'plus-in-tag': [['r.example/app:1.0.0+build.5']],
  'slash-in-tag': [['r.example/web:feature/login', 'web:feature/login', 'r.example:5000/web:a/b/c'], { part: 'feature/login' }],
  'two-tags': [['nginx:1.25:1.26', 'r.example:5000/nginx:a:b'], { first: '1.25', second: '1.26' }],
  port: [['r.example:50o0/app:1', 'r.example:/app'], { part: '50o0' }],
  character: [
    ['r.example/\u00fc:1', 'nginx:1.25\u20132', 'app:tag#1', '"nginx:1"', 'r_x.example:5000/app'],
    { where: 'the repository', character: '"\u00fc" (U+00FC)', position: 11, pin: '' },
  ],
  'upper-case': [['docker.io/Nginx', 'ghcr.io/Acme/Web:1', 'NGINX:1'], { pin: ' and pin a tag' }],
  'tag-start': [['nginx:-x', 'nginx:.x'], { part: '-' }],
  'tag-too-long': [[`nginx:${'a'.repeat(129)}`], { length: 129 }],
  'empty-component': [['r.example:5000//nginx', '/nginx:1', 'nginx/'], { position: 16, pin: ' and pin a tag' }],
  separator: [['r.example/app-/x', 'r.example/a..b:1', '_app:1', 'a___b:1'], { part: 'app-', pin: ' and pin a tag' }],
  host: [['-r.example/x', 'r..example/x:1', '[::1/x:1'], { part: '-r.example' }],
}

for (const [id, [references, data = {}]] of Object.entries(causes)) {
  t.test(`image faults: ${id}`, async (t) => {
    for (const [index, text] of references.entries()) {
      const found = imageFaultOf(text)
      t.equal(found?.id, id, text)
      t.equal(found?.isLegal, parseImageReference(text).ok, `legal: ${text}`)
      if (index === 0) t.strictSame(found?.data, data, text)
      const sentence = fillTemplate(imageFaultSentences[id as ImageFaultId], found?.data ?? {}, 300)
      t.notMatch(sentence.replace(String(found?.data.part), ''), /\{\{/, 'every placeholder is filled')
    }
  })
}

t.test('image faults: legal names that are certainly not meant', async (t) => {
  for (const [text, id] of [
    ['null:null', 'missing-value'],
    ['null', 'missing-value'],
    ['nginx:null', 'missing-value'],
    ['none:none', 'missing-value'],
    ['undefined/app:1', 'missing-value'],
    ['REGISTRY/app:1', 'variable'],
    ['nginx:__TAG__', 'variable'],
    ['nginx:REPLACE_ME', 'variable'],
    [`ghcr.io/team/app/sha256:${hex}`, 'digest-joined'],
  ] as const) {
    const found = imageFaultOf(text)
    t.equal(found?.id, id, text)
    t.equal(found?.isLegal, true, text)
  }
})

t.test('image faults: ordinary references have none', async (t) => {
  for (const text of [
    '',
    'nginx',
    'nginx:1.27',
    'nginx:LATEST',
    'nginx:none',
    'r.example/none/app:1',
    'r.example/null/app:1',
    'r.example:5000/a__b/c-d.e:V1_2',
    '[::1]:5000/x',
    'localhost/x',
    `nginx:1@sha256:${hex}`,
    `nginx@sha512:${hex}${hex}`,
    'nginx:sha256-abc.sig',
    `nginx:${hex}`,
    'Luksa/kiada:1',
  ])
    t.equal(imageFaultOf(text), undefined, text)
})

t.test('image faults: every reference that the grammar refuses has a cause, and the search takes linear time', async (t) => {
  const pieces = ['{', '${', '$(', '<', '[', 'map[', '%', '@', '@A', ':', '/', 'sha256:', 'a', 'A', '-', '\u200b', ' ', '\u{1f600}', '+']
  for (const piece of pieces) {
    for (const count of [1, 2, 3, 100, 4000]) {
      const text = piece.repeat(count)
      const parsed = parseImageReference(text)
      if (!parsed.ok) t.ok(imageFaultOf(text, parsed), JSON.stringify(text.slice(0, 20)))
    }
    for (const other of pieces) {
      const text = `r.example/${piece}x${other}`
      if (!parseImageReference(text).ok) t.ok(imageFaultOf(text), text)
    }
  }
})
