/** Reading bodies, and the check of their structure. */
import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { type Body, readBody } from '../../../src/server/bounds/body.ts'
import { defaultLimits } from '../../../src/server/bounds/limits.ts'
import { Load } from '../../../src/server/bounds/load.ts'
import { isTooComplex } from '../../../src/server/bounds/structure.ts'
import * as fc from '../../support/properties.ts'
import { until } from '../../support/waiting.ts'

const limits = { limit: 1000, prefixBytes: 50, drainBytes: 5000 }

function read(chunks: readonly Buffer[], declared: number, load = new Load(defaultLimits)): Promise<Body> {
  const ticket = load.begin('10.0.0.1')
  return new Promise((resolve, reject) => {
    readBody(Readable.from(chunks, { objectMode: false }), declared, limits, load, ticket, (error, body) => {
      load.leave(ticket)
      if (body === undefined) reject(error)
      else resolve(body)
    })
  })
}

t.test('any body in any chunks, with or without Content-Length, is read completely or cut to its prefix', async (t) => {
  const load = new Load({ ...defaultLimits, inFlight: 1 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 8 }),
      fc.boolean(),
      async (parts, isDeclared) => {
        const chunks = parts.map((part) => Buffer.from(part))
        const whole = Buffer.concat(chunks)
        const body = await read(chunks, isDeclared ? whole.length : Number.NaN, load)
        const expected: Body =
          whole.length <= limits.limit ? { kind: 'whole', bytes: whole } : { kind: 'cut', prefix: whole.subarray(0, limits.prefixBytes) }
        return isDeepStrictEqual(body.kind === 'whole' ? body.bytes : body, expected.kind === 'whole' ? expected.bytes : expected)
      },
    ),
  )
  t.same([load.inFlight, load.unfinished], [0, 0])
})

t.test('an endless body is cut after drainBytes; a sender that aborts is an error', async (t) => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(100))
    },
  })
  const load = new Load(defaultLimits)
  const body = await new Promise((resolve) => {
    readBody(endless, Number.NaN, limits, load, load.begin('10.0.0.1'), (_error, body) => resolve(body))
  })
  endless.destroy()
  t.match(body, { kind: 'cut' })
  const gone = new Readable({ read() {} })
  const error = new Promise((resolve) => {
    readBody(gone, 10, limits, load, load.begin('10.0.0.1'), (error) => resolve(error))
  })
  gone.destroy()
  t.type(await error, Error)
})

t.test('a body that gives way to others is not read any further', async (t) => {
  const load = new Load({ ...defaultLimits, unfinishedBodies: 1 })
  const slow = new Readable({ read() {} })
  const ticket = load.begin('10.0.0.1')
  const body = new Promise((resolve) => {
    readBody(slow, 10, limits, load, ticket, (_error, body) => resolve(body))
  })
  slow.push('{')
  await until('the server has read the first byte', () => ticket.held === 1)
  load.begin('10.0.0.2')
  t.same(await body, { kind: 'shed' })
  t.equal(ticket.held, 0)
  t.ok(slow.isPaused())
})

t.test('isTooComplex: large bodies with many brackets or commas, except within strings', (t) => {
  const mebibyte = 1024 * 1024
  const bytes = (text: string) => Buffer.from(text)
  t.equal(isTooComplex(bytes('['.repeat(1000))), false, 'small bodies are not checked')
  t.equal(isTooComplex(bytes('['.repeat(2 * mebibyte))), true)
  t.equal(isTooComplex(bytes('{},'.repeat(2 * mebibyte))), true)
  t.equal(isTooComplex(bytes('0,'.repeat(3 * mebibyte))), true)
  t.equal(isTooComplex(bytes(JSON.stringify({ script: '[{,"\\'.repeat(2 * mebibyte) }))), false)
  t.equal(isTooComplex(bytes(`"${'\\"['.repeat(2 * mebibyte)}`)), false, 'a string that never ends')
  t.end()
})
