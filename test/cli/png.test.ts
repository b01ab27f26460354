import t from 'tap'
import { UsageError } from '../../src/cli/exit.ts'
import { pngPackage, pngRenderer } from '../../src/cli/png.ts'

const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })

t.test('without the package, a usage error names it and the command that installs it', async (t) => {
  const error = await pngRenderer(() => Promise.reject(missing)).catch((error: unknown) => error)
  t.ok(error instanceof UsageError)
  t.match(error, { message: `npm install ${pngPackage}` })
})

t.test('a package that fails to load or to draw is a usage error with the cause', async (t) => {
  await t.rejects(
    pngRenderer(() => Promise.reject(new Error('no binary for this platform'))),
    { name: 'UsageError', message: /no binary for this platform/ },
  )
  class Resvg {
    render(): never {
      throw new Error('too large')
    }
  }
  const draw = await pngRenderer(() => Promise.resolve({ Resvg }))
  t.throws(() => draw('<svg/>'), { name: 'UsageError', message: /too large/ })
})

t.test('pictures are drawn at twice their size, and smaller if that needs too much memory', async (t) => {
  const zooms: number[] = []
  class Resvg {
    constructor(_: string, { fitTo }: { readonly fitTo: { readonly value: number } }) {
      zooms.push(fitTo.value)
    }
    render() {
      return { asPng: () => new Uint8Array([1]) }
    }
  }
  const draw = await pngRenderer(() => Promise.resolve({ Resvg }))
  t.same(draw('<svg viewBox="0 0 760 400">'), new Uint8Array([1]))
  draw('<svg viewBox="0 0 1000 640000">')
  t.equal(zooms[0], 2)
  t.ok((zooms[1] ?? 1) <= 0.3162278 && (zooms[1] ?? 0) > 0.3)
})
