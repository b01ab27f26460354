/** The commands with effects that the generator uses: what each needs, creates and removes. */
import { rootMark } from './reality.ts'

export type EffectFamily = 'files' | 'text' | 'archives' | 'git' | 'sqlite3'

export type Kind = 'file' | 'folder' | 'link' | 'database' | 'repository'

export interface Effect {
  readonly family: EffectFamily
  /** Commands other than shell builtins: all must be in the catalogue and installed. */
  readonly tools: readonly string[]
  /**
   * `%` is the folder of the storage, `%f` and `%g` are files in it, `%d`, `%e` and `%n` folders, `%l` a link, `%b` a database, `%r` a
   * repository; `@` is the image.
   */
  readonly text: string
  /** Letters of the names that must exist before. */
  readonly needs: string
  /** Letters of the names that exist afterwards. */
  readonly makes: string
  /** Letters of the names that no longer exist afterwards. */
  readonly takes: string
}

/** One line per effect: text, tools, and `needs > makes - takes` as letters. */
type Row = readonly [text: string, tools: string, flow?: string]

const files: readonly Row[] = [
  ['mkdir %d', 'mkdir', '> d'],
  ['mkdir -p %d', 'mkdir', '> d'],
  ['mkdir -p %d/x/y', 'mkdir', '> d'],
  ['mkdir -p -m 755 %e', 'mkdir', '> e'],
  ['mkdir %d %e', 'mkdir', '> de'],
  ['rmdir %d', 'rmdir', 'd - d'],
  ['touch %f', 'touch', '> f'],
  ['touch %d/f', 'touch', 'd'],
  ['rm %f', 'rm', 'f - f'],
  ['rm -f %f', 'rm', '- f'],
  ['rm -r %d', 'rm', 'd - d'],
  ['rm -rf %d', 'rm', '- d'],
  ['rm -rf %/*', 'rm', '- fgdelbr'],
  ['unlink %f', 'unlink', 'f - f'],
  ['cp @/one %f', 'cp', '> f'],
  ['cp -f @/one %f', 'cp', '> f'],
  ['cp @/one %d/', 'cp', 'd'],
  ['cp %f %g', 'cp', 'f > g'],
  ['cp -n @/two %f', 'cp', '> f'],
  ['cp -r @/tree %d', 'cp', '> d'],
  ['cp -r @/tree/ %e', 'cp', '> e'],
  ['cp -r @/tree/. %d', 'cp', 'd'],
  ['cp -R @/tree/* %d/', 'cp', 'd'],
  ['cp -a @/tree/. %/', 'cp'],
  ['cp -rT @/tree %d', 'cp', '> d'],
  ['cp -a @/linked/. %d', 'cp', 'd'],
  ['cp -af @/linked/. %d', 'cp', 'd'],
  ['cp -r %d %e', 'cp', 'd > e'],
  ['mv %f %g', 'mv', 'f > g - f'],
  ['mv -f %f %g', 'mv', 'f > g - f'],
  ['mv %d %e', 'mv', 'd > e - d'],
  ['mv %f %d/', 'mv', 'fd - f'],
  ['ln -s %f %l', 'ln', '> l'],
  ['ln -s %d %l', 'ln', 'd > l'],
  ['ln -sf %f %l', 'ln', '> l'],
  ['ln -sf %d %l', 'ln', 'd > l'],
  ['ln -sfn %d %l', 'ln', 'd > l'],
  ['ln -s f %l', 'ln', '> l'],
  ['ln %f %g', 'ln', 'f > g'],
  ['ln -f %f %g', 'ln', 'f > g'],
  ['install -d %d', 'install', '> d'],
  ['install -m 644 @/one %f', 'install', '> f'],
  ['chmod 755 %f', 'chmod', 'f'],
  ['chmod -R u+rwX %d', 'chmod', 'd'],
  ['truncate -s 0 %f', 'truncate', '> f'],
]

