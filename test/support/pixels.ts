/** What is on a picture: its pixels, decoded. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { decode } from 'fast-png'

/** A color as `#rrggbb`. */
export type Color = string

export interface Pixels {
  readonly width: number
  readonly height: number
  color(x: number, y: number): Color
}

/** Decodes a PNG with at least eight bits per channel. */
export function pixelsOf(png: Uint8Array): Pixels {
  const { width, height, channels, data } = decode(png)
  const gray = channels < 3
  return {
    width,
    height,
    color: (x, y) => {
      const at = (y * width + x) * channels
      return `#${[0, 1, 2].map((channel) => (data[gray ? at : at + channel] ?? 0).toString(16).padStart(2, '0')).join('')}`
    },
  }
}

export interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** How many pixels of an area have each color, the most frequent one first. */
export function colorsIn({ width, height, color }: Pixels, area?: Area): ReadonlyMap<Color, number> {
  const { left, right, top, bottom } = area ?? { left: 0, right: width, top: 0, bottom: height }
  const counts = new Map<Color, number>()
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, right); x++) {
      const found = color(x, y)
      counts.set(found, (counts.get(found) ?? 0) + 1)
    }
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a))
}

/** Contrast ratio of two colors (WCAG 2.2, "contrast ratio" and "relative luminance"): 1 for equal ones, 21 for black on white. */
export function contrast(one: Color, other: Color): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast of the most frequent color of an area to the color that differs most from it. */
export function contrastIn(pixels: Pixels, area: Area): number {
  const [background = '#000000', ...others] = colorsIn(pixels, area).keys()
  return Math.max(1, ...others.map((color) => contrast(background, color)))
}

/** The path of the first of these programs that is installed. */
export function programPath(...names: readonly string[]): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find((path) => existsSync(path))
}

/** Draws an SVG document with librsvg. @throws Error if rsvg-convert (Debian: librsvg2-bin) is not installed or fails */
export function drawWithLibrsvg(svg: string, zoom: number): Pixels {
  const { status, stdout, stderr, error } = spawnSync('rsvg-convert', ['--zoom', String(zoom)], { input: svg, maxBuffer: 1e9 })
  if (status !== 0) throw new Error(`rsvg-convert: ${error?.message ?? stderr.toString()}`)
  return pixelsOf(stdout)
}
