/** Lines that are deleted and added again: the file ends up the same. /data is a claim. */
import { sameVerdicts } from './rehearsing.ts'

sameVerdicts('sed -i that deletes a line, then echo that adds it', {
  "sed -i '/^port /d' /data/c.conf; echo 'port 1' >> /data/c.conf": 'safe',
  'set -e\nsed -i \'/registry/d\' /data/hosts\necho "$IP registry.local" >> /data/hosts': 'safe',
  "sed -i -e '/^a=/d' -e '/^b=/d' /data/c; printf 'a=1\\nb=2\\n' >> /data/c": 'safe',
  "sed -i '/^a=/d' /data/c; sed -i '/^b=/d' /data/c; echo a=1 >> /data/c; echo b=1 >> /data/c": 'safe',
  "sed -i '/^a=/d' /data/c; echo a=1 >> /data/c; sed -i '/^b=/d' /data/c; echo b=1 >> /data/c": 'safe',
  // The line that is added is another one.
  "sed -i '/^port=/d' /data/c.conf; echo 'port 1' >> /data/c.conf": 'unsafe',
  "sed -i '/^a=/d' /data/c; printf 'a=1\\nb=2\\n' >> /data/c": 'unsafe',
  'sed -i \'s/a/b/\' /data/c; echo "server=$IP" >> /data/c': 'unsafe',
  // Whether the pattern matches is not known.
  'sed -i "/$NAME/d" /data/hosts; echo "$IP $NAME" >> /data/hosts': 'unknown',
  "sed -i '/# BEGIN/,/# END/d' /data/hosts; printf '# BEGIN\\n1.1.1.1 x\\n# END\\n' >> /data/hosts": 'unknown',
})

sameVerdicts('a guard on the line decides whether it is replaced or added', {
  "grep -q '^a=1' /data/host/c || echo a=1 >> /data/host/c": 'safe',
  "grep -q '^a=1' /data/c || echo a=1 >> /data/c": 'safe',
  "grep -q '^a=' /data/c && sed -i 's/^a=.*/a=1/' /data/c || echo a=1 >> /data/c": 'safe',
  "if grep -q '^a=' /data/c; then sed -i 's/^a=.*/b=1/' /data/c; else echo a=1 >> /data/c; fi": 'unsafe',
  "grep -q '^b=1' /data/c || echo a=1 >> /data/c": 'unsafe',
})

