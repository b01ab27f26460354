/** Reading and filling the Secret, and patching the caBundle. */
import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { type Authority, type Content, readContent, secretKeys } from '../../src/cluster/certificates/content.ts'
import { defaultTimes, isAcceptable, nextCertificates, type View } from '../../src/cluster/certificates/decide.ts'
import { makeContent } from '../../src/cluster/certificates/secret.ts'
import { bundlePatch, injectorOf, trustedBy } from '../../src/cluster/webhook-registration.ts'
import { makeAuthority, signServing } from '../../src/server/certificates/make.ts'
import * as fc from '../support/properties.ts'

const names = { dns: ['initlint.initlint.svc', 'initlint.initlint.svc.cluster.local'], ip: [] }
const day = 24 * 60 * 60 * 1000
const now = Date.UTC(2026, 10, 1)
const empty = readContent({}, names, [])

function view(content: Content, rest: Partial<View> = {}): View {
  return { content, memory: undefined, now, heldFor: () => Number.POSITIVE_INFINITY, waited: Number.POSITIVE_INFINITY, ...rest }
}

/** The data that a single replica writes into the Secret at a time. */
async function filled(content = empty, at = now): Promise<Record<string, string>> {
  const decision = nextCertificates(view(content, { now: at }), defaultTimes)
  if (decision.do === 'keep') throw new Error('nothing to do')
  return await makeContent(decision, content, names, at, defaultTimes)
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

t.test('an empty Secret is filled with a CA and a serving certificate that the API server accepts', async (t) => {
  const data = await filled()
  const content = readContent(data, names, [])
  t.same(content.problems, [])
  t.ok(isAcceptable(view(content), defaultTimes))
  t.match(nextCertificates(view(content), defaultTimes), { do: 'keep', lookAt: now + 60 * day })
  const leaf = new X509Certificate(content.leaf?.cert ?? '')
  const ca = new X509Certificate(content.authorities[0]?.cert ?? '')
  t.ok(ca.ca && leaf.checkIssued(ca) && leaf.verify(ca.publicKey) && !leaf.ca)
  t.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  t.equal(leaf.subjectAltName, 'DNS:initlint.initlint.svc, DNS:initlint.initlint.svc.cluster.local')
  t.equal(Date.parse(leaf.validFrom), now - day / 24, 'one hour for clocks that differ')
  t.equal(Date.parse(leaf.validTo), now + 90 * day)
  t.equal(Date.parse(ca.validTo), now + 3650 * day)
  const another = readContent(await filled(), names, [])
  const serials = [content, another].map(({ authorities, leaf }) => [authorities[0]?.cert, leaf?.cert])
  t.equal(new Set(serials.flat().map((pem) => new X509Certificate(pem ?? '').serialNumber)).size, 4)
})

t.test('certificate and CA are renewed at two thirds of their life, and a new CA signs only after its propagation', async (t) => {
  const first = readContent(await filled(), names, [])
  const renewed = readContent(await filled(first, now + 61 * day), names, [])
  t.equal(renewed.authorities[0]?.id, first.authorities[0]?.id)
  t.not(renewed.leaf?.cert, first.leaf?.cert)
  const late = now + 2440 * day
  const old = readContent(await filled(first, late - day), names, [])
  const changed = readContent(await filled(old, late), names, [])
  t.same(changed.authorities.slice(1), old.authorities)
  t.same(changed.leaf, old.leaf, 'still one that every API server trusts')
  const unknown = view(changed, { now: late, heldFor: () => undefined })
  t.match(nextCertificates(unknown, defaultTimes), { do: 'keep' })
  const young = view(changed, { now: late, heldFor: () => 60_000 })
  t.match(nextCertificates(young, defaultTimes), { do: 'keep', lookAt: late + defaultTimes.propagation - 60_000 })
  const used = readContent(await filled(changed, late + 600_000), names, [])
  t.equal(used.leaf?.issuer, used.authorities[0]?.id)
  t.equal(used.authorities.length, 2)
  const gone = readContent(await filled(used, late + 91 * day), names, [])
  t.equal(gone.authorities.length, 1)
  const last = new X509Certificate(readContent(await filled(first, now + 3640 * day), names, []).leaf?.cert ?? '')
  t.ok(Date.parse(last.validTo) <= now + 3650 * day, 'expires no later than its CA')
})

t.test('unusable content of the Secret is reported and replaced', async (t) => {
  const good = await filled()
  const other = await filled()
  const foreign = await makeAuthority('initlint CA', { now, life: day })
  const otherName = await signServing(foreign, { dns: ['other.svc'], ip: [] }, { now, life: day })
  const { cert, key, authorities, authorityKey } = secretKeys
  for (const [what, data, problem] of [
    ['no PEM', { ...good, [cert]: base64('nonsense') }, /cannot be read/],
    ['key of another', { ...good, [key]: other[key] ?? '' }, /does not belong/],
    ['other names', { ...good, [cert]: base64(otherName.cert), [key]: base64(otherName.key) }, /is not valid for initlint.initlint.svc/],
    [
      'another CA',
      { ...good, [authorities]: other[authorities] ?? '', [authorityKey]: other[authorityKey] ?? '' },
      /is not signed by a CA/,
    ],
    ['no CA', { ...good, [authorities]: good[cert] ?? '' }, /no CA certificate/],
    ['no CA key', { ...good, [authorityKey]: '' }, /is not the key/],
    ['no base64', { ...good, [cert]: '\u0000%%%' }, /cannot be read|is not/],
  ] as const) {
    const content = readContent(data, names, [])
    t.match(content.problems.join('; '), problem, what)
    t.notMatch(content.problems.join('; '), 'PRIVATE')
    const repaired = readContent(await filled(content), names, [])
    t.same(repaired.problems, [], what)
  }
})

t.test('reading a Secret with any content never throws', async (t) => {
  const good = await filled()
  const value = fc.oneof(fc.string().map(base64), fc.string(), fc.constantFrom(...Object.values(good)))
  const data = fc.dictionary(fc.constantFrom(...Object.values(secretKeys), '__proto__', 'constructor'), value)
  fc.assert(
    fc.property(data, (data) => {
      const content = readContent(data, names, [])
      return content.problems.length > 0 || content.leaf !== undefined
    }),
    { numRuns: 200 },
  )
  t.pass()
})

t.test('a patch of the caBundle changes only what differs and tests the resource version', async (t) => {
  const { authorities } = readContent(await filled(), names, [])
  const [authority] = authorities as [Authority]
  const caBundle = base64(authority.cert)
  const hook = (bundle?: string) => ({
    name: 'validate.initlint.dev',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    clientConfig: bundle === undefined ? {} : { caBundle: bundle },
  })
  const configuration = (...bundles: (string | undefined)[]) => ({
    metadata: { name: 'initlint', resourceVersion: '7' },
    webhooks: bundles.map(hook),
  })
  t.equal(bundlePatch(configuration(caBundle, caBundle), authorities), undefined)
  t.equal(bundlePatch(configuration(), authorities), undefined)
  for (const wrong of [undefined, base64('nonsense'), base64((await makeAuthority('x', { now, life: day })).cert)]) {
    t.same(bundlePatch(configuration(caBundle, wrong), authorities), [
      { op: 'test', path: '/metadata/resourceVersion', value: '7' },
      { op: 'add', path: '/webhooks/1/clientConfig/caBundle', value: caBundle },
    ])
  }
  t.same(trustedBy(configuration(caBundle, caBundle)), new Set([authority.id]))
  t.equal(trustedBy(configuration(caBundle, undefined))?.size, 0)
  t.equal(trustedBy(configuration()), undefined)
  t.equal(injectorOf({ metadata: { annotations: { 'cert-manager.io/inject-ca-from': 'a/b' } } }), 'cert-manager.io/inject-ca-from')
  t.equal(injectorOf({ metadata: {} }), undefined)
})
