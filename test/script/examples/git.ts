import { changes, type Example, fails, same } from './example.ts'

/** git, with a local repository. */
export const gitExamples: readonly Example[] = [
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q r.git o',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q r.git e',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q r.git',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o',
    run2: same,
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q r.git e; rm -rf e/*; git clone -q r.git e',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e; mkdir w; echo x > w/f',
    script: 'git clone -q r.git w',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q --bare r.git b.git',
    run2: fails(128),
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'rm -rf o && git clone -q r.git o',
    run2: same,
  },
  {
    form: 'git clone URL DIR',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: 'git clone -q r.git o || git -C o pull -q',
    run2: same,
  },
  { form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url', setup: '', script: 'git init -q', run2: same },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git pull -q',
    run2: same,
  },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git fetch -q',
    run2: same,
  },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git reset -q --hard',
    run2: same,
  },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git checkout -q v1',
    run2: same,
  },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git remote set-url origin ../r.git',
    run2: same,
  },
  {
    form: 'git init, pull, fetch, reset --hard, checkout BRANCH, remote set-url',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git checkout -q -B new',
    run2: same,
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git checkout -q -b new',
    run2: fails(128),
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git switch -q -c new',
    run2: fails(128),
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git tag x',
    run2: fails(128),
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git tag -f x',
    run2: same,
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git branch x',
    run2: fails(128),
  },
  {
    form: 'git checkout -b, switch -c, tag, branch, worktree add, submodule add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git worktree add ../wt',
    run2: fails(128),
  },
  {
    form: 'git remote add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git remote add up ../r.git',
    run2: fails(3),
  },
  { form: 'git remote add', setup: '', script: 'git init -q; git remote add up r.git', run2: fails(3) },
  { form: 'git config NAME VALUE', setup: '', script: 'git config --file c a.b c', run2: same },
  { form: 'git config --add', setup: '', script: 'git config --file c --add a.b c', run2: changes },
  {
    form: 'git config NAME VALUE',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git config a.b c',
    run2: same,
  },
  {
    form: 'git config --add',
    setup:
      'git init -q --bare r.git; git clone -q r.git t; cd t; echo 1 > a; git add a; git -c user.name=a -c user.email=a@example.org commit -qm 1; git tag v1; git push -q origin HEAD v1; cd ..; rm -rf t; mkdir e',
    script: '[ -d o ] || git clone -q r.git o; cd o; git config --add a.b c',
    run2: changes,
  },
]
