/** The node on which pods get stuck: registries, images and controllers, and what cures outside of the cluster need. */
import { createServer, type Server } from 'node:http'
import { asString, at, type JsonObject } from '../../../src/model/json.ts'
import { type Finished, run } from '../../cluster/support/processes.ts'
import { binaries } from '../../cluster/support/programs.ts'
import { placeImages } from '../record/place-images.ts'
import { commonFiles, commonImage, type RecordedImage } from '../record/scenario.ts'
import { must } from '../support/cell.ts'
import { imageMaker } from '../support/images.ts'
import { type Node, pauseImage } from '../support/node.ts'
import { type Registries, startRegistries } from '../support/registries.ts'
import { importImages } from '../support/world.ts'
import { type Gates, startGates } from './gates.ts'
import { type ClusterWatch, watchCluster } from './watch.ts'

export interface Lab {
  readonly node: Node
  readonly registries: Registries
  readonly gates: Gates
  readonly watch: ClusterWatch
  /** Puts images on the node or into their registry, as a build would. */
  provide(images: Readonly<Record<string, RecordedImage>>): Promise<void>
  /** Runs a command line as it was printed, with kubectl on the PATH. */
  shell(command: string): Promise<Finished>
  /** Runs kubectl in a namespace; it must succeed. */
  kubectl(namespace: string, args: readonly string[], input?: object): Promise<string>
  /** Starts an HTTP server at `serverAddress`. */
  listen(port: number): Promise<Server>
}

/** The address of servers that pods need. Pods are on the network of the node, so that 127.0.0.1 is the node. */
const serverAddress = '10.250.0.2'

/** Controllers for quotas and for claims. */
const moreControllers = ['resourcequota-controller', 'persistentvolume-binder-controller']

export async function startLab(node: Node): Promise<Lab> {
  const makeImage = await imageMaker()
  const registries = await startRegistries(node)
  for (const host of ['registry.test', 'private.test']) await registries.set(host, 'up')
  await registries.set('stopped.test', 'down')
  const common = await makeImage({ reference: commonImage, version: 1, user: null, files: commonFiles })
  await must('busybox', ['ip', 'address', 'add', `${serverAddress}/32`, 'dev', 'lo'])
  await importImages(node, new Map([[pauseImage, await makeImage({ reference: pauseImage, version: 1, user: null })]]))
  await node.startKubelet()
  await importImages(node, new Map([[commonImage, common]]))
  await node.controlPlane.startControllers(moreControllers)
  const { config, mustKubectl } = node.controlPlane
  return {
    node,
    registries,
    gates: await startGates(node),
    watch: await watchCluster(config),
    provide: (images) => placeImages({ node, registries, makeImage }, images),
    shell: (command) =>
      run('sh', ['-c', command], {
        env: { KUBECONFIG: config.kubeconfigPath, HOME: node.folder, PATH: `${binaries}:${process.env.PATH ?? ''}` },
      }),
    kubectl: (namespace, args, input) => mustKubectl(['--namespace', namespace, ...args], input),
    listen,
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer((_, response) => response.end('ok\n'))
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, serverAddress, () => resolve(server)))
}

export function nameOf(object: JsonObject): string {
  return asString(at(object, 'metadata', 'name')) ?? ''
}
