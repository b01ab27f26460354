import { changes, type Example, fails, only, same } from './example.ts'

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
    { form: '>> FILE', setup: '', script: 'echo worker:x:4711:4711::/:/bin/sh >> /etc/passwd', run2: changes },
    {
      form: '>> FILE',
      setup: '',
      script: "grep -q '^worker:' /etc/passwd || echo worker:x:4711:4711::/:/bin/sh >> /etc/passwd",
      run2: same,
    },
  ] as const
).map((example) => ({ ...example, etc: true }))
