// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Functions of libraries that scripts source from their images. /data is a claim, /work an emptyDir. */
import { sameVerdicts } from './rehearsing.ts'

const lib = (name: string) => `. /opt/bitnami/scripts/${name}.sh\n`

sameVerdicts("functions of Bitnami's libraries", {
  [`${lib('liblog')}info "Copying"\ncp /opt/app/x.conf /work/x.conf\ninfo "Copied"`]: 'safe',
  [`set -e\n${lib('liblog')}info "Creating"\nmkdir /work/d`]: 'unsafe',
  [`${lib('libfs')}if ! is_dir_empty /opt/bitnami/apache/logs; then cp /opt/bitnami/apache/logs/* /work/; fi`]: 'safe',
  [`${lib('libfs')}if is_dir_empty /data; then echo a >> /data/f; fi`]: 'safe',
  [`${lib('libfs')}ensure_dir_exists /data/d 1001\necho x >> /data/d/f`]: 'unsafe',
  [`${lib('libos')}${lib('liblog')}check() { redis-cli ping; }\nif ! retry_while "check"; then error "no"; exit 1; fi\nmkdir -p /data/d`]:
    'safe',
  [`set -e\n${lib('libos')}retry_while "mkdir /data/d" 3 1`]: 'unsafe',
  [`${lib('nginx-env')}${lib('libnginx')}is_boolean_yes "$X" && mkdir -p /data/d\nexit 0`]: 'safe',
  // bitnami/containers accc99590d41, elasticsearch-env.sh.
  [`${lib('libfs')}${lib('elasticsearch-env')}is_dir_empty "$DB_DEFAULT_PLUGINS_DIR" || cp -r "$DB_DEFAULT_PLUGINS_DIR"/* /work/`]: 'safe',
  [`${lib('opensearch-env')}cp "$OPENSEARCH_DEFAULT_CONF_DIR/opensearch.yml" /data/ && mkdir /data/d`]: 'unsafe',
  // A product's own function is not known.
  [`${lib('libmysql')}mysql_start_bg\nmkdir -p /data/d`]: 'unknown',
  // Another file may do anything.
  [`${lib('mysql/setup')}mkdir -p /data/d`]: 'unknown',
  '. /opt/vendor/liblog.sh\nmkdir -p /data/d': 'unknown',
  // A library on a volume is another one.
  'mkdir -p /data/d\n. /data/liblog.sh': 'unknown',
})
