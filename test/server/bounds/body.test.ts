/** Reading bodies, and the check of their structure. */
import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { type Body, readBody } from '../../../src/server/bounds/body.ts'
import { defaultLimits } from '../../../src/server/bounds/limits.ts'
import { Load } from '../../../src/server/bounds/load.ts'
import { isTooComplex } from '../../../src/server/bounds/structure.ts'
import * as fc from '../../support/properties.ts'

const limits = { limit: 1000, prefixBytes: 50, drainBytes: 5000 }

function read(chunks: readonly Buffer[], declared: number, load = new Load(defaultLimits)): Promise<Body> {
  const ticket = load.enter()
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
  t.equal(load.inFlight, 0)
})

t.test('an endless body is cut after drainBytes; a sender that aborts is an error', async (t) => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(100))
    },
  })
  const load = new Load(defaultLimits)
  const body = await new Promise((resolve) => {
    readBody(endless, Number.NaN, limits, load, load.enter(), (_error, body) => resolve(body))
  })
  endless.destroy()
  t.match(body, { kind: 'cut' })
  const gone = new Readable({ read() {} })
  const error = new Promise((resolve) => {
    readBody(gone, 10, limits, load, load.enter(), (error) => resolve(error))
  })
  gone.destroy()
  t.type(await error, Error)
})

t.test('Load: over the limits, requests and bytes are shed; leave releases both', (t) => {
  const load = new Load({ ...defaultLimits, inFlight: 2, heldBytes: 100 })
  const [first, second] = [load.enter(), load.enter()]
  t.equal(load.enter().shed, true)
  t.equal(load.hold(first, 500), true, 'alone')
  t.equal(load.hold(second, 1), false)
  t.equal(second.shed, true)
  load.leave(first)
  load.leave(first)
  load.leave(second)
  t.equal(load.inFlight, 0)
  const third = load.enter()
  t.equal(load.hold(third, 60), true)
  t.equal(load.hold(load.enter(), 40), true)
  t.end()
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
