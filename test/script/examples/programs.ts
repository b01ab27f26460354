import { changes, type Example, fails, only, same } from './example.ts'

/** A package without dependencies, as a wheel: installing it needs no network. */
const wheel =
  "python3 -c \"import zipfile as z; w = z.ZipFile('p-1-py3-none-any.whl', 'w'); " +
  "w.writestr('p/__init__.py', 'x = 1'); w.writestr('p-1.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: p\\nVersion: 1\\n'); " +
  "w.writestr('p-1.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'); " +
  "w.writestr('p-1.dist-info/RECORD', ''); w.close()\""
const install = 'pip install -q --no-index --no-compile --disable-pip-version-check --target t ./p-1-py3-none-any.whl'
const npmPackage = `echo '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"}}}' > package-lock.json; echo '{"name":"a","version":"1.0.0"}' > package.json`

/** Package managers and programs in the catalogue, and code that is not analyzed. */
export const programExamples: readonly Example[] = [
  { form: 'pip install --target DIR', setup: wheel, script: install, run2: only(same) },
  // An incomplete package: its folder exists and stays as it is.
  { form: 'pip install --target DIR', setup: `${wheel}; mkdir -p t/p`, script: install, run2: only(same) },
  { form: 'npm ci, npm install', setup: npmPackage, script: 'npm ci --silent --offline', run2: only(same) },
  { form: 'npm ci, npm install', setup: npmPackage, script: 'npm install --silent --offline', run2: only(same) },
  {
    form: 'python -m venv DIR',
    setup: '',
    script: 'python3 -m venv --without-pip e',
    run2: only(same),
  },
  {
    form: 'python, python3, python2 SCRIPT',
    setup: '',
    script: 'python3 -c \'import os; os.makedirs("d")\'',
    run2: only(fails()),
    notFollowed: true,
  },
  {
    form: 'python, python3, python2 SCRIPT',
    setup: '',
    script: 'python3 -c \'open("f", "x")\'',
    run2: only(fails()),
    notFollowed: true,
  },
  { form: 'sh FILE', setup: 'echo "mkdir d" > s.sh', script: '. ./s.sh', run2: fails() },
  { form: 'sh FILE', setup: 'echo "mkdir d" > s.sh', script: '[ -x none.sh ] && ./none.sh; true', run2: same },
  {
    form: 'kubectl create',
    setup: '',
    script: 'kubectl create configmap x --from-literal=a=b --dry-run=client -o yaml > f',
    run2: only(same),
  },
  { form: 'pg_isready', setup: '', script: 'pg_isready -q -h /none || echo x > f', run2: only(same) },
  { form: 'date', setup: '', script: 'pwd; id; hostname; ls; seq 3 | sort | uniq | wc -l > f; basename /a/b >> f', run2: same },
  { form: 'date', setup: '', script: 'date +%s%N >> f', run2: changes },
]
