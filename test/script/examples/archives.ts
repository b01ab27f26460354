import { changes, type Example, fails, only, same } from './example.ts'

/** A tree, two archives of it, and an empty folder. */
const packed = 'mkdir s; echo a > s/f; mkdir s/sub; echo b > s/sub/g; tar cf a.tar -C s .; tar czf a.tgz -C s f sub; mkdir d'

/** An archive with one file, and an empty folder. */
const zipped =
  'echo UEsDBBQAAAAAAAAAIQAHoerdAgAAAAIAAAABAAAAZmEKUEsBAhQDFAAAAAAAAAAhAAeh6t0CAAAAAgAAAAEAAAAAAAAAAAAAAKQBAAAAAGZQSwUGAAAAAAEAAQAvAAAAIQAAAAAA | base64 -d > z.zip; mkdir d'

/** tar, unzip, gzip. */
export const archiveExamples: readonly Example[] = [
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar xf a.tar -C d',
    run2: same,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar -xzf a.tgz --strip-components=1 -C d',
    run2: same,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'cat a.tar | tar x -C d',
    run2: same,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: '[ -d d/sub ] || tar xzf a.tgz -C d sub f',
    run2: same,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'set -e; tar xzf a.tgz -C d sub/g; [ -f d/sub/g ]; [ ! -e d/f ]; mkdir d/new',
    run2: only(fails()),
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar xfC a.tar d',
    run2: { gnu: same, busybox: null },
  },
  // What was removed comes back.
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'rm -rf d/sub; tar xf a.tar -C d && cp d/sub/g h',
    run2: same,
    supposed: true,
  },
  // The input that a failed download gives.
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: ': | tar xz -C d',
    run2: { gnu: fails(2), busybox: fails(1) },
    firstRunFails: true,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: ': | tar x -C d',
    run2: { gnu: fails(2), busybox: fails(1) },
    firstRunFails: true,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar xf a.tar -C none',
    run2: { gnu: fails(2), busybox: fails(1) },
    firstRunFails: true,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar xf none.tar',
    run2: { gnu: fails(2), busybox: fails(1) },
    firstRunFails: true,
  },
  {
    form: 'tar xf ARCHIVE -C DIR',
    setup: packed,
    script: 'tar xf a.tar -C d; echo x >> d/new',
    run2: changes,
    supposed: true,
  },
  {
    form: 'tar xkf ARCHIVE',
    setup: packed,
    script: 'tar xkf a.tar -C d',
    run2: { gnu: fails(2), busybox: fails(1) },
  },
  {
    form: 'tar xkf ARCHIVE',
    setup: packed,
    script: 'tar xf a.tar --skip-old-files -C d',
    run2: { gnu: same, busybox: null },
  },
  {
    form: 'tar xf ARCHIVE && rm ARCHIVE',
    setup: packed,
    script: 'tar xf a.tar -C d && rm a.tar',
    run2: { gnu: fails(2), busybox: fails(1) },
  },
  { form: 'tar cf ARCHIVE', setup: 'mkdir s; echo a > s/f; mkdir s/sub; echo b > s/sub/g', script: 'tar cf n.tar s', run2: same },
  {
    form: 'tar rf ARCHIVE',
    setup: packed,
    script: 'tar rf a.tar s',
    run2: { gnu: changes, busybox: null },
  },
  {
    form: 'unzip ARCHIVE',
    setup: zipped,
    script: 'unzip -q z.zip -d d',
    run2: fails(),
  },
  {
    form: 'unzip ARCHIVE',
    setup: zipped,
    script: 'unzip -oq z.zip -d d',
    run2: same,
  },
  {
    form: 'unzip ARCHIVE',
    setup: zipped,
    script: 'unzip -oq z.zip -d new',
    run2: same,
  },
  {
    form: 'unzip -n ARCHIVE',
    setup: zipped,
    script: 'unzip -nq z.zip -d d',
    run2: same,
  },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; gzip -c f > f.gz; rm f', script: 'gunzip f.gz', run2: fails() },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: '', script: ': | gunzip > f', run2: fails(), firstRunFails: true },
  {
    form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz',
    setup: '',
    script: ': | xz -d > f',
    run2: { gnu: fails(), busybox: same },
    firstRunFails: true,
  },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; gzip -c f > f.gz; rm f', script: 'gzip -d f.gz', run2: fails() },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; gzip -c f > f.gz; rm f', script: 'gunzip -f f.gz', run2: fails() },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; gzip -c f > f.gz; rm f', script: 'gunzip -kf f.gz', run2: same },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; gzip -c f > f.gz; rm f', script: 'gunzip -c f.gz > f', run2: same },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f', script: 'gzip f', run2: fails() },
  { form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz', setup: 'echo x > f; bzip2 -c f > g.bz2', script: 'bunzip2 g.bz2', run2: fails() },
  {
    form: 'gunzip -k FILE.gz',
    setup: 'echo x > f; gzip -c f > f.gz; rm f',
    script: 'gunzip -k f.gz',
    run2: { gnu: fails(2), busybox: fails(1) },
  },
  {
    form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz',
    setup: 'echo /Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQABeAoAAAA3SlHcM6LKsAABGgLcLqV+H7bzfQEAAAAABFla | base64 -d > f.xz',
    script: 'xz -d f.xz',
    run2: fails(),
  },
  // State after a kill: a truncated output, and the input.
  {
    form: 'gunzip FILE.gz, gzip FILE, bunzip2, xz',
    setup: 'echo x > f; gzip -k f || gzip -c f > f.gz',
    script: 'gunzip f.gz',
    run2: { gnu: fails(2), busybox: fails(1) },
    firstRunFails: true,
  },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f', script: 'pigz f', run2: only(fails()) },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f', script: 'pigz -kf -p 2 f', run2: only(same) },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f; gzip f', script: 'unpigz f.gz', run2: only(fails()) },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f; gzip f', script: 'unpigz -k f.gz', run2: only(fails()) },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f; gzip f', script: 'unpigz -c f.gz > f', run2: only(same) },
  { form: 'pigz FILE, unpigz FILE.gz', setup: 'echo x > f', script: 'pigz -d f', run2: only(fails()), firstRunFails: true },
]
