import { changes, type Example, fails, only, same } from './example.ts'

/** A file, and a patch for it. */
const setup = "printf '1\\n2\\n3\\n' > f; printf '%s\\n' '--- f' '+++ f' '@@ -1,3 +1,3 @@' ' 1' '-2' '+two' ' 3' > p.diff"

/** patch. */
export const patchExamples: readonly Example[] = [
  // GNU patch writes the rejected parts to f.rej and the original file to f.orig.
  { form: 'patch FILE DIFF', setup, script: 'patch f p.diff', run2: { gnu: { status: 1, changed: true }, busybox: fails() } },
  {
    form: 'patch FILE DIFF',
    setup,
    script: 'patch -p0 -i p.diff',
    run2: { gnu: { status: 1, changed: true }, busybox: fails() },
    notFollowed: true,
  },
  { form: 'patch FILE DIFF', setup, script: 'patch -N f p.diff', run2: { gnu: { status: 1, changed: true }, busybox: fails() } },
  { form: 'patch FILE DIFF', setup, script: 'patch -N -r - f p.diff || true', run2: { gnu: same, busybox: null } },
  { form: 'patch FILE DIFF', setup, script: 'patch -R -s -f --dry-run f p.diff > /dev/null || patch f p.diff', run2: only(same) },
  { form: 'patch FILE DIFF', setup, script: 'cp p.diff f; patch f p.diff || true; echo x >> g', run2: only(changes) },
]
