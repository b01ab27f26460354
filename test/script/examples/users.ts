import { changes, type Example, fails, only, same } from './example.ts'

/** adduser calls chfn, which asks PAM. */
const pam = 'cp -r /etc/pam.d etc/'
const adduser = "adduser --quiet --disabled-password --gecos '' --no-create-home worker"

/** Users, with /etc on a volume. */
export const userExamples: readonly Example[] = (
  [
    { form: 'useradd USER', setup: '', script: 'useradd -M worker', run2: only(fails(9)) },
    { form: 'useradd USER', setup: '', script: 'id worker > /dev/null 2>&1 || useradd -M worker', run2: only(same) },
    { form: 'useradd USER', setup: '', script: "grep -q '^worker:' /etc/passwd || useradd -M worker", run2: only(same) },
    { form: 'groupadd GROUP', setup: '', script: 'groupadd workers', run2: only(fails(9)) },
    { form: 'groupadd GROUP', setup: '', script: 'groupadd -f workers', run2: only(same) },
    { form: 'groupadd GROUP', setup: '', script: 'getent group workers > /dev/null || groupadd workers', run2: only(same) },
    { form: 'userdel USER', setup: 'echo worker:x:4711:4711::/:/bin/sh >> etc/passwd', script: 'userdel worker', run2: only(fails(6)) },
    {
      form: 'usermod -aG GROUP USER, passwd, chpasswd',
      setup: 'echo worker:x:4711:4711::/:/bin/sh >> etc/passwd; echo workers:x:4711: >> etc/group',
      script: 'usermod -aG workers worker',
      run2: only(same),
    },
    { form: 'adduser USER, adduser -D USER', setup: pam, script: adduser, run2: only(fails()) },
    {
      form: 'adduser USER, adduser -D USER',
      setup: pam,
      script: `id worker > /dev/null 2>&1 || ${adduser}`,
      run2: only(same),
    },
    {
      form: 'adduser --system USER',
      setup: '',
      script: 'adduser --quiet --system --no-create-home worker',
      run2: only(same),
    },
    { form: 'addgroup GROUP', setup: '', script: 'addgroup workers', run2: only(fails()) },
    { form: 'groupdel GROUP', setup: 'echo workers:x:4711: >> etc/group', script: 'groupdel workers', run2: only(fails(6)) },
    { form: 'id USER', setup: '', script: 'id worker > /dev/null 2>&1 || echo none > f', run2: same },
    { form: 'getent passwd USER', setup: '', script: 'getent passwd worker || echo none > f', run2: only(same) },
    { form: '>> FILE', setup: '', script: 'echo worker:x:4711:4711::/:/bin/sh >> /etc/passwd', run2: changes },
    {
      form: '>> FILE',
      setup: '',
      script: "grep -q '^worker:' /etc/passwd || echo worker:x:4711:4711::/:/bin/sh >> /etc/passwd",
      run2: same,
    },
  ] as const
).map((example) => ({ ...example, etc: true }))
