import { testRule } from '../testing/rule-tester.ts'
import { commanded, commandPointer, scripted, scriptPointer } from '../testing/scripts.ts'
import { rule } from './rule.ts'

const loop = (text: string) => scripted(text)

testRule(rule, {
  valid: [
    { name: 'timeout as the command', object: commanded(['timeout', '300', 'sh', '-c', 'until nc -z db 5432; do sleep 1; done']) },
    { name: 'timeout in the script', object: loop("timeout 60 sh -c 'until nc -z db 5432; do sleep 1; done'") },
    { name: 'a for loop', object: loop('for i in $(seq 30); do nc -z db 5432 && exit 0; sleep 1; done; exit 1') },
    { name: 'a counter in the condition', object: loop('N=0\nwhile [ $N -lt 30 ]; do nc -z db 1 && break; N=$((N+1)); sleep 1; done') },
    { name: 'a counter in the body', object: loop('until nc -z db 1; do i=`expr $i + 1`; [ $i -gt 9 ] && exit 1; sleep 1; done') },
    {
      name: 'a counter in bash arithmetic',
      object: loop('until nc -z db 1; do ((i++)); if [[ $i -gt 9 ]]; then exit 1; fi; sleep 1; done'),
    },
    { name: 'a limit by $SECONDS', object: loop('while [ $SECONDS -lt 60 ]; do nc -z db 1 && break; sleep 1; done') },
    {
      name: 'a deadline by date',
      object: loop('end=$(( $(date +%s) + 60 ))\nuntil nc -z db 1; do [ $(date +%s) -lt $end ] || exit 1; sleep 1; done'),
    },
    { name: 'a loop over the lines of a file', object: loop('while read -r host; do nc -z $host 1; sleep 1; done < /etc/hosts') },
    { name: 'a loop that does not wait', object: loop('while [ -n "$1" ]; do mkdir -p "/data/$1"; shift; done') },
    { name: 'a loop in the background', object: loop('(while true; do nc -z db 1; sleep 1; done) &\nmkdir -p /data/x') },
    { name: 'a script that kills itself after 60 seconds', object: loop('( sleep 60; kill $$ ) &\nuntil nc -z db 1; do sleep 1; done') },
    { name: 'a loop that never ends, which init-never-completes reports', object: loop('while true; do sleep 5; done') },
    { name: 'wait-for-it.sh with a timeout', object: commanded(['./wait-for-it.sh', 'db:5432', '-t', '60']) },
    { name: 'an unfilled template placeholder', object: loop('until nc -z {{ .Values.host }} 1; do sleep 1; done') },
  ],
  invalid: [
    {
      name: 'a loop until a port is open',
      object: loop('echo wait\nuntil nc -z -w 2 db 5432; do sleep 2; done'),
      reports: [{ messageId: 'loop', pointer: scriptPointer, data: { scriptLine: 2, what: 'db' } }],
    },
    ...(
      [
        ['until nc -z a 1 && nc -z b 2; do sleep 1; done', 'a'],
        ['while [ "$s" != 200 ]; do s=$(curl -s http://a); sleep 1; done', 'a'],
        ['while true; do nc -z a 1 && nc -z b 2 && break; sleep 1; done', 'a'],
        ['H=a\nuntil nc -z $H 1; do curl http://log/; sleep 1; done', 'a'],
        ['until [ -f /x ]; do curl http://log/; sleep 1; done', 'what it waits for'],
        ['until curl -s $URL; do nc -z log 1; sleep 1; done', 'what it waits for'],
        ['until curl http://$A:80 && curl http://b; do sleep 1; done', 'what it waits for'],
        ['for h in a b; do until nc -z $h 1; do sleep 1; done; done', 'what it waits for'],
      ] as const
    ).map(([text, what]) => ({
      name: `a loop that contacts several servers waits for those on which its end depends: ${text}`,
      object: loop(text),
      reports: [{ messageId: 'loop' as const, pointer: scriptPointer, data: { what } }],
    })),
    ...[
      'until nc -z $DB_SERVICE_HOST $DB_SERVICE_PORT; do sleep 2; done',
      `until nc -w3 -z "\${DB_SERVICE_HOST}" 5432; do sleep 2; done`,
      'until mysqladmin ping -h "$DB_SERVICE_HOST"; do sleep 2; done',
      'while ! curl -sf "http://$DB_SERVICE_HOST:8080/health"; do sleep 2; done',
      'HOST=$DB_SERVICE_HOST\nuntil nc -z $HOST 5432; do sleep 2; done',
      'while true; do nc -z $DB_SERVICE_HOST 5432 && break; sleep 2; done',
      'until nc -z $(DB_SERVICE_HOST) 5432; do sleep 2; done',
    ].map((text) => ({
      name: `a loop that needs the variable of a Service: ${text}`,
      object: loop(text),
      reports: [{ messageId: 'serviceVariable' as const, pointer: scriptPointer, data: { what: 'db', variable: '$DB_SERVICE_HOST' } }],
    })),
    {
      name: 'a loop that needs the variable of the port of a Service with a dash in its name',
      object: loop('until nc -z shop-db $SHOP_DB_PORT_5432_TCP_PORT; do sleep 2; done'),
      reports: [{ messageId: 'serviceVariable', pointer: scriptPointer, data: { what: 'shop-db' } }],
    },
    {
      name: 'a loop that needs the variable of a Service in a pod without them',
      object: scripted('until nc -z $DB_SERVICE_HOST 5432; do sleep 2; done', { podSpec: { enableServiceLinks: false } }),
      reports: [{ messageId: 'noServiceLinks', pointer: scriptPointer, data: { what: 'db', variable: '$DB_SERVICE_HOST' } }],
    },
    ...[
      { what: 'with a default value', text: `until nc -z \${DB_SERVICE_HOST:-db} 5432; do sleep 2; done`, container: {} },
      { what: 'that the script sets', text: 'DB_SERVICE_HOST=db\nuntil nc -z $DB_SERVICE_HOST 5432; do sleep 2; done', container: {} },
      { what: 'only in its log', text: 'until nc -z db 5432; do echo "waiting for $DB_SERVICE_HOST"; sleep 2; done', container: {} },
      { what: 'of the API server', text: 'until nc -z $KUBERNETES_SERVICE_HOST 443; do sleep 2; done', container: {} },
      {
        what: 'that the container sets',
        text: 'until nc -z $DB_SERVICE_HOST 5432; do sleep 2; done',
        container: { env: [{ name: 'DB_SERVICE_HOST', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
      },
      {
        what: 'that a ConfigMap may set',
        text: 'until nc -z $DB_SERVICE_HOST 5432; do sleep 2; done',
        container: { envFrom: [{ configMapRef: { name: 'c' } }] },
      },
    ].map(({ what, text, container }) => ({
      name: `a loop with the variable of a Service ${what}`,
      object: scripted(text, { container }),
      reports: [{ messageId: 'loop' as const, pointer: scriptPointer }],
    })),
    {
      name: 'an image that waits for its dependencies without a timeout',
      object: commanded(['kubernetes-entrypoint'], { container: { image: 'quay.io/airshipit/kubernetes-entrypoint:v1' } }),
      reports: [{ messageId: 'toolWithoutLimit', pointer: commandPointer, data: { what: 'kubernetes-entrypoint' } }],
    },
    {
      name: 'a loop with date only in its log',
      object: loop('until nc -z db 1; do echo "$(date) waiting"; sleep 2; done'),
      reports: [{ messageId: 'loop', pointer: scriptPointer }],
    },
    {
      name: 'while true with a break on success',
      object: loop('while true; do curl -fs http://api.shop:8080/ready && break; sleep 3; done'),
      reports: [{ messageId: 'loop', pointer: scriptPointer, data: { what: 'api.shop' } }],
    },
    {
      name: 'a loop until a file exists',
      object: loop('until [ -f /work/ready ]; do sleep 5; done'),
      reports: [{ messageId: 'loop', pointer: scriptPointer, data: { what: 'what it waits for' } }],
    },
    {
      name: 'a loop in a function',
      object: loop('wait_for() {\n  until nslookup "$1"; do\n    sleep 1\n  done\n}\nwait_for db'),
      reports: [{ messageId: 'loop', pointer: scriptPointer, data: { scriptLine: 2 } }],
    },
    {
      name: 'a variable that holds the response and is not a counter',
      object: loop('S=0\nuntil [ "$S" = 200 ]; do S=$(curl -so /dev/null -w "%{http_code}" http://web/); sleep 1; done'),
      reports: [{ messageId: 'loop', pointer: scriptPointer, data: { what: 'web' } }],
    },
    {
      name: 'a counter that never changes',
      object: loop('N=0\nwhile [ $N -lt 30 ]; do nc -z db 1 && break; sleep 1; done'),
      reports: [{ messageId: 'stuckCounter', pointer: scriptPointer, data: { what: '$N' } }],
    },
    {
      name: 'wait-for-it.sh with timeout 0',
      object: scripted('./wait-for-it.sh db:5432 -t 0'),
      reports: [{ messageId: 'tool', pointer: scriptPointer, data: { what: 'wait-for-it.sh' } }],
    },
  ],
})
