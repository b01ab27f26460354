/** Image references for comparing our parser with Kubernetes' own: mostly plausible, often broken in one place. */
import * as fc from '../../support/properties.ts'

const hex = (length: number): string => '0123456789abcdef'.repeat(16).slice(0, length)

/** For each part of a reference: valid values, and odd ones that are invalid or nearly invalid. */
const hosts = {
  valid: [
    ...[
      'docker.io',
      'index.docker.io',
      'registry-1.docker.io',
      'ghcr.io',
      'localhost',
      'localhost:5000',
      'r:5000',
      'registry.corp.example:443',
      'x',
    ],
    ...[
      '10.0.0.1',
      '10.0.0.1:5000',
      '[::1]:5000',
      '[2001:db8::1]',
      '[::ffff:abcd]',
      'UPPER',
      'Upper.io',
      'xn--bcher-kva.example',
      'a.io:99999999',
    ],
  ],
  odd: [
    ...[
      '[fe80::1%eth0]:5000',
      '[::ffff:1.2.3.4]',
      '[]',
      '::1',
      'my_host',
      'my_host.io',
      'my_host.io:5000',
      'a..b',
      '-a.io',
      'a-.io',
      'a.io.',
      '.a.io',
    ],
    ...['a.io:', 'a.io:port', 'http:', 'My_host.io', 'a__b.io', 'a___b.io', '_a.io'],
  ],
}
const components = {
  valid: [
    'nginx',
    'luksa',
    'kiada',
    'library',
    'a',
    '0',
    'a.b',
    'a_b',
    'a__b',
    'a-b',
    'a---b',
    'docker.io',
    'localhost',
    `${hex(64)}0`,
    hex(63),
    'x'.repeat(100),
  ],
  odd: [
    ...[
      'a___b',
      'a.-b',
      'a..b',
      '-a',
      'a-',
      '_a',
      'a_',
      '.a',
      'a.',
      'Nginx',
      'NGINX',
      '',
      ' ',
      'é',
      '中',
      'a b',
      'a\tb',
      hex(64),
      'x'.repeat(200),
    ],
    ...['ſ', 'İ', 'ﬀ', 'a%20b', 'Ω'],
  ],
}
const tags = {
  valid: ['latest', 'LATEST', 'Latest', '1.27', 'v1', 'V1', '_x', 'x.', 'x-', '1'.repeat(128)],
  odd: ['.x', '-x', '', ' ', 'a:b', 'a/b', 'é', '1'.repeat(129), 'latest\n', 'a+b'],
}
const digests = {
  valid: [`sha256:${hex(64)}`, `sha512:${hex(128)}`, `sha384:${hex(96)}`],
  odd: [
    ...[
      `sha256:${hex(63)}`,
      `sha256:${hex(65)}`,
      `sha1:${hex(40)}`,
      `md5:${hex(32)}`,
      `sha256:${hex(64).toUpperCase()}`,
      `SHA256:${hex(64)}`,
    ],
    ...[
      `sha256+b64:${hex(64)}`,
      `sha512:${hex(64)}`,
      'sha256:',
      'sha256',
      ':',
      '',
      hex(64),
      `sha256:${'g'.repeat(64)}`,
      `blake3:${hex(64)}`,
    ],
    ...[`sha256::${hex(64)}`, `sha256.x:${hex(64)}`, `0sha256:${hex(64)}`, `sha256:${hex(64)}@sha256:${hex(64)}`],
  ],
}

/** A part of a reference: mostly valid, sometimes odd, sometimes generated. */
const part = (
  list: { readonly valid: readonly string[]; readonly odd: readonly string[] },
  generated: fc.Arbitrary<string>,
): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...list.valid) },
    { weight: 2, arbitrary: fc.constantFrom(...list.odd) },
    { weight: 1, arbitrary: generated },
  )

