/** Images for the tests: static busybox in one layer, and a small layer that makes every image and version unique. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { must } from './cell.ts'

/** Content with its digest, as in an OCI image layout. */
interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

/** An image in memory. */
export interface Image {
  readonly manifest: Blob
  readonly config: Blob
  readonly layers: readonly Blob[]
}

/** What distinguishes an image from the others. */
export interface ImageRecipe {
  readonly reference: string
  /** 1 at the pod's creation; a container can read it from /version. */
  readonly version: number
  /** The uid that it runs as, or the name of a user; null for root. */
  readonly user: number | string | null
  /** Executable files besides busybox, by path without the first slash. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** The command; null for an image without one. */
  readonly command?: readonly string[] | null
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const configType = 'application/vnd.oci.image.config.v1+json'
/** Uncompressed: only a few kilobytes are transferred over loopback. */
const layerType = 'application/vnd.oci.image.layer.v1.tar'

/** Returns a function that builds images; they share the layer with busybox. */
export async function imageMaker(): Promise<(recipe: ImageRecipe) => Promise<Image>> {
  const busybox = (await must('sh', ['-c', 'readlink -f "$(command -v busybox)"'])).trim()
  const base = await layer((root) => {
    for (const name of ['bin', 'dev', 'etc', 'lab', 'proc', 'root', 'sys', 'tmp', 'var']) mkdirSync(join(root, name))
    copyFileSync(busybox, join(root, 'bin', 'busybox'))
    for (const applet of ['cat', 'chown', 'cp', 'dd', 'echo', 'kill', 'ls', 'mkdir', 'rm', 'sh', 'sleep', 'tail', 'test', 'touch', 'wc']) {
      symlinkSync('busybox', join(root, 'bin', applet))
    }
  })
  return async ({ reference, version, user, files = {}, command = ['sleep', '1000000'] }) => {
    const own = await layer((root) => {
      writeFileSync(join(root, 'version'), `${version}\n`)
      writeFileSync(join(root, 'reference'), `${reference}\n`)
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), content, { mode: 0o755 })
      }
    })
    return image([base, own], user, command)
  }
}

function image(layers: readonly Blob[], user: ImageRecipe['user'], command: readonly string[] | null): Image {
  const config = blob(
    JSON.stringify({
      architecture: { x64: 'amd64' }[arch() as string] ?? arch(),
      os: 'linux',
      config: { Env: ['PATH=/bin'], ...(command !== null && { Cmd: command }), ...(user !== null && { User: String(user) }) },
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    }),
  )
  const manifest = blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor(config, configType),
      layers: layers.map((each) => descriptor(each, layerType)),
    }),
  )
  return { manifest, config, layers }
}

function descriptor({ digest, bytes }: Blob, mediaType: string): object {
  return { mediaType, digest, size: bytes.length }
}

function blob(content: Buffer | string): Blob {
  const bytes = Buffer.from(content)
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes }
}

/** A layer with the files that `fill` writes into a folder. */
async function layer(fill: (root: string) => void): Promise<Blob> {
  return inFolder(async (folder) => {
    const root = join(folder, 'root')
    mkdirSync(root)
    fill(root)
    const tar = join(folder, 'layer.tar')
    await must('tar', ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-C', root, '-cf', tar, '.'])
    return blob(readFileSync(tar))
  })
}

/**
 * Writes images into one archive in OCI image layout and passes it to `use`.
 * @param images by reference
 */
export async function withArchive(images: ReadonlyMap<string, Image>, use: (path: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const root = join(folder, 'layout')
    mkdirSync(join(root, 'blobs', 'sha256'), { recursive: true })
    for (const { manifest, config, layers } of images.values()) {
      for (const { digest, bytes } of [manifest, config, ...layers]) {
        writeFileSync(join(root, 'blobs', ...digest.split(':')), bytes)
      }
    }
    const manifests = [...images].map(([reference, { manifest }]) => ({
      ...descriptor(manifest, manifestType),
      annotations: { 'io.containerd.image.name': reference },
    }))
    writeFileSync(join(root, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
    writeFileSync(join(root, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
    const archive = join(folder, 'images.tar')
    await must('tar', ['-C', root, '-cf', archive, '.'])
    await use(archive)
  })
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'image-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