sameVerdicts('lines with unknown parts that are replaced, or added if they are not there', {
  'set -e\nF=/data/c\ntouch $F\nif grep -q \'^a=\' $F; then sed -i "s|^a=.*|a=$V|" $F; else echo "a=$V" >> $F; fi': 'safe',
  'F=/data/c\nif grep -q \'^a=\' $F; then sed -i "s|^a=.*|a=$V|" $F; else echo "a=$V" >> $F; fi': 'safe',
  'set -e\ntouch /data/c\nif ! grep -q \'^a=\' /data/c; then echo "a=$V" >> /data/c; else sed -i "s|^a=.*|a=$V|" /data/c; fi': 'safe',
  'set -e\ntouch /data/c\ngrep -q \'^a=\' /data/c && sed -i "s/^a=.*/a=$V/" /data/c || echo "a=$V" >> /data/c': 'safe',
  'set -e\ntouch /data/c\nif grep -q \'^a=\' /data/c; then sed -i "s|^a=.*|a=5|" /data/c; else echo "a=5" >> /data/c; fi': 'safe',
  'set -e\ntouch /data/c\nif grep -qE \'^a=\' /data/c; then sed -i -E "s|^a=.*|a=$V|" /data/c; else echo "a=$V" >> /data/c; fi': 'safe',
  'set -e\ntouch /data/c\nif grep "^a=" /data/c > /dev/null 2>&1; then sed -i "s|^a=.*|a=$V|" /data/c; else echo "a=$V" >> /data/c; fi':
    'safe',
  'set -e\nset_kv() { if grep -q "^$1=" "$3"; then sed -i "s|^$1=.*|$1=$2|" "$3"; else echo "$1=$2" >> "$3"; fi; }\ntouch /data/c\nset_kv a "$V" /data/c\nset_kv b "$PASSWORD" /data/c':
    'safe',
  'set -e\nF=/data/c\ntouch $F\nupdate() {\n  local key="$1" value="$2"\n  if grep -q "^$key=" "$F"; then\n    sed -i "s|^$key=.*|$key=$value|" "$F"\n  else\n    printf \'%s=%s\\n\' "$key" "$value" >> "$F"\n  fi\n}\nupdate host db\nupdate port 5432\nupdate password "$PASSWORD"':
    'safe',
  'set -e\ntouch /data/c\nfor k in a b c; do\n  if grep -q "^$k=" /data/c; then sed -i "s|^$k=.*|$k=1|" /data/c; else echo "$k=1" >> /data/c; fi\ndone':
    'safe',
  'set -e\ntouch /data/c\nif grep -q \'^a=\' /data/c; then sed -i "s|^a=.*|a=$V|" /data/c; else echo "a=$V" | tee -a /data/c; fi': 'safe',
  'touch /data/c\nsed -i \'/^a=/d\' /data/c\necho "a=$V" >> /data/c': 'safe',
  'setting() { sed -i "/^$1=/d" /data/c; echo "$1=$2" >> /data/c; }\ntouch /data/c\nsetting a "$V"\nsetting b 1': 'safe',
  "touch /data/c\ngrep -qxF 'include x' /data/c || echo 'include x' >> /data/c": 'safe',
  "touch /data/c\ngrep -qF 'include x' /data/c || echo 'include x' >> /data/c": 'safe',
  'LINE="include $V"\ntouch /data/c\ngrep -qF "$LINE" /data/c || echo "$LINE" >> /data/c': 'safe',
  'LINE="include x"\ngrep -q "$LINE" /data/c 2>/dev/null || echo "$LINE" >> /data/c': 'safe',
  "touch /data/c\ngrep -q '^net\\.ipv4\\.ip_forward' /data/c || echo 'net.ipv4.ip_forward = 1' >> /data/c": 'safe',
  "touch /data/c\nif grep -q '^\\s*max_connections' /data/c; then sed -i 's/^\\s*max_connections.*/max_connections = 200/' /data/c; else echo 'max_connections = 200' >> /data/c; fi":
    'safe',
  'touch /data/c\nif grep -qE \'^#?a=\' /data/c; then sed -ri "s|^#?a=.*|a=1|" /data/c; else echo "a=1" >> /data/c; fi': 'safe',
  'touch /data/c\nif [ $(grep -c \'^a=\' /data/c) -eq 0 ]; then echo "a=1" >> /data/c; fi': 'safe',
  'touch /data/c\nif [ -z "$(grep \'^a=\' /data/c)" ]; then echo "a=1" >> /data/c; fi': 'safe',
  'touch /data/c\nawk \'!/^a=/\' /data/c > /data/c.tmp && echo "a=1" >> /data/c.tmp && mv /data/c.tmp /data/c': 'safe',
  'touch /data/c\ngrep -v \'^a=\' /data/c > /data/c.tmp || true\necho "a=$V" >> /data/c.tmp\nmv /data/c.tmp /data/c': 'safe',
  'touch /data/c\ngrep -qi \'^A=\' /data/c || echo "a=$V" >> /data/c': 'safe',
  'touch /data/c\ngrep -q \'^a=\' /data/c || echo "a=1" >> /data/c\ngrep -q \'^b=\' /data/c || sed -i "/^a=/a b=$V" /data/c': 'safe',
  'touch /data/c\ngrep -q \'^#\\?a=\' /data/c || echo "#a=1" >> /data/c\nsed -i "s|^#\\?a=.*|a=$V|" /data/c': 'safe',
})

sameVerdicts('lines that are added or changed again', {
  'touch /data/c\nif grep -q \'^a=\' /data/c; then sed -i "s|^a=.*|a=$V|" /data/c; else echo "b=$V" >> /data/c; fi': 'unsafe',
  'touch /data/c\necho "a=$V" >> /data/c': 'unsafe',
  'touch /data/c /data/d\ngrep -q \'^a=\' /data/d || echo "a=$V" >> /data/c': 'unsafe',
  'touch /data/c\nif grep -q \'^a=\' /data/c; then sed -i "s|^a=|a=x|" /data/c; else echo "a=" >> /data/c; fi': 'unsafe',
  'touch /data/c\nif grep -q \'^ab=\' /data/c; then :; else echo "a=$V" >> /data/c; fi': 'unsafe',
  'touch /data/c\ngrep -q \'^a=$\' /data/c || echo "a=1" >> /data/c': 'unsafe',
  'touch /data/c\ngrep -q \'^a=$\' /data/c || echo "a=$V" >> /data/c': 'unknown',
  'touch /data/c\ngrep -q \'^A=\' /data/c || echo "a=$V" >> /data/c': 'unsafe',
  'touch /data/c\nsed -i \'/^b=/d\' /data/c\necho "a=$V" >> /data/c': 'unsafe',
  'touch /data/c\nsed -i "s|^a=|a=$V|" /data/c\ngrep -q \'^a=\' /data/c || echo "a=" >> /data/c': 'unsafe',
  'touch /data/c\ngrep -q \'^a=\' /data/c || echo "a=1" >> /data/c\nsed -i "/^a=/a b=$V" /data/c': 'unsafe',
  'touch /data/c\ngrep -v \'^b=\' /data/c > /data/t\necho "a=$V" >> /data/t\nmv /data/t /data/c': 'unsafe',
  'echo "a=1" >> /data/c\nawk \'/^a=/\' /data/c > /data/c.tmp && mv /data/c.tmp /data/c': 'unsafe',
  'touch /data/c\nif [ $(grep -c \'^a=\' /data/c) -lt 2 ]; then echo "a=1" >> /data/c; fi': 'unsafe',
  'set_kv() { if grep -q "^$2=" /data/c; then sed -i "s|^$1=.*|$1=$2|" /data/c; else echo "$1=$2" >> /data/c; fi; }\ntouch /data/c\nset_kv a 1':
    'unsafe',
  'touch /data/c\ngrep -q \'^a=\' /data/c || echo "a=1" >> /data/c\nsed -ri "s|^(a=.*)|\\1 x|" /data/c': 'unsafe',
  'touch /data/c\ngrep -q \'a=\' /data/c || echo "a=1" >> /data/c\nsed -i "s|^#*a=.*|a=$V|" /data/c\necho "a=0" >> /data/c': 'unsafe',
  'echo "a=$V" >> /data/c\nsed -i "s|^a=.*|a=$V|" /data/c': 'unsafe',
  'sed -i "s|__HOST__|$V|g" /data/app.conf': 'unknown',
})