const nameCharacters = fc.constantFrom(...'abz019._-/:@A[] \n%é')
const anything = fc.string({ unit: 'grapheme', maxLength: 30 })
const sprinkled = fc.array(nameCharacters, { maxLength: 40 }).map((characters) => characters.join(''))
const optional = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), arbitrary)

const assembled = fc
  .tuple(
    optional(part(hosts, anything).map((host) => `${host}/`)),
    fc.array(part(components, fc.stringMatching(/^[a-z0-9._-]{1,20}$/)), { minLength: 1, maxLength: 3 }).map((list) => list.join('/')),
    optional(part(tags, fc.stringMatching(/^[\w.-]{1,20}$/)).map((tag) => `:${tag}`)),
    optional(part(digests, fc.stringMatching(/^[a-z0-9+._-]{1,8}:[0-9a-f]{30,70}$/)).map((digest) => `@${digest}`)),
  )
  .map((parts) => parts.join(''))

/** Unusual references, each of which has revealed a bug somewhere. */
const handPicked: readonly string[] = [
  ...[
    '',
    ' ',
    'ROOT',
    'http://x',
    'https://docker.io/nginx',
    'nginx',
    'nginx:latest',
    'r:5000/x',
    'localhost:5000/busybox',
    'localhost/busybox',
  ],
  ...[hex(64), `${hex(64)}:tag`, `library/${hex(64)}`, `docker.io/${hex(64)}`, `sha256:${hex(64)}`, `nginx@sha256:${hex(64)}`],
  ...[
    `nginx:latest@sha256:${hex(64)}`,
    `nginx:1.2@sha256:${hex(64)}`,
    `nginx@sha256:${hex(64)}:latest`,
    'nginx:',
    'nginx@',
    ':latest',
    '@',
    '/',
    '//',
    '/nginx',
    'nginx/',
  ],
  ...[
    'docker.io',
    'docker.io/',
    'docker.io/nginx',
    'index.docker.io/nginx',
    'index.docker.io/library/nginx',
    'DOCKER.IO/nginx',
    'Luksa/kiada',
    'luksa/Kiada',
  ],
  ...[
    '[::1]/x',
    '[::1]:5000/x',
    '[::1%lo]:5000/x',
    '::1/x',
    '[2001:DB8::1]/x',
    '[::1',
    '[::1]x/y',
    'a:b:c',
    'a:b/c:d',
    'a/b:c/d',
    'a@b@c',
    '\u0000',
    '\ufeffnginx',
    'nginx\u200b',
  ],
  ...[
    'nginx ',
    ' nginx',
    'nginx\n',
    'nginx:1.2\n',
    'nginx\r',
    'ngi\u00a0nx',
    '\ud83d\ude00',
    'İ/x',
    'ſ.io/x',
    'K.io/x',
    'K/x',
    'ẞ/x',
    'ﬀ/x',
    'ǅ/x',
    'x'.repeat(256),
    `r.io/${'x'.repeat(255)}`,
  ],
  ...[
    `r.io/${'x'.repeat(256)}`,
    `${'x'.repeat(255)}`,
    `${'x'.repeat(247)}`,
    `${'x'.repeat(248)}`,
    `a/${'b/'.repeat(126)}c`,
    `${'h'.repeat(300)}.io/x`,
    'x'.repeat(5000),
    `nginx:${'1'.repeat(5000)}`,
  ],
]

/**
 * References, the same on every call.
 * @param count how many are generated in addition to the hand-picked ones
 */
export function imageReferences(count: number): readonly string[] {
  const generated = fc.sample(
    fc.oneof({ weight: 6, arbitrary: assembled }, { weight: 1, arbitrary: sprinkled }, { weight: 1, arbitrary: anything }),
    {
      numRuns: count,
      seed: 1_360_003,
    },
  )
  // JSON turns lone surrogates into U+FFFD on the way to Go, so that the two sides would not see the same text.
  return [...handPicked, ...generated].filter((text) => text.isWellFormed())
}
