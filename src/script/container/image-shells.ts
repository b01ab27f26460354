/** The shell and the tools that an image contains, inferred from its name. */
import { parseImageReference } from '../../model/image-reference.ts'
import type { Dialect, Userland } from '../syntax/dialect.ts'

/** One combination of shell and tools that may run a script. */
export interface Flavor {
  readonly dialect: Dialect
  readonly userland: Userland
  /** Whether dash is certain to be one without `set -o pipefail`, which Debian 13 added. */
  readonly isOldDash?: true
}

type System = 'busybox' | 'debian' | 'minideb' | 'red hat' | 'unknown'

/** Official images of distributions whose `sh` is dash, and official images that are built on them. */
const debian: ReadonlySet<string> = new Set([
  ...['debian', 'ubuntu', 'buildpack-deps', 'python', 'node', 'golang', 'ruby', 'php', 'perl', 'rust', 'openjdk', 'eclipse-temurin'],
  ...['maven', 'gradle', 'gcc', 'nginx', 'httpd', 'postgres', 'mariadb', 'redis', 'mongo', 'rabbitmq', 'cassandra', 'solr', 'tomcat'],
  ...['wordpress', 'drupal', 'nextcloud', 'ghost', 'influxdb', 'telegraf', 'couchdb', 'haproxy', 'sonarqube', 'jetty', 'memcached'],
])
/** Distributions whose `sh` is bash, and images that are built on them. */
const redHat: ReadonlySet<string> = new Set([
  ...['fedora', 'centos', 'amazonlinux', 'oraclelinux', 'rockylinux', 'almalinux', 'photon', 'mysql', 'mysql-server'],
  ...['ubi', 'ubi-minimal', 'ubi-init', 'ubi7', 'ubi8', 'ubi9', 'ubi10', 'origin-cli', 'ose-cli'],
])
/** Official images that are built on Alpine although their tags do not mention it. */
const alpine: ReadonlySet<string> = new Set(['docker', 'registry', 'traefik', 'eclipse-mosquitto', 'nats', 'consul', 'vault'])

const debianTag = /(^|[-._])(slim|bookworm|bullseye|buster|trixie|jammy|focal|noble|debian|ubuntu)/

function systemOf(image: string): System {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return 'unknown'
  const { registry, repository } = parsed.value
  const tag = parsed.value.tag ?? ''
  const slash = repository.lastIndexOf('/')
  const [owner, name] = [repository.slice(0, Math.max(0, slash)), repository.slice(slash + 1)]
  if (/(^|[-._])(alpine|busybox)/.test(tag) || /(^|[-._])(alpine|busybox)/.test(name)) return 'busybox'
  if (owner === 'alpine' || repository === 'curlimages/curl') return 'busybox'
  if (owner === 'bitnami' || owner === 'bitnamilegacy') return 'minideb'
  if (redHat.has(name) || registry === 'registry.access.redhat.com' || registry === 'registry.redhat.io') return 'red hat'
  if (debianTag.test(tag) || name === 'debian' || name === 'ubuntu') return 'debian'
  if (registry !== 'docker.io' || owner !== 'library') return 'unknown'
  return alpine.has(name) ? 'busybox' : debian.has(name) ? 'debian' : 'unknown'
}

const asBash = (userland: Userland): Flavor => ({ dialect: 'bash', userland })
const dash: Flavor = { dialect: 'posix', userland: 'gnu' }
const oldDash: Flavor = { ...dash, isOldDash: true }

/** Releases of Debian up to 12 and of Ubuntu up to 24.04. */
const oldRelease =
  /(^|[-._:])(bookworm|bullseye|buster|stretch|noble|jammy|focal|bionic)|^(?:debian:(?:9|1[0-2])|ubuntu:(?:1[68]|2[024])\.04)(?:[.-]|$)/
const ash: Flavor = { dialect: 'ash', userland: 'busybox' }

/**
 * The shells and tools that may run a script. If the image does not tell, there are several: a verdict counts only if all agree on it.
 * @param shell the program that reads the script, '' for a command without a shell
 */
export function flavorsOf(image: string, shell: string): readonly Flavor[] {
  const system = systemOf(image)
  if (shell === 'bash')
    return system === 'unknown' ? [asBash('gnu'), asBash('busybox')] : [asBash(system === 'busybox' ? 'busybox' : 'gnu')]
  if (shell === 'dash') return [dash]
  if (shell === 'ash') return [ash]
  if (shell === '') return system === 'unknown' ? [dash, ash] : [system === 'busybox' ? ash : dash]
  switch (system) {
    case 'busybox':
      return [ash]
    case 'debian':
      return [oldRelease.test(image.replace(/^(?:docker\.io\/)?(?:library\/)?/, '')) ? oldDash : dash]
    case 'red hat':
      return [asBash('gnu')]
    case 'minideb':
      return [dash, asBash('gnu')]
    case 'unknown':
      return [dash, asBash('gnu'), ash]
  }
}

