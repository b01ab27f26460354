/** The Dockerfile, built without a container engine: the image answers a review as a non-root user with a read-only root file system. */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import t from 'tap'
import { asArray, at } from '../../src/model/json.ts'
import { ownCertificate } from '../../src/server/certificates/own.ts'
import { root } from './support/control-plane.ts'
import { baseMark, buildImage, imageProblem, processFacts, runImage, startImage } from './support/image.ts'
import { freePort } from './support/processes.ts'
import { opsOf, untilReady } from './support/states.ts'

const problem = imageProblem()

t.test('the image', { skip: problem ?? false }, async (t) => {
  const image = await buildImage(t)
  const home = t.testdir()
  const { ca, cert, key } = await ownCertificate(home, Date.now())
  // Readable by the user of the image, as in a mounted Secret.
  chmodSync(key, 0o644)
  const tls = { tls: home, env: {} }

  t.test('contains the bundle, the pages of the rules and no packages', async (t) => {
    t.equal(image.user, '65532:65532')
    t.same(image.command, ['/nodejs/bin/node', '/app/dist/main.js', 'serve'])
    t.same(readdirSync(join(image.rootFolder, 'app')).sort(), ['LICENSE', 'dist', 'docs', 'manifests', 'package.json'])
    t.ok(existsSync(join(image.rootFolder, 'app/dist/THIRD-PARTY-LICENSES.txt')))
  })

  t.test('is built for both platforms, each on its own base image, with the same files', async (t) => {
    t.same([...image.listed].sort(), ['linux/amd64', 'linux/arm64'])
    const contents = [...image.platforms].map(([name, { architecture, rootFolder }]) => {
      t.equal(architecture, name)
      t.equal(readFileSync(join(rootFolder, baseMark), 'utf8'), name)
      const app = join(rootFolder, 'app')
      const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(app, path)).isFile())
      return new Map(
        files.sort().map((path) => [
          path,
          createHash('sha256')
            .update(readFileSync(join(app, path)))
            .digest('hex'),
        ]),
      )
    })
    t.ok((contents[0]?.size ?? 0) > 50)
    t.same(contents[1], contents[0])
  })

  t.test('runs the command line', async (t) => {
    const version = await runImage(image, { ...tls, args: ['--version'] })
    t.equal(version.stdout.trim(), JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version, version.stderr)
    const page = await runImage(image, { ...tls, args: ['rules', 'image-latest'] })
    t.match(page.stdout, 'image-latest')
    // Only this command loads the Kubernetes client: its error about the missing file shows that the image contains it.
    const cluster = await runImage(image, { ...tls, args: ['serve', '--policy-configmap', 'a/b', '--kubeconfig', '/missing'] })
    t.equal(cluster.code, 2)
    t.match(cluster.stderr, '/missing')
  })

  t.test('answers a review as user 65532 with a read-only root file system', async (t) => {
    const [port, opsPort] = [await freePort(), await freePort()]
    const mounted = (file: string): string => file.replace(home, '/etc/initlint/tls')
    const daemon = startImage(image, {
      tls: home,
      env: {
        INITLINT_PORT: String(port),
        INITLINT_OPS_PORT: String(opsPort),
        INITLINT_TLS_CERT: mounted(cert),
        INITLINT_TLS_KEY: mounted(key),
        INITLINT_TRY: 'off',
        NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=16',
      },
    })
    t.teardown(() => daemon.stop('SIGINT'))
    await untilReady({ daemon, ops: opsOf(`http://127.0.0.1:${opsPort}`) })
    t.match(processFacts(daemon.child.pid ?? 0), { user: '65532 65532 65532 65532', capabilities: /^0+$/, root: /^ro\b/ })
    const review = readFileSync(join(root, 'examples/review.json'), 'utf8')
    const answer = JSON.parse(await post(port, readFileSync(ca, 'utf8'), review))
    t.equal(at(answer, 'response', 'uid'), at(JSON.parse(review), 'request', 'uid'))
    t.ok(asArray(at(answer, 'response', 'warnings')).length > 0)
  })
})

function post(port: number, ca: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/validate', method: 'POST', ca, servername: 'localhost' }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      answer.once('error', reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