sameVerdicts('lines that are added again, of which one is kept', {
  'echo a=1 >> /data/c\nsort -u /data/c > /data/t && mv /data/t /data/c': 'safe',
  "printf 'a=1\\nb 2\\n' >> /data/c\nsort -u -o /data/c /data/c": 'safe',
  "printf 'a=1\\nb 2\\n' >> /data/c\nsort /data/c | uniq > /data/t && mv /data/t /data/c": 'safe',
  "echo a=1 >> /data/c\nawk '!seen[$0]++' /data/c > /data/t && mv /data/t /data/c": 'safe',
  'echo a=1 >> /data/c\nsort /data/c > /data/t && mv /data/t /data/c': 'unsafe',
  'echo a=1 >> /data/c\nsort /data/c | uniq -c > /data/t && mv /data/t /data/c': 'unsafe',
  'echo "a=1 $RANDOM" >> /data/c\nsort -u /data/c > /data/t && mv /data/t /data/c': 'unsafe',
  'echo "a $RANDOM" >> /data/c\nawk \'!seen[$1]++\' /data/c > /data/t && mv /data/t /data/c': 'unsafe',
})

sameVerdicts('blocks of lines, indentation and devices', {
  "touch /data/h\nsed -i '/# BEGIN/,/# END/d' /data/h\nprintf '# BEGIN\\n1.1.1.1 x\\n# END\\n' >> /data/h": 'safe',
  "touch /data/h\nsed -i '/# BEGIN/,/# END/d' /data/h\nprintf '# START\\n1.1.1.1 x\\n# END\\n' >> /data/h": 'unsafe',
  'cp -n /etc/c.yaml /data/c.yaml\nsed -i "s/^\\( *\\)port:.*/\\1port: 80/" /data/c.yaml': 'safe',
  'cp -n /etc/c.yaml /data/c.yaml\nsed -ri "s/^(\\s*)port:.*/\\1port: $V/" /data/c.yaml': 'safe',
  "touch /data/c\ngrep -q a /data/c || echo a1 >> /data/c\nsed -i 's/\\([a-z]*\\)1/\\12/' /data/c": 'unknown',
  '[ -c /data/tun ] || mknod /data/tun c 10 200': 'safe',
})

sameVerdicts('lines of which no part is known', {
  'touch /data/p\nwhile read -r line; do\n  sed -i "/^$line/d" /data/p\n  echo "$line" >> /data/p\ndone < /etc/p': 'safe',
  'touch /data/p\nwhile read -r line; do\n  grep -qxF "$line" /data/p || echo "$line" >> /data/p\ndone < /etc/p': 'safe',
  'touch /data/p\nfor line in $(cat /etc/p); do\n  grep -q "^$line" /data/p || echo "$line=1" >> /data/p\ndone': 'safe',
  'touch /data/p\nwhile IFS=\'=\' read -r k v; do\n  if grep -q "^$k=" /data/p; then sed -i "s|^$k=.*|$k=$v|" /data/p; else echo "$k=$v" >> /data/p; fi\ndone < /etc/p':
    'safe',
  'touch /data/p\nenv | grep \'^CFG_\' | while IFS=\'=\' read -r k v; do\n  sed -i "/^$k=/d" /data/p\n  echo "$k=$v" >> /data/p\ndone':
    'safe',
  'touch /data/p\ngrep -qxF "$V" /data/p || echo "$V" >> /data/p': 'safe',
  'touch /data/p\nsed -i "/^$V$/d" /data/p\necho "$V" >> /data/p': 'safe',
  'touch /data/p\necho "$V" >> /data/p': 'unsafe',
})
