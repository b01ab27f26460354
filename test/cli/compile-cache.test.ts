/** Where compiled code is kept: never where another user can write. */
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compileCacheDirectory } from '../../src/cli/compile-cache.ts'

const getuid = (): number => process.getuid?.() ?? 0
const linux = { platform: 'linux', getuid }

t.test('the cache is in the cache directory of the user', (t) => {
  const home = t.testdir()
  const inHome = join(home, '.cache/initlint/compiled')
  const xdg = join(home, 'xdg')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home } }), inHome)
  t.equal(statSync(inHome).mode & 0o777, 0o700, 'private')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home } }), inHome, 'again')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home, XDG_CACHE_HOME: xdg } }), join(xdg, 'initlint/compiled'))
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home, XDG_CACHE_HOME: 'relative' } }), inHome)
  t.equal(compileCacheDirectory({ ...linux, platform: 'darwin', env: { HOME: home } }), join(home, 'Library/Caches/initlint/compiled'))
  t.equal(compileCacheDirectory({ platform: 'win32', env: { LOCALAPPDATA: home } }), join(home, 'initlint/compiled'))
  t.end()
})

t.test('without a directory that only the user can write to, there is no cache', (t) => {
  const home = t.testdir({ file: '' })
  t.equal(compileCacheDirectory({ ...linux, env: {} }), undefined, 'no home')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: '' } }), undefined, 'empty')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: join(home, 'file') } }), undefined, 'the home is a file')
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home }, getuid: () => getuid() + 1 }), undefined, 'of another user')
  const shared = join(home, '.cache/initlint/compiled')
  t.equal(existsSync(shared), true)
  chmodSync(shared, 0o777)
  t.equal(compileCacheDirectory({ ...linux, env: { HOME: home } }), undefined, 'writable by others')
  mkdirSync(join(home, 'other/initlint'), { recursive: true })
  symlinkSync(join(home, '.cache'), join(home, 'other/initlint/compiled'))
  t.equal(compileCacheDirectory({ ...linux, env: { XDG_CACHE_HOME: join(home, 'other') } }), undefined, 'a link')
  t.end()
})