/**
 * The ENTRYPOINT of an image, which runs `args` if the container sets no command. Empty if the image has none, or one that only runs its
 * arguments. Source: the Dockerfiles of these images.
 */
const entrypoints: ReadonlyMap<string, readonly string[]> = new Map([
  ...[
    ...['busybox', 'alpine', 'debian', 'ubuntu', 'fedora', 'centos', 'amazonlinux', 'oraclelinux', 'rockylinux', 'almalinux'],
    ...['buildpack-deps', 'python', 'golang', 'ruby', 'perl', 'rust', 'openjdk', 'eclipse-temurin'],
  ].map((name): [string, readonly string[]] => [`library/${name}`, []]),
  ['alpine/git', ['git']],
  ['curlimages/curl', ['curl']],
  ['alpine/curl', ['curl']],
  ['amazon/aws-cli', ['aws']],
  ['minio/mc', ['mc']],
  ['bitnami/kubectl', ['kubectl']],
  ['bitnamilegacy/kubectl', ['kubectl']],
  ['alpine/kubectl', ['kubectl']],
  ['migrate/migrate', ['migrate']],
  ['flyway/flyway', ['flyway']],
  ['liquibase/liquibase', ['liquibase']],
  ['openpolicyagent/opa', ['opa']],
  ['alpine/helm', ['helm']],
  ['alpine/openssl', ['openssl']],
  ['rclone/rclone', ['rclone']],
  ['restic/restic', ['restic']],
  ['litestream/litestream', ['litestream']],
  ['jwilder/dockerize', ['dockerize']],
  ['public.ecr.aws/aws-cli/aws-cli', ['aws']],
  ['registry.k8s.io/kubectl', ['kubectl']],
  // Their entrypoints run the given program, and only prepare what a server or a worker of theirs needs.
  ...['apache/airflow', 'google/cloud-sdk', 'gcr.io/google.com/cloudsdktool/cloud-sdk', 'mcr.microsoft.com/azure-cli'].map(
    (name): [string, readonly string[]] => [name, []],
  ),
])

/** Images without a WORKDIR, which start in the root directory; distributions are often mirrored under the same name. Source: their Dockerfiles. */
const distributions: ReadonlySet<string> = new Set([
  ...['busybox', 'alpine', 'debian', 'ubuntu', 'fedora', 'centos', 'amazonlinux', 'oraclelinux', 'rockylinux', 'almalinux', 'photon'],
  ...['ubi', 'ubi-minimal', 'ubi-init', 'ubi7', 'ubi8', 'ubi9', 'ubi10', 'minideb', 'os-shell', 'bitnami-shell', 'buildpack-deps'],
])

/** The WORKDIR of other official images. Source: their Dockerfiles. */
const workingFolders: ReadonlyMap<string, string> = new Map([
  ...[
    ...['python', 'node', 'ruby', 'rust', 'openjdk', 'eclipse-temurin', 'postgres', 'mysql', 'mariadb', 'mongo', 'nginx', 'rabbitmq'],
    ...['memcached', 'docker', 'vault', 'consul'],
  ].map((name): [string, string] => [`library/${name}`, '']),
  ['library/redis', '/data'],
  ['library/golang', '/go'],
  ['library/php', '/var/www/html'],
  ['library/wordpress', '/var/www/html'],
  ['library/httpd', '/usr/local/apache2'],
  ['alpine/git', '/git'],
  ['amazon/aws-cli', '/aws'],
])

/** The working directory of a well-known image as a path key; undefined if it is not known. */
export function imageFolderOf(image: string): string | undefined {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return undefined
  const { registry, repository } = parsed.value
  if (distributions.has(repository.slice(repository.lastIndexOf('/') + 1))) return ''
  return registry === 'docker.io' ? workingFolders.get(repository) : undefined
}

/** The ENTRYPOINT of a well-known image, undefined if it is not known. */
export function entrypointOf(image: string): readonly string[] | undefined {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return undefined
  const { registry, repository } = parsed.value
  return entrypoints.get(registry === 'docker.io' ? repository : `${registry}/${repository}`)
}
