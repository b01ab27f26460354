/** Lines of logs about servers that answer, but not as the container needs it. */
import type { MessagePattern } from './pattern.ts'

export const logServers: readonly MessagePattern[] = [
  {
    id: 'log-login-refused',
    rank: 60,
    pattern:
      /password authentication failed for user|Access denied for user '|role "[^"]{1,63}" does not exist|WRONGPASS|NOAUTH Authentication required|[Ee]rror authenticating|[Aa]uthentication failed|invalid username or password|Permission denied \(publickey|could not read Username for|HTTP Basic: Access denied/,
    cause: 'application',
    waiting: 'no',
    certainty: 'likely',
    runtime: 'any',
    source:
      'PostgreSQL src/backend/libpq/auth.c; MySQL ER_ACCESS_DENIED_ERROR (1045); Redis src/acl.c; OpenSSH sshconnect2.c; Git credential.c; cytomine/cytomine#330',
    example: 'psql: error: FATAL:  password authentication failed for user "docker"',
  },
  {
    id: 'log-host-key',
    rank: 50,
    pattern: /Host key verification failed/,
    cause: 'application',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'OpenSSH sshconnect.c, verify_host_key; airflow-helm/charts#229',
    example: 'Host key verification failed.',
  },
  {
    id: 'log-untrusted',
    rank: 60,
    pattern:
      /SSL certificate problem|PKIX path building failed|certificate verify failed|x509: certificate (?:signed by unknown authority|has expired|is valid for)|unable to (?:get local issuer certificate|verify the first certificate)|self[- ]signed certificate/,
    cause: 'application',
    waiting: 'no',
    certainty: 'likely',
    runtime: 'any',
    source: 'curl lib/vtls; OpenJDK PKIXValidator; Python ssl; Go crypto/x509; OpenSSL x509_txt.c; jenkinsci/helm-charts#437',
    example: 'curl: (60) SSL certificate problem: unable to get local issuer certificate',
  },
  {
    id: 'log-http-status',
    rank: 80,
    pattern: /(?:returned error: ?(?:HTTP\/\d(?:\.\d)? )?|[Ss]tatus ?[Cc]ode ?[=:]? ?|\bCode: )([45]\d\d)\b/,
    cause: 'application',
    waiting: 'unknown',
    certainty: 'likely',
    runtime: 'any',
    source: 'curl CURLE_HTTP_RETURNED_ERROR; BusyBox networking/wget.c; hashicorp/vault api/response.go; kubernetes#94216',
    example: 'curl: (22) The requested URL returned error: 404',
  },
  {
    id: 'log-mesh-network',
    rank: 10,
    pattern: /iptables validation failed|Failed to validate networking configuration/,
    cause: 'init-never-succeeds',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source:
      'istio tools/istio-iptables/pkg/validation/validator.go (exit 126); linkerd2-proxy-init network-validator; linkerd/linkerd2#11325',
    example: 'iptables validation failed; workload is not ready for Istio.',
  },
]

/** Lines that a container prints while it waits. */
export const logWaits: readonly MessagePattern[] = [
  {
    id: 'log-waits',
    rank: 50,
    pattern:
      /\b[Ww]aiting (?:for|until|on|to) \S.{0,100}|- no response$|not ready(?: yet)?[,.;:]? {1,3}(?:retry|wait|sleep)|^Wait for \d{1,6} seconds/,
    cause: 'init-waits-forever',
    waiting: 'unknown',
    certainty: 'possible',
    runtime: 'any',
    source: 'pg_isready; groundnuty/k8s-wait-for; bitnami wait-for-port; openclarity/openclarity#26',
    example: 'Waiting for database',
  },
]
