/** Interrupted first runs: what a kill or a failed download leaves, and what the second run does with it. The rehearsal must predict it. */
import type { Rehearsal } from '../../../src/script/rehearsal/rehearsal.ts'

/** At `KILL`, the first run kills itself; the second run ignores it. */
export const killMark = 'KILL; '

export interface Interruption {
  /** The form of the script. */
  readonly form: string
  readonly setup: string
  /** Runs until the kill, and then again in the same folder. `$HOME` is on the container's own file system, `$OTHER` on another one. */
  readonly script: string
  /**
   * For a kill within a command: it happens as soon as this path exists, and is not empty if it is a file or a folder. The first run is
   * paused there: the server sends half of a file and then nothing, git waits for its remote.
   */
  readonly killedAt?: string
  /**
   * For a first run that fails instead of being killed: the server breaks the connection in the middle of the file, or does not have the
   * file.
   */
  readonly failure?: 'broken' | 'missing'
  /** The exit status of the second run, and whether it ends like a single run. */
  readonly run2: { readonly status: number; readonly complete: boolean }
  /** What the rehearsal predicts: `verdict` for repeats, failures and kills between commands, `atomic` for kills within a command. */
  readonly predicted: Pick<Rehearsal, 'verdict' | 'atomic'>
  /** The tool is missing in BusyBox. */
  readonly onlyGnu?: true
  /** Needs a user other than root. File contents are new in every run, so only the names are compared. */
  readonly user?: 'other'
}

const broken = { status: 0, complete: false }
const repaired = { status: 0, complete: true }
const notAtomic = { verdict: 'safe', atomic: false } as const
/** A failure and a kill leave the same. */
const unsafeDownload = { verdict: 'unsafe', atomic: false } as const
const unsafe = { verdict: 'unsafe', atomic: true } as const
const safe = { verdict: 'safe', atomic: true } as const

const origin =
  'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git commit -qm 1; git push -q origin HEAD; cd ..; rm -rf t'
/** Large enough that a copy takes time, so that a kill can interrupt it. */
const tree = 'mkdir -p "$HOME/s"; cd "$HOME/s"; i=0; while [ $i -lt 2000 ]; do echo $i > $i; i=$((i + 1)); done'
const url = 'http://example.org/half.bin'
const archive = 'http://example.org/half.tar'