const text: readonly Row[] = [
  ['echo x > %f', '', '> f'],
  ['echo y >> %f', '', '> f'],
  ['echo z >> %d/f', '', 'd'],
  ['echo w > %d/f', '', 'd'],
  [': > %f', '', '> f'],
  ["printf '%s\\n' p > %g", '', '> g'],
  ['cat @/one > %f', 'cat', '> f'],
  ['cat @/one @/two >> %g', 'cat', '> g'],
  ['cat %f > %g', 'cat', 'f > g'],
  ['echo v | cat > %f', 'cat', '> f'],
  ['echo v | cat >> %f', 'cat', '> f'],
  ['{ echo a; echo b; } > %f', '', '> f'],
  ['{ echo a; echo b; } >> %f', '', '> f'],
  ['echo "$(cat @/one)" > %f', 'cat', '> f'],
  ['for n in p q; do echo $n > %/$n; done', ''],
  ['for n in p q; do echo $n >> %f; done', '', '> f'],
  ['for n in p q; do mkdir -p %/$n; done', 'mkdir'],
  ['for n in p q; do [ -d %/$n ] || mkdir %/$n; done', 'mkdir'],
  ['i=0; while [ $i -lt 2 ]; do mkdir %/n$i; i=$((i+1)); done', 'mkdir'],
  ['i=0; while [ $i -lt 2 ]; do touch %/n$i; i=$((i+1)); done', 'touch'],
  ['n=$(echo d); mkdir -p %/$n', 'mkdir', '> d'],
  ['rm -rf %/t; mkdir %/t; echo 1 > %/t/f', 'rm mkdir'],
  ['rm -rf %/t; mkdir %/t; echo 1 > %/t/f; rm -rf %e; mv %/t %e', 'rm mkdir mv', '> e'],
  ['echo 1 > %/t.new && mv %/t.new %f', 'mv', '> f'],
  ['cat > %f <<EOF\nx=1\nEOF', 'cat', '> f'],
  ["cat >> %g <<'EOF'\n$x\nEOF", 'cat', '> g'],
  ['echo q | tee %f', 'tee', '> f'],
  ['echo q | tee -a %f', 'tee', '> f'],
  ["sed 's/@HOST@/h/' @/template > %f", 'sed', '> f'],
  ["sed -i 's/x/X/' %f", 'sed', 'f'],
  ["sed -i 's/x/xx/' %f", 'sed', 'f'],
  ["sed -i 's/^port=.*/port=2/' %f", 'sed', 'f'],
  ["sed -i '/x/d' %f", 'sed', 'f'],
  ["sed -i '$a t' %f", 'sed', 'f'],
  ["sed -i '1i t' %f", 'sed', 'f'],
  ['grep -q k %f || echo k >> %f', 'grep', 'f'],
  ['grep -q k %f 2>/dev/null || echo k >> %f', 'grep', '> f'],
  ['grep -q HOST %f', 'grep', 'h'],
  ["cp @/template %f; sed -i 's/@HOST@/h/' %f; echo x >> %f", 'cp sed', '> f'],
  ['sort -u -o %f %f', 'sort', 'f'],
  ['sort @/two @/one > %g', 'sort', '> g'],
  ['head -n 1 @/template > %g', 'head', '> g'],
  ['tr a-z A-Z < @/one > %g', 'tr', '> g'],
  ['cat /proc/sys/kernel/random/uuid > %f', 'cat', '> f'],
  ['[ -s %f ] || cat /proc/sys/kernel/random/uuid > %f', 'cat', '> f'],
]

const archives: readonly Row[] = [
  ['tar xf @/pack.tar -C %', 'tar'],
  ['tar -xf @/pack.tar -C %d', 'tar', 'd'],
  ['tar xzf @/pack.tgz -C %d --strip-components=1', 'tar', 'd'],
  ['mkdir -p %e && tar xzf @/pack.tgz -C %e', 'tar mkdir', '> e'],
  ['cat @/pack.tar | tar x -C %', 'tar cat'],
  ['tar xkf @/pack.tar -C %', 'tar'],
  ['cp @/pack.tar %/t.tar && tar xf %/t.tar -C % && rm %/t.tar', 'tar cp rm'],
  ['tar cf %/out.tar -C @ tree', 'tar'],
  ['unzip -o @/pack.zip -d %d', 'unzip', '> d'],
  ['unzip @/pack.zip -d %d', 'unzip', '> d'],
  ['unzip -qn @/pack.zip -d %d', 'unzip', '> d'],
  ['gunzip -c @/one.gz > %f', 'gunzip', '> f'],
  ['cp @/one.gz %/z.gz; gunzip -f %/z.gz', 'gunzip cp'],
  ['cp @/one.gz %/z.gz; gunzip %/z.gz', 'gunzip cp'],
  ['gunzip -k %/z.gz', 'gunzip', 'z'],
  ['gunzip -kf %/z.gz', 'gunzip', 'z'],
  ['gzip %f', 'gzip', 'f - f'],
]

