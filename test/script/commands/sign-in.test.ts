/** Requests for a token, which change nothing that a script could change again. */
import { sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('curl to an endpoint that returns a token', {
  'TOKEN=$(curl -s -X POST -d "$FORM" "$KEYCLOAK/realms/master/protocol/openid-connect/token" | jq -r .access_token)\necho "$TOKEN" > /data/token':
    'safe',
  'curl -sf --data \'{"role":"app"}\' $VAULT_ADDR/v1/auth/kubernetes/login | jq -r .auth.client_token > /data/token': 'safe',
  'T=$(curl -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60")\ncurl -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/local-ipv4 > /data/ip':
    'safe',
  'curl -X POST "$API/users/app/tokens" -d name=ci': 'unknown',
  'curl -X POST -d a=b http://api/login http://api/items': 'unknown',
  'curl -X POST -d "$FORM" "$URL"': 'unknown',
})
