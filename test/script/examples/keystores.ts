import { type Example, fails, only, same } from './example.ts'

const pair = 'keytool -genkeypair -alias a -keyalg EC -dname CN=x -keystore k -storepass secret'
const certificate = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout c.key -out c.crt -subj /CN=x'
const imported = 'keytool -importcert -noprompt -alias a -file c.crt -keystore k -storepass secret'
const importedAll = 'keytool -importkeystore -srckeystore s -srcstorepass secret -destkeystore k -deststorepass secret'

/** keytool and PKCS#12. */
export const keystoreExamples: readonly Example[] = [
  { form: 'keytool -genkeypair -alias A', setup: '', script: pair, run2: only(fails()) },
  {
    form: 'keytool -genkeypair -alias A',
    setup: '',
    script: `keytool -list -alias a -keystore k -storepass secret || ${pair}`,
    run2: only(same),
  },
  { form: 'keytool -importcert -noprompt -alias A', setup: certificate, script: imported, run2: only(fails()) },
  {
    form: 'keytool -delete -alias A',
    setup: pair,
    script: 'keytool -delete -alias a -keystore k -storepass secret',
    run2: only(fails()),
  },
  // The store is rewritten with a different salt: equal in meaning.
  {
    form: 'keytool -importkeystore',
    setup: pair.replace('store k', 'store s'),
    script: `${importedAll} -noprompt`,
    run2: only({ status: 0, changed: true }),
    rehearsed: same,
  },
  {
    form: 'openssl req -key, x509, pkcs12, rsa -out FILE',
    setup: certificate,
    script: 'openssl pkcs12 -export -in c.crt -inkey c.key -passout pass:x -out p',
    run2: only({ status: 0, changed: true }),
    rehearsed: same,
  },
  { form: 'ssh-keygen -A', setup: 'mkdir -p etc/ssh', script: 'ssh-keygen -A -f .', run2: only(same) },
]
