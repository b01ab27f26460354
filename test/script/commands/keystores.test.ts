/** Keystores of Elasticsearch: what a second run finds where the configuration directory is. */
import t from 'tap'
import { findings, sameVerdicts } from '../rehearsal/rehearsing.ts'

const on = (script: string, folder = '/data') => `set -e; export ES_PATH_CONF=${folder}; ${script}`

sameVerdicts('elasticsearch-keystore', {
  // In the container's own file system, each run starts without one.
  'set -e; elasticsearch-keystore create; cp -a /usr/share/elasticsearch/config/elasticsearch.keystore /work/': 'safe',
  [on('elasticsearch-keystore create')]: 'unsafe',
  [on('/usr/share/elasticsearch/bin/elasticsearch-keystore create')]: 'unsafe',
  [on('[ -f /data/elasticsearch.keystore ] || elasticsearch-keystore create')]: 'safe',
  [on('rm -f /data/elasticsearch.keystore; elasticsearch-keystore create')]: 'safe',
  [on('echo y | elasticsearch-keystore create')]: 'safe',
  [on('echo n | elasticsearch-keystore create')]: 'safe',
  [on('elasticsearch-keystore create', '/work')]: 'unsafe',
  // The value comes from standard input, so it cannot answer the question whether to overwrite.
  [on('echo "$P" | elasticsearch-keystore add -x bootstrap.password')]: 'unsafe',
  [on('echo "$P" | elasticsearch-keystore add -xf bootstrap.password')]: 'safe',
  [on('elasticsearch-keystore add-file -f a /cfg/a b /cfg/b')]: 'safe',
  [on('elasticsearch-keystore remove a')]: 'unsafe',
  [on('elasticsearch-keystore remove a || true')]: 'safe',
  [on('elasticsearch-keystore list')]: 'safe',
  [on('elasticsearch-keystore passwd')]: 'unknown',
  'set -e; export OPENSEARCH_PATH_CONF=/data; opensearch-keystore create': 'unsafe',
})

t.test('keytool: its command may come after its options', async (t) => {
  const script = 'keytool -keystore /data/t.jks -alias ca -import -file /src/ca.crt -storepass changeit -noprompt'
  t.match(findings(`set -e\n${script}`), [/^repeat rerun fails: keytool/])
})
