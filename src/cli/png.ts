/**
 * Pictures as PNG, by an optional package: it consists of binaries for each platform, and few users need it. It is looked for next to
 * initlint and never in the working directory, whose files may be anybody's.
 */
import { messageOf, UsageError } from './exit.ts'

/** Draws an SVG document as PNG. */
export type PngRenderer = (svg: string) => Uint8Array

/** The package, under MPL-2.0, with prebuilt binaries; nothing is compiled at installation. */
export const pngPackage = '@resvg/resvg-js'

/** The part of the package that is used. */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: { readonly fitTo: { readonly mode: 'zoom'; readonly value: number }; readonly logLevel: 'off' },
  ) => { render(): { asPng(): Uint8Array } }
}

/** For screens with two pixels per unit. */
const zoom = 2

/** More pixels need hundreds of megabytes, four bytes each; the picture is scaled down instead. */
const maxPixels = 64e6

/**
 * Loads the package.
 * @param load imports a module by its name; tests pass their own
 * @throws UsageError that names the package if it is not installed or does not work on this platform
 */
export async function pngRenderer(load: (name: string) => Promise<unknown> = (name) => import(name)): Promise<PngRenderer> {
  let loaded: Resvg
  try {
    loaded = (await load(pngPackage)) as Resvg
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    throw new UsageError(
      isMissing
        ? `--format png needs the optional package ${pngPackage}, which is not installed next to initlint; run npm install ${pngPackage} (with --global if initlint is installed globally).`
        : `--format png: ${pngPackage} cannot be loaded: ${messageOf(error)}.`,
    )
  }
  return (svg) => {
    try {
      return new loaded.Resvg(svg, { fitTo: { mode: 'zoom', value: zoomOf(svg) }, logLevel: 'off' }).render().asPng()
    } catch (error) {
      throw new UsageError(`--format png: ${pngPackage} cannot draw the picture: ${messageOf(error)}.`)
    }
  }
}

function zoomOf(svg: string): number {
  const [, width = '1', height = '1'] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
  return Math.min(zoom, Math.sqrt(maxPixels / (Number(width) * Number(height))))
}