const git: readonly Row[] = [
  ['git clone @@/srv/origin.git %r', 'git', '> r'],
  ['git clone --depth 1 -q file://@@/srv/origin.git %r', 'git', '> r'],
  ['rm -rf %r; git clone -q @@/srv/origin.git %r', 'git rm', '> r'],
  ['git clone -q -b dev @@/srv/origin.git %r', 'git', '> r'],
  ['[ -d %r ] || git clone -q @@/srv/origin.git %r', 'git', '> r'],
  ['[ -d %r/.git ] || git clone -q @@/srv/origin.git %r', 'git', '> r'],
  ['git clone -q @@/srv/origin.git %r || git -C %r pull -q', 'git', '> r'],
  ['git -C %r pull -q', 'git', 'r'],
  ['git -C %r fetch -q', 'git', 'r'],
  ['git -C %r checkout -q -b new', 'git', 'r'],
  ['git -C %r checkout -q -B new', 'git', 'r'],
  ['git -C %r checkout -q dev', 'git', 'r'],
  ['git -C %r tag v2', 'git', 'r'],
  ['git -C %r remote add other @@/srv/origin.git', 'git', 'r'],
  ['git -C %r remote set-url origin @@/srv/origin.git', 'git', 'r'],
  ['git -C %r reset -q --hard', 'git', 'r'],
  ['git init -q %r', 'git', '> r'],
  ['git config --global user.name x', 'git'],
]

const sqlite3: readonly Row[] = [
  ["sqlite3 %b 'CREATE TABLE t (a)'", 'sqlite3', '> bt'],
  ["sqlite3 %b 'CREATE TABLE IF NOT EXISTS t (a)'", 'sqlite3', '> bt'],
  ["sqlite3 %b 'CREATE TABLE IF NOT EXISTS k (a INTEGER PRIMARY KEY)'", 'sqlite3', '> bk'],
  ["sqlite3 %b 'INSERT INTO t VALUES (1)'", 'sqlite3', 't'],
  ["sqlite3 %b 'INSERT INTO k VALUES (1)'", 'sqlite3', 'k'],
  ["sqlite3 %b 'INSERT OR IGNORE INTO k VALUES (1)'", 'sqlite3', 'k'],
  ["sqlite3 %b 'INSERT OR REPLACE INTO k VALUES (2)'", 'sqlite3', 'k'],
  ["sqlite3 %b 'ALTER TABLE t ADD COLUMN b'", 'sqlite3', 't'],
  ["sqlite3 %b 'DROP TABLE t'", 'sqlite3', 't - t'],
  ["sqlite3 %b 'DROP TABLE IF EXISTS t'", 'sqlite3', 'b - t'],
  ["sqlite3 %b 'CREATE INDEX i ON t (a)'", 'sqlite3', 't'],
  ['sqlite3 %b <<EOF\nCREATE TABLE IF NOT EXISTS t (a);\nDELETE FROM t;\nINSERT INTO t VALUES (1);\nEOF', 'sqlite3', '> bt'],
]

function rows(family: EffectFamily, list: readonly Row[]): Effect[] {
  return list.map(([text, tools, flow = '']) => {
    const [, needs = '', makes = '', takes = ''] = /^(\w*) ?(?:> (\w+))? ?(?:- (\w+))?$/.exec(flow) ?? []
    return { family, tools: tools.split(' ').filter(Boolean), text, needs, makes, takes }
  })
}

export const allEffects: readonly Effect[] = [
  ...rows('files', files),
  ...rows('text', text),
  ...rows('archives', archives),
  ...rows('git', git),
  ...rows('sqlite3', sqlite3),
]

/** The kind of thing that a letter names, for guards. */
export const kindOfLetter: Readonly<Record<string, Kind>> = {
  f: 'file',
  g: 'file',
  d: 'folder',
  e: 'folder',
  l: 'link',
  b: 'database',
  r: 'repository',
}

/** The shortest command that provides what an effect needs. */
export const providers: Readonly<Record<string, string>> = {
  f: 'echo x > %f',
  g: 'echo g > %g',
  d: 'mkdir -p %d',
  e: 'mkdir -p %e',
  h: 'cp @/template %f',
  z: 'cp @/one.gz %/z.gz',
  r: 'rm -rf %r; git clone -q @@/srv/origin.git %r',
  b: "sqlite3 %b 'CREATE TABLE IF NOT EXISTS t (a)'",
  t: "sqlite3 %b 'CREATE TABLE IF NOT EXISTS t (a)'",
  k: "sqlite3 %b 'CREATE TABLE IF NOT EXISTS k (a INTEGER PRIMARY KEY)'",
}

/** The text of an effect on one storage. @param storage a folder with its root mark, without a trailing slash */
export function textOn(template: string, storage: string): string {
  return template
    .replaceAll(/(^|\s)@(?=[/ ])/g, `$1${rootMark}/img`)
    .replaceAll(/%([fgdelbr])(?!\w)/g, (_match, letter: string) => `${storage}/${letter}`)
    .replaceAll(/%(?=[/ \n;]|$)/g, storage)
}
