import type { V1Namespace, V1NamespaceList } from '@kubernetes/client-node'
import { stringMap } from '../model/json.ts'
import type { KeeperFactory, NamespaceKeeper } from '../server/keepers/contracts.ts'
import type { ClusterClient } from './client.ts'
import { Informer } from './informer.ts'

/** How many namespaces one call lists, which keeps responses small in large clusters. */
const pageSize = 500

/** How long a start waits for the labels, ms. Without them, policies take the stricter outcome, so initlint can serve anyway. */
const patience = 10_000

/** Keeps the labels of all namespaces. */
export function clusterNamespaces(client: ClusterClient): KeeperFactory<NamespaceKeeper> {
  return async (ports) => {
    const informer = new Informer<V1Namespace>(
      client,
      { name: 'namespaces', path: '/api/v1/namespaces', list: () => listNamespaces(client), trim: labelsOnly },
      ports,
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patience)
    })
    try {
      if ((await Promise.race([informer.start(), late])) === 'late') {
        ports.log.warn('the labels of namespaces are not known yet: a namespaceSelector that needs them gives the stricter outcome')
      }
    } finally {
      clearTimeout(timer)
    }
    return {
      labelsOf: (namespace) => {
        const found = informer.get(namespace)
        return found === undefined ? undefined : stringMap(found.metadata?.labels)
      },
      stop: () => informer.stop(),
    }
  }
}

async function listNamespaces({ core }: ClusterClient): Promise<V1NamespaceList> {
  let list = await core.listNamespace({ limit: pageSize })
  const items = list.items.map(labelsOnly)
  while (list.metadata?._continue) {
    list = await core.listNamespace({ limit: pageSize, _continue: list.metadata._continue })
    items.push(...list.items.map(labelsOnly))
  }
  return { ...list, items }
}

/** Removes annotations and managed fields to save memory: they are larger than everything else. */
function labelsOnly({ metadata }: V1Namespace): V1Namespace {
  const { name, resourceVersion, labels } = metadata ?? {}
  return {
    metadata: {
      name,
      resourceVersion,
      labels,
    },
  }
}
