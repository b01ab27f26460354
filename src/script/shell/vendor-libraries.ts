/**
 * Shell libraries of vendors that scripts source from their images. A rehearsal knows what their functions do from these texts, which are
 * written for it: messages are omitted, and checks of arguments too.
 *
 * Bitnami's images have them in /opt/bitnami/scripts (github.com/bitnami/containers, prebuildfs/opt/bitnami/scripts). Each library of a
 * product sources the general ones and defines functions, and each PRODUCT-env.sh sources liblog.sh and exports variables.
 */

const log = ['stderr_print', 'log', 'info', 'warn', 'error', 'debug', 'trace', 'print_welcome_page', 'print_image_welcome_page']
  .map((name) => `${name}() { :; }`)
  .join('\n')

const files = `
owned_by() { chown "$2:\${3:-$2}" "$1"; }
ensure_dir_exists() { [ -d "$1" ] || mkdir -p "$1"; if [ -n "\${2:-}" ]; then owned_by "$1" "$2" "\${3:-}"; fi; }
is_dir_empty() { [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ]; }
is_mounted_dir_empty() { [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ]; }
is_file_writable() { if [ -f "$1" ]; then [ -w "$1" ]; else [ -d "$(dirname "$1")" ] && [ -w "$(dirname "$1")" ]; fi; }
`

const system = `
am_i_root() { [ "$(id -u)" = 0 ]; }
user_exists() { id "$1" > /dev/null 2>&1; }
group_exists() { getent group "$1" > /dev/null 2>&1; }
debug_execute() { "$@" > /dev/null 2>&1; }
retry_while() { for attempt in $(seq 1 "\${2:-12}"); do if $1; then return 0; fi; sleep "\${3:-5}"; done; return 1; }
get_machine_ip() { hostname -i; }
`

const checks = `
is_boolean_yes() { case "\${1:-}" in 1 | [Yy][Ee][Ss] | [Tt][Rr][Uu][Ee]) return 0 ;; *) return 1 ;; esac; }
is_yes_no_value() { case "\${1:-}" in [Yy][Ee][Ss] | [Nn][Oo]) return 0 ;; *) return 1 ;; esac; }
is_true_false_value() { case "\${1:-}" in [Tt][Rr][Uu][Ee] | [Ff][Aa][Ll][Ss][Ee]) return 0 ;; *) return 1 ;; esac; }
is_empty_value() { [ -z "\${1:-}" ]; }
`

const general = [log, files, system, checks].join('\n')

/** The directories that elasticsearch-env.sh and opensearch-env.sh export, which manifests use: as DB_BASE_DIR, and by the product. */
function searchDirectories(product: string): string {
  const base = `/opt/bitnami/${product}`
  const directories = {
    BASE_DIR: base,
    CONF_DIR: `${base}/config`,
    DEFAULT_CONF_DIR: `${base}/config.default`,
    PLUGINS_DIR: `${base}/plugins`,
    DEFAULT_PLUGINS_DIR: `${base}/plugins.default`,
    LOGS_DIR: `${base}/logs`,
    TMP_DIR: `${base}/tmp`,
    VOLUME_DIR: `/bitnami/${product}`,
    DATA_DIR: `/bitnami/${product}/data`,
    MOUNTED_PLUGINS_DIR: `/bitnami/${product}/plugins`,
  }
  const names = ['DB', product.toUpperCase()]
  return Object.entries(directories)
    .flatMap(([name, path]) => names.map((start) => `export ${start}_${name}=${path}`))
    .join('\n')
}

const environments: ReadonlyMap<string, string> = new Map(
  ['elasticsearch', 'opensearch'].map((product) => [`${product}-env`, [log, searchDirectories(product)].join('\n')]),
)

/** The text of a library, or what is known of it; undefined if the path is not that of a library. */
export function vendorLibrary(path: string): string | undefined {
  const name = /^\/opt\/bitnami\/scripts\/([\w-]+)\.sh$/.exec(path)?.[1]
  if (name === undefined) return undefined
  if (name === 'liblog' || name.endsWith('-env')) return environments.get(name) ?? log
  return name.startsWith('lib') ? general : undefined
}