export const interruptions: readonly Interruption[] = [
  // A guard on a folder that git creates first.
  {
    form: '[ -d DIR ] || git clone URL DIR',
    setup: origin,
    script: '[ -d o ] || git clone -q r.git o',
    killedAt: 'o/.git',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: '[ -d DIR/.git ] || git clone URL DIR',
    setup: origin,
    script: '[ -d o/.git ] || git clone -q r.git o',
    killedAt: 'o/.git',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: 'git clone URL DIR',
    setup: origin,
    script: 'git clone -q r.git o',
    killedAt: 'o/.git',
    run2: { status: 128, complete: false },
    predicted: { verdict: 'unsafe', atomic: false },
  },
  {
    form: 'git clone URL TEMPORARY && mv TEMPORARY DIR',
    setup: origin,
    script: '[ -d o ] || { rm -rf t; git clone -q r.git t && mv t o; }',
    killedAt: 't/.git',
    run2: repaired,
    predicted: safe,
  },
  {
    form: 'rm -rf DIR && git clone URL DIR',
    setup: origin,
    script: 'rm -rf o && git clone -q r.git o',
    killedAt: 'o/.git',
    run2: repaired,
    predicted: safe,
  },
  // A guard on a file that the shell creates for the output of a program.
  {
    form: '[ -f FILE ] || COMMAND > FILE',
    setup: '',
    script: '[ -f f ] || head -c 20000000 /dev/zero > f',
    killedAt: 'f',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: '[ -f FILE ] || { COMMAND > TEMPORARY && mv TEMPORARY FILE; }',
    setup: '',
    script: '[ -f f ] || { head -c 20000000 /dev/zero > t && mv t f; }',
    killedAt: 't',
    run2: repaired,
    predicted: safe,
  },
  {
    form: 'COMMAND > FILE',
    setup: '',
    script: 'head -c 20000000 /dev/zero > f',
    killedAt: 'f',
    run2: repaired,
    predicted: safe,
  },
  // A guard on a file that is being downloaded.
  {
    form: '[ -f FILE ] || curl -o FILE',
    setup: '',
    script: `[ -f f ] || curl -sfo f ${url}`,
    killedAt: 'f',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: '[ -s FILE ] || curl -o FILE',
    setup: '',
    script: `[ -s f ] || curl -sfo f ${url}`,
    killedAt: 'f',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: '[ -f FILE ] || wget -O FILE',
    setup: '',
    script: `[ -f f ] || wget -qO f ${url}`,
    killedAt: 'f',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: 'wget -nc URL',
    setup: '',
    script: `wget -q -nc ${url}`,
    killedAt: 'half.bin',
    run2: broken,
    predicted: unsafeDownload,
    onlyGnu: true,
  },
  {
    form: 'curl -o TEMPORARY && mv TEMPORARY FILE',
    setup: '',
    script: `[ -f f ] || { curl -sfo f.tmp ${url} && mv f.tmp f; }`,
    killedAt: 'f.tmp',
    run2: repaired,
    predicted: safe,
  },
  { form: 'curl -o FILE', setup: '', script: `curl -sfo f ${url}`, killedAt: 'f', run2: repaired, predicted: safe },
  {
    form: '[ -f FILE ] || COMMAND > FILE',
    setup: '',
    script: `[ -f f ] || curl -sf ${url} > f`,
    killedAt: 'f',
    run2: broken,
    predicted: unsafeDownload,
  },
  // Downloads that fail.
  {
    form: '[ -f FILE ] || curl -o FILE',
    setup: '',
    script: `[ -f f ] || curl -sfo f ${url}`,
    failure: 'broken',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: '[ -f FILE ] || curl --remove-on-error -o FILE',
    setup: '',
    script: `[ -f f ] || curl -sf --remove-on-error -o f ${url}`,
    failure: 'broken',
    run2: repaired,
    predicted: notAtomic,
  },
  {
    form: '[ -f FILE ] || curl --fail-with-body -o FILE',
    setup: '',
    script: `[ -f f ] || curl -s --fail-with-body -o f ${url}`,
    failure: 'missing',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: '[ -f FILE ] || curl URL > FILE',
    setup: '',
    script: `[ -f f ] || curl -sf ${url} > f`,
    failure: 'missing',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: '[ -f FILE ] || wget -O FILE',
    setup: '',
    script: `[ -f f ] || wget -q -t 1 -O f ${url}`,
    failure: 'missing',
    run2: broken,
    predicted: unsafeDownload,
    onlyGnu: true,
  },
  {
    form: '[ -f FILE ] || wget -O FILE',
    setup: '',
    script: `[ -f f ] || wget -q -t 1 -O f ${url}`,
    failure: 'broken',
    run2: broken,
    predicted: unsafeDownload,
  },
  {
    form: 'wget -nc URL',
    setup: '',
    script: `wget -q -t 1 -nc ${url}`,
    failure: 'broken',
    run2: broken,
    predicted: unsafeDownload,
    onlyGnu: true,
  },
  {
    form: 'curl -o TEMPORARY && mv TEMPORARY FILE',
    setup: '',
    script: `[ -f f ] || { curl -sfo f.tmp ${url} && mv f.tmp f; }`,
    failure: 'broken',
    run2: repaired,
    predicted: safe,
  },
  {
    form: 'curl -o FILE',
    setup: '',
    script: `curl -sfo f ${url}`,
    failure: 'broken',
    run2: repaired,
    predicted: safe,
  },
  {
    form: '[ -f ARCHIVE ] || curl -o ARCHIVE; tar x',
    setup: '',
    script: `[ -f a.tar ] || curl -sfo a.tar ${archive} || exit 1; tar xf a.tar`,
    failure: 'broken',
    run2: { status: 2, complete: false },
    predicted: unsafeDownload,
    onlyGnu: true,
  },
  {
    form: 'mkdir -p DIR; [ -d DIR/s ] || curl URL | tar x -C DIR',
    setup: '',
    script: `mkdir -p r; [ -d r/s ] || curl -sf ${archive} | tar x -C r`,
    failure: 'broken',
    run2: broken,
    predicted: { verdict: 'unsafe', atomic: false },
  },
  {
    form: 'mkdir -p DIR; curl URL | tar x -C DIR',
    setup: '',
    script: `mkdir -p r; curl -sf ${archive} | tar x -C r`,
    failure: 'broken',
    run2: repaired,
    predicted: safe,
  },
  // A marker created before the work, and one created after it.
  {
    form: 'a marker before the work',
    setup: '',
    script: '[ -f done ] && exit 0; touch done; KILL; mkdir -p d',
    run2: broken,
    predicted: unsafe,
  },
  {
    form: 'a marker after the work',
    setup: '',
    script: '[ -f done ] && exit 0; mkdir -p d; KILL; touch done',
    run2: repaired,
    predicted: safe,
  },
  {
    form: 'a marker after work that cannot be repeated',
    setup: '',
    script: 'set -e; [ -f done ] && exit 0; mkdir d; KILL; touch done',
    run2: { status: 1, complete: false },
    predicted: unsafe,
  },
  // A guard on a folder that is being filled.
  {
    form: '[ -d DIR ] || { mkdir DIR; tar x -C DIR; }',
    setup: '',
    script: `[ -d r ] || { mkdir r; curl -sf ${archive} | tar x -C r; }`,
    killedAt: 'r/s',
    run2: broken,
    predicted: { verdict: 'unsafe', atomic: false },
  },
  {
    form: 'mkdir -p DIR; tar x -C DIR',
    setup: '',
    script: `mkdir -p r; curl -sf ${archive} | tar x -C r`,
    killedAt: 'r/s',
    run2: repaired,
    predicted: safe,
  },
  {
    form: '[ -n "$(ls -A DIR)" ] || cp -a SOURCE/. DIR',
    setup: tree,
    script: 'mkdir -p r; [ -n "$(ls -A r)" ] || cp -a "$HOME/s/." r',
    killedAt: 'r',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: '[ -d DIR ] || cp -r SOURCE DIR',
    setup: tree,
    script: '[ -d r ] || cp -r "$HOME/s" r',
    killedAt: 'r',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: 'cp -r SOURCE NEW',
    setup: tree,
    script: 'cp -r "$HOME/s" r',
    killedAt: 'r',
    run2: broken,
    predicted: { verdict: 'unsafe', atomic: false },
  },
  { form: 'cp -rf SOURCE/. DIR', setup: tree, script: 'mkdir -p r; cp -rf "$HOME/s/." r', killedAt: 'r', run2: repaired, predicted: safe },
  // Between two volumes, a move is a copy followed by a removal.
  {
    form: '[ -e TARGET ] || mv FILE TARGET',
    setup: 'head -c 20000000 /dev/zero > "$OTHER/a"',
    script: '[ -e b ] || mv "$OTHER/a" b',
    killedAt: 'b',
    run2: broken,
    predicted: notAtomic,
  },
  {
    form: 'mv FILE TARGET, killed before the removal',
    setup: 'head -c 20000000 /dev/zero > "$OTHER/a"',
    script: 'mv "$OTHER/a" b',
    killedAt: 'b',
    run2: repaired,
    // If `a` is a folder, the second run may find part of it.
    predicted: { verdict: 'unknown', atomic: null },
  },
  // A lock that outlives its owner.
  {
    form: 'mkdir LOCK || exit 1',
    setup: '',
    script: 'mkdir lock || exit 1; touch f; KILL; rmdir lock',
    run2: { status: 1, complete: false },
    predicted: unsafe,
  },
  {
    form: "mkdir LOCK || exit 1; trap 'rmdir LOCK' EXIT",
    setup: '',
    script: "mkdir lock || exit 1; trap 'rmdir lock' EXIT; KILL; touch f",
    run2: { status: 1, complete: false },
    predicted: unsafe,
  },
  {
    form: 'flock LOCK COMMAND',
    setup: '',
    script: "flock lock -c 'touch f; KILL; touch g'",
    run2: repaired,
    predicted: safe,
    onlyGnu: true,
  },
  // Commands that consume their input.
  {
    form: 'mv FILE TARGET; …',
    setup: 'echo x > a',
    script: 'set -e; mv a b; KILL; touch c',
    run2: { status: 1, complete: false },
    predicted: unsafe,
  },
  {
    form: 'gunzip FILE.gz; …',
    setup: 'echo x > a; gzip a',
    script: 'set -e; gunzip a.gz; KILL; touch c',
    run2: { status: 1, complete: false },
    predicted: { verdict: 'unsafe', atomic: false },
  },
  {
    form: 'tar xf ARCHIVE; rm ARCHIVE; …',
    setup: 'echo x > a; tar cf a.tar a; rm a',
    script: 'set -e; tar xf a.tar; rm a.tar; KILL; touch c',
    run2: { status: 2, complete: false },
    predicted: unsafe,
    onlyGnu: true,
  },
  // A guard on the first of several effects.
  {
    form: 'grep -q A FILE || { echo A >> FILE; echo B >> FILE; }',
    setup: 'echo x > f',
    script: 'grep -q A f || { echo A >> f; KILL; echo B >> f; }',
    run2: broken,
    predicted: unsafe,
  },
  {
    form: '[ -f FIRST ] || { make FIRST; make SECOND; }',
    setup: '',
    script: '[ -f k ] || { echo k > k; KILL; echo p > k.pub; }',
    run2: broken,
    predicted: unsafe,
  },
  {
    form: '[ -f SECOND ] || { make FIRST; make SECOND; }',
    setup: '',
    script: '[ -f k.pub ] || { echo k > k; KILL; echo p > k.pub; }',
    run2: repaired,
    predicted: safe,
  },
  // Only a concurrent reader notices the gap.
  {
    form: 'rm -rf OLD; mv NEW OLD',
    setup: 'mkdir old',
    script: 'rm -rf new; mkdir new; echo x > new/f; rm -rf old; KILL; mv new old',
    run2: repaired,
    predicted: safe,
  },
  {
    form: '[ -s DIR/PG_VERSION ] || initdb -D DIR',
    setup: '',
    script: '[ -s d/PG_VERSION ] || initdb -N -D d',
    killedAt: 'd/PG_VERSION',
    run2: broken,
    predicted: notAtomic,
    onlyGnu: true,
    user: 'other',
  },
]
