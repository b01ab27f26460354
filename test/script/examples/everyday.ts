import { changes, type Example, fails, only, same } from './example.ts'

/** An archive with the file `f`. */
const archive =
  'echo UEsDBBQAAAAAAAAAIQAHoerdAgAAAAIAAAABAAAAZmEKUEsBAhQDFAAAAAAAAAAhAAeh6t0CAAAAAgAAAAEAAAAAAAAAAAAAAKQBAAAAAGZQSwUGAAAAAAEAAQAvAAAAIQAAAAAA | base64 -d > a.jar'
const pair = 'keytool -genkeypair -alias a -keyalg EC -dname CN=x -keystore k -storepass secret'
const encrypt = 'echo x | gpg --homedir "$HOME" --batch --passphrase p --pinentry-mode loopback -o f -c'
const busyboxRoot = 'mkdir -p r/bin; cp "$(command -v busybox)" r/bin/busybox'

/** Programs that only read or print, and programs with a single form. */
export const everydayExamples: readonly Example[] = [
  { form: 'readlink, realpath', setup: 'echo x > a; ln -s a l', script: 'cp "$(readlink -f l)" f', run2: same },
  { form: 'stat, du, df, file', setup: 'echo x > a', script: 'stat -c %s a > f; du a >> f', run2: same },
  { form: 'mountpoint -q DIR', setup: 'mkdir d', script: 'mountpoint -q d || echo x > f', run2: same },
  { form: 'cat', setup: 'echo x > a', script: 'cat a > f', run2: same },
  { form: 'yes | COMMAND', setup: '', script: 'yes | head -n 2 > f', run2: same },
  { form: 'grep -q PATTERN FILE', setup: 'echo a > f', script: 'grep -q x f || echo x >> f', run2: same },
  { form: 'sort', setup: 'echo b > a; echo a >> a', script: 'sort a > f; sort -u -o a a', run2: same },
  { form: 'basename, dirname', setup: '', script: 'basename /a/b > f; dirname /a/b >> f', run2: same },
  { form: 'seq', setup: '', script: 'for i in $(seq 3); do mkdir -p "d$i"; done', run2: same },
  { form: 'seq', setup: '', script: 'for i in $(seq 3); do mkdir "d$i"; done', run2: fails() },
  {
    form: 'expr NUMBER + NUMBER',
    setup: '',
    script: 'i=0; while [ "$i" -lt 3 ]; do i=`expr "$i" + 1`; echo $i; done > f; expr 2 - 2 || mkdir "d$i"',
    run2: fails(),
  },
  { form: 'sleep, sync, ldconfig', setup: '', script: 'sleep 0; echo x > f; sync', run2: same },
  { form: 'hostname, uname, whoami, nproc', setup: '', script: 'uname -s > f; whoami >> f', run2: same },
  { form: 'jar xf ARCHIVE', setup: archive, script: 'jar xf a.jar', run2: only(same), supposed: true },
  { form: 'kill, pkill', setup: '', script: 'kill -0 $$; echo x > f', run2: same },
  {
    form: 'node, perl, ruby, java, deno, bun, lua, Rscript, dotnet SCRIPT',
    setup: '',
    script: 'perl -e \'mkdir "d" or exit 1\'',
    run2: only(fails()),
    notFollowed: true,
  },
  {
    form: 'chroot DIR COMMAND, nsenter -t 1 -m COMMAND',
    setup: busyboxRoot,
    script: 'chroot r /bin/busybox mkdir /d',
    run2: only(fails()),
  },
  { form: "yes | ssh-keygen -N '' -f FILE", setup: '', script: "yes | ssh-keygen -q -N '' -f k", run2: only(changes), notFollowed: true },
  {
    form: 'gpg --batch --gen-key FILE',
    setup: "mkdir -m 700 k; echo %no-protection > p; echo 'Key-Type: RSA' >> p; echo 'Name-Real: A' >> p",
    script: 'gpg --homedir k --batch --gen-key p',
    run2: only(changes),
  },
  { form: 'gpg -o FILE', setup: '', script: encrypt, run2: only(fails(2)) },
  { form: 'gpg -o FILE', setup: '', script: `[ -f f ] || ${encrypt}`, run2: only(same) },
  {
    form: 'keytool -list, -exportcert, -certreq',
    setup: pair,
    script: 'keytool -exportcert -alias a -keystore k -storepass secret -file c',
    run2: only(same),
  },
  {
    form: 'curl -X POST URL',
    setup: '',
    script: 'curl -sX POST http://example.org/a.txt > /dev/null',
    run2: only(same),
    network: true,
    notFollowed: true,
  },
]
