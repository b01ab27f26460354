/**
 * Exit statuses of commands that run twice, according to the tools themselves: test/script compares the models of the rehearsal with them,
 * and test/cluster checks those of kubectl and helm with the real programs. Never copy a status from src/.
 */
export interface ServiceFact {
  /** A setup command that runs once, before the command. */
  readonly before?: string
  readonly command: string
  /** Exit statuses of the first and the second run. */
  readonly statuses: readonly [number, number]
  /** Where the source of the tool sets the status; for commands that test/cluster runs, what the tool prints. */
  readonly source: string
}

const configMap = 'kubectl create configmap x --from-literal=a=b'
const secret = 'kubectl create secret generic s --from-literal=a=b'

/** Checked by test/cluster/service-facts.test.ts with the real programs: each in an empty namespace, with a chart in the folder `chart`. */
export const clusterFacts: readonly ServiceFact[] = [
  { command: configMap, statuses: [0, 1], source: 'AlreadyExists' },
  { command: secret, statuses: [0, 1], source: 'AlreadyExists' },
  { command: `${secret} --dry-run=client -o yaml | kubectl apply -f -`, statuses: [0, 0], source: 'unchanged' },
  { command: `kubectl get configmap x || ${configMap}`, statuses: [0, 0], source: 'NotFound, then found' },
  { before: configMap, command: 'kubectl get configmap x', statuses: [0, 0], source: 'found' },
  { before: 'kubectl delete configmap x --ignore-not-found', command: 'kubectl get configmap x', statuses: [1, 1], source: 'NotFound' },
  { before: configMap, command: 'kubectl delete configmap x', statuses: [0, 1], source: 'NotFound' },
  { before: configMap, command: 'kubectl delete configmap x --ignore-not-found', statuses: [0, 0], source: 'nothing is printed' },
  {
    before: `${configMap}; kubectl delete configmap y --ignore-not-found`,
    command: 'kubectl delete configmap x y',
    statuses: [1, 1],
    source: 'NotFound y, then NotFound x and y',
  },
  { before: configMap, command: 'kubectl label configmap x a=b', statuses: [0, 0], source: 'labeled, then not labeled' },
  {
    before: `${configMap}; kubectl label configmap x a=c`,
    command: 'kubectl label configmap x a=b',
    statuses: [1, 1],
    source: "'a' already has a value (c), and --overwrite is false",
  },
  {
    before: `${configMap}; kubectl label configmap x a=c`,
    command: 'kubectl label --overwrite configmap x a=b',
    statuses: [0, 0],
    source: 'labeled, then not labeled',
  },
  {
    before: `${configMap}; kubectl annotate configmap x a=c`,
    command: 'kubectl annotate configmap x a=b',
    statuses: [1, 1],
    source: '--overwrite is false but found the following declared annotation(s)',
  },
  { before: configMap, command: `kubectl patch configmap x -p '{"data":{"a":"c"}}'`, statuses: [0, 0], source: 'patched (no change)' },
  { command: 'helm install a chart', statuses: [0, 1], source: 'cannot reuse a name that is still in use' },
  { command: 'helm upgrade --install a chart', statuses: [0, 0], source: 'deployed' },
  { command: 'helm install a chart || helm upgrade a chart', statuses: [0, 0], source: 'installed, then upgraded' },
  { before: 'helm install a chart', command: 'helm upgrade a chart', statuses: [0, 0], source: 'deployed' },
  { before: 'helm install a chart', command: 'helm uninstall a', statuses: [0, 1], source: 'release: not found' },
  { before: 'helm install a chart', command: 'helm uninstall a --ignore-not-found', statuses: [0, 0], source: 'release: not found' },
  { before: 'helm install a chart', command: 'helm status a', statuses: [0, 0], source: 'STATUS: deployed' },
  { before: 'helm uninstall a --ignore-not-found', command: 'helm status a', statuses: [1, 1], source: 'release: not found' },
  {
    before: 'helm uninstall a --ignore-not-found',
    command: 'helm upgrade a chart',
    statuses: [1, 1],
    source: '"a" has no deployed releases',
  },
  { command: 'helm install --replace a chart', statuses: [0, 1], source: 'cannot reuse a name that is still in use' },
]

const rabbit = 'rabbitmq/rabbitmq-server, deps/rabbitmq_cli/lib/rabbitmq/cli'
const kafka = 'apache/kafka, tools/src/main/java/org/apache/kafka/tools/TopicCommand.java'
const vault = 'hashicorp/vault, command'
const s5cmd = 'peak/s5cmd v2.3.0, command'
const topics = 'kafka-topics.sh --bootstrap-server k:9092'

/** Taken from the sources of the tools; no test runs these tools. */
export const serviceFacts: readonly ServiceFact[] = [
  { command: 'rabbitmqctl add_user app pw', statuses: [0, 70], source: `${rabbit}/ctl/commands/add_user_command.ex: exit_software` },
  {
    before: 'rabbitmqctl add_user app pw',
    command: 'rabbitmqctl delete_user app',
    statuses: [0, 67],
    source: `${rabbit}/core/exit_codes.ex: no_such_user is exit_nouser`,
  },
  { command: `${topics} --create --topic t`, statuses: [0, 1], source: `${kafka}: an ExecutionException (TopicExistsException) is 1` },
  { command: `${topics} --create --if-not-exists --topic t`, statuses: [0, 0], source: `${kafka}: createTopic, ifTopicDoesntExist` },
  {
    before: `${topics} --create --topic t`,
    command: `${topics} --delete --topic t`,
    statuses: [0, 1],
    source: `${kafka}: ensureTopicExists throws an IllegalArgumentException, which is 1`,
  },
  {
    before: `${topics} --create --topic t`,
    command: `${topics} --delete --if-exists --topic t`,
    statuses: [0, 0],
    source: `${kafka}: ensureTopicExists with requireTopicExists false`,
  },
  { command: 'vault secrets enable -path=kv kv-v2', statuses: [0, 2], source: `${vault}/secrets_enable.go: "Error enabling" is 2` },
  { before: 'vault kv put kv/a b=c', command: 'vault kv get kv/a', statuses: [0, 0], source: `${vault}/kv_get.go` },
  {
    command: 'consul acl bootstrap',
    statuses: [0, 1],
    source: 'hashicorp/consul, command/acl/bootstrap/bootstrap.go: "can only be done once"',
  },
  { before: 's5cmd mb s3://b', command: 's5cmd rb s3://b', statuses: [0, 1], source: `${s5cmd}/rb.go: NoSuchBucket` },
  { before: 's5cmd cp /f s3://b/x', command: 's5cmd cp s3://b/x /d/x', statuses: [0, 0], source: `${s5cmd}/cp.go: shouldOverride, Rename` },
  { before: 's5cmd cp /f s3://b/x', command: 's5cmd mv s3://b/x /d/x', statuses: [0, 1], source: `${s5cmd}/cp.go: deleteSource` },
  { before: 's5cmd cp /f s3://b/x', command: 's5cmd rm s3://b/x', statuses: [0, 0], source: `${s5cmd}/rm.go: S3 reports it as deleted` },
  {
    command: 'etcdctl user add app:pw',
    statuses: [0, 1],
    source: 'etcd-io/etcd, etcdctl/ctlv3/command/user_command.go: ExitError, pkg/cobrautl/error.go: 1',
  },
]
