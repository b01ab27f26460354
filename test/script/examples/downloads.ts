import { changes, type Example, fails, same } from './example.ts'

/** wget and curl. */
export const downloadExamples: readonly Example[] = [
  { form: 'wget URL', setup: '', script: 'wget http://example.org/a.txt', run2: { gnu: changes, busybox: fails() }, network: true },
  { form: 'wget URL', setup: '', script: 'wget -P d http://example.org/a.txt', run2: { gnu: changes, busybox: null }, network: true },
  {
    form: 'wget URL',
    setup: 'mkdir d',
    script: 'wget -P d http://example.org/a.txt',
    run2: { gnu: changes, busybox: fails() },
    network: true,
  },
  { form: 'wget -O FILE URL', setup: '', script: 'wget -O f http://example.org/a.txt', run2: same, network: true },
  { form: 'wget -nc URL', setup: '', script: 'wget -nc http://example.org/a.txt', run2: { gnu: same, busybox: null }, network: true },
  {
    form: 'wget -nc -O FILE URL',
    setup: '',
    script: 'wget -nc -O f http://example.org/a.txt',
    run2: { gnu: fails(), busybox: null },
    network: true,
  },
  { form: 'wget URL', setup: '', script: 'wget -c http://example.org/a.txt', run2: { gnu: same, busybox: null }, network: true },
  {
    form: 'wget URL',
    setup: '',
    script: 'wget -c http://example.org/a.txt',
    run2: { gnu: null, busybox: fails() },
    network: true,
    supposed: true,
  },
  { form: 'curl -fo FILE URL', setup: '', script: 'curl -fo f http://example.org/a.txt', run2: same, network: true },
  { form: 'curl -fo FILE URL', setup: '', script: 'curl -fsSLO http://example.org/a.txt', run2: same, network: true },
  { form: 'curl -fo FILE URL', setup: '', script: 'curl -fo d/f --create-dirs http://example.org/a.txt', run2: same, network: true },
  { form: 'curl -fo FILE URL', setup: '', script: 'curl -C - -o f http://example.org/a.txt', run2: same, network: true },
  {
    form: 'curl --no-clobber -o FILE URL',
    setup: '',
    script: 'curl --no-clobber -o f http://example.org/a.txt',
    run2: changes,
    network: true,
  },
  { form: 'curl -fo FILE URL', setup: 'mkdir d', script: 'curl -fsSL http://example.org/a.tgz | tar xz -C d', run2: same, network: true },
  // Without -f, the error page is saved as the file.
  { form: 'curl -fo FILE URL', setup: '', script: 'curl -so f http://example.org/none', run2: same, network: true },
  {
    form: 'curl -fo FILE URL',
    setup: '',
    script: 'curl -fso f http://example.org/none',
    run2: fails(22),
    rehearsed: same,
    firstRunFails: true,
    network: true,
  },
]
