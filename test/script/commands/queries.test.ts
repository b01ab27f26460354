/** Commands that only ask a service, and guards that read its lists. /data is a claim, /work an emptyDir. */
import { sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('queries', {
  'openstack endpoint list': 'safe',
  'openstack token issue -f value -c id > /work/token': 'safe',
  'set -e\nopenstack user show bob || openstack user create --domain d bob': 'safe',
  'set -e\nopenstack user create bob': 'unsafe',
  'set -e\nopenstack user create --or-show bob': 'safe',
  'openstack server create x': 'unknown',
  'openstack frobnicate': 'unknown',
  'contour bootstrap /work/envoy.json --xds-address=contour --xds-port=8001 --resources-dir=/work/resources': 'safe',
  'contour bootstrap - > /work/envoy.json': 'safe',
  'contour certgen --kube': 'unknown',
  'while ! etcdctl --endpoints e cluster-health; do sleep 1; done': 'safe',
  'mc admin prometheus generate target --json > /work/mc.json': 'safe',
  'kafka-broker-api-versions.sh --bootstrap-server k:9092 || exit 1': 'safe',
  'lspci | grep -i nvidia > /work/gpus\nldapsearch -x -H ldap://d || exit 1': 'safe',
})

sameVerdicts('a database behind a look at the list of databases', {
  'if [ -z "$(psql -l | awk \'$1 ~ /shop/\')" ]; then psql -c "CREATE DATABASE shop" || exit 1; fi': 'safe',
  'set -e\nmysql -e "SHOW DATABASES" | grep -q shop || mysql -e "CREATE DATABASE shop"': 'safe',
  'set -e\nmysql -Ne "SHOW DATABASES;" | grep -qx shop || mysql -e "CREATE DATABASE shop"': 'safe',
  'set -e\npsql -tAc "SELECT datname FROM pg_database" | grep -qw shop || psql -c "CREATE DATABASE shop"': 'safe',
  'set -e\nsqlite3 /data/d "select name from sqlite_master" | grep -q k || sqlite3 /data/d "create table k (a int)"': 'safe',
  'set -e\npsql -tAc "SELECT datname FROM pg_database" | grep -qw shop || psql -c "CREATE DATABASE other"': 'unsafe',
  'set -e\npsql -tAc "SELECT count(*) FROM t" | grep -q 1 || psql -c "CREATE DATABASE other"': 'unknown',
})

sameVerdicts('what AWS, a node and a cluster are asked changes nothing, whatever the filters', {
  'aws ec2 get-x-recommendations --region r --recommendation-preferences a=b --output json > /data/f': 'safe',
  't=$(aws ec2 describe-things --thing-filter=x --query a --output text); mkdir -p "/data/d$t"': 'safe',
  'aws iam create-user --user-name x --new-option y': 'unknown',
  'aws apigateway get-export --rest-api-id a --unlisted b /data/f': 'unknown',
  'a=$(aws ec2 describe-x --name a); b=$(aws ec2 describe-x --name b); [ "$a" = "$b" ] || mkdir /data/d': 'unsafe',
  'nvme list | grep -c Amazon > /data/n': 'safe',
  'nvme format /dev/nvme0n1': 'unknown',
  'nvidia-smi -pm 1 && /sbin/lctl set_param llite.*.max_cached_mb=64': 'safe',
  'oc login --token=x https://api:6443 -u admin -p "$PW" && oc get nodes > /data/nodes': 'safe',
  'amazon-linux-extras install lustre -y': 'safe',
})
