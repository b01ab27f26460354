/** The options of filters, from their manual pages (GNU coreutils, gawk, jq, xxd, libxml2), with those of BusyBox. */
import type { OptionTable } from '../command.ts'

export interface Filter extends OptionTable {
  /** Number of operands before the files: an expression, a pattern. */
  readonly leading?: number
  /** Options that replace the leading operand. */
  readonly instead?: readonly string[]
  /** Exit status if a file is missing; 1 if omitted. */
  readonly missing?: number
}

/** `head -5`: the old syntax for a number. */
const digits = ['-0', '-1', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9']
const awk: Filter = {
  values: ['-F', '-v', '-f', '--field-separator', '--assign', '--file'],
  leading: 1,
  instead: ['-f', '--file'],
  missing: 2,
  operandsEndOptions: true,
}
const sum: Filter = {
  flags: [
    ...['-b', '-t', '-c', '-z', '-w', '-s', '--binary', '--text'],
    ...['--check', '--tag', '--zero', '--quiet', '--status', '--strict', '--warn', '--ignore-missing'],
  ],
}

export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['awk', awk],
  ['gawk', awk],
  ['mawk', awk],
  [
    'cut',
    {
      flags: ['-s', '-n', '-z', '--only-delimited', '--complement', '--zero-terminated'],
      values: ['-d', '-f', '-c', '-b', '--delimiter', '--fields', '--characters', '--bytes', '--output-delimiter'],
    },
  ],
  [
    'tr',
    {
      flags: ['-c', '-C', '-d', '-s', '-t', '--complement', '--delete', '--squeeze-repeats', '--truncate-set1'],
      leading: 2,
      operandsEndOptions: true,
    },
  ],
  [
    'head',
    {
      flags: [...digits, '-q', '-v', '-z', '--quiet', '--silent', '--verbose', '--zero-terminated'],
      values: ['-n', '-c', '--lines', '--bytes'],
    },
  ],
  [
    'tail',
    {
      flags: [...digits, '-q', '-v', '-z', '-r', '--quiet', '--silent', '--verbose', '--zero-terminated'],
      values: ['-n', '-c', '--lines', '--bytes'],
    },
  ],
  ['wc', { flags: ['-l', '-c', '-w', '-m', '-L', '--lines', '--bytes', '--words', '--chars', '--max-line-length'] }],
  [
    'uniq',
    {
      flags: ['-c', '-d', '-D', '-i', '-u', '-z', '--count', '--repeated', '--ignore-case', '--unique'],
      values: ['-f', '-s', '-w', '--skip-fields', '--skip-chars', '--check-chars'],
    },
  ],
  ['tac', { flags: ['-b', '-r', '--before', '--regex'], values: ['-s', '--separator'] }],
  ['rev', {}],
  [
    'nl',
    {
      flags: ['-p', '--no-renumber'],
      values: [
        ...['-b', '-w', '-s', '-v', '-n', '-i', '-l', '-h'],
        ...['-f', '-d', '--body-numbering', '--number-width', '--number-separator'],
      ],
    },
  ],
  ['fold', { flags: [...digits, '-b', '-s', '--bytes', '--spaces'], values: ['-w', '--width'] }],
  ['paste', { flags: ['-s', '-z', '--serial'], values: ['-d', '--delimiters'] }],
  [
    'join',
    {
      flags: ['-i', '--ignore-case', '--check-order', '--nocheck-order', '--header'],
      values: ['-t', '-1', '-2', '-o', '-a', '-v', '-e', '-j'],
    },
  ],
  ['comm', { flags: ['-1', '-2', '-3', '-z', '-i', '--check-order', '--nocheck-order', '--total'], values: ['--output-delimiter'] }],
  [
    'column',
    {
      flags: ['-t', '-x', '-n', '-e', '--table'],
      values: [...['-s', '-c', '-o', '-N', '-R', '-H', '-l', '--separator'], ...['--output-separator', '--columns', '--table-columns']],
    },
  ],
  ['expand', { flags: ['-i', '--initial'], values: ['-t', '--tabs'] }],
  ['unexpand', { flags: ['-a', '--all', '--first-only'], values: ['-t', '--tabs'] }],
  ['base64', { flags: ['-d', '-D', '-i', '--decode', '--ignore-garbage'], values: ['-w', '-b', '--wrap'], missing: 1 }],
  ['md5sum', sum],
  ['sha1sum', sum],
  ['sha256sum', sum],
  ['sha512sum', sum],
  ['cksum', { flags: ['-c', '--check', '--untagged', '--raw', '--base64', '--tag'], values: ['-a', '--algorithm', '-l', '--length'] }],
  ['crc32', {}],
  [
    'od',
    {
      flags: [...['-v', '-a', '-b', '-c', '-d', '-f', '-i', '-l'], ...['-o', '-s', '-x', '--output-duplicates']],
      values: [...['-A', '-t', '-N', '-j', '-w', '-S', '--address-radix', '--format'], ...['--read-bytes', '--skip-bytes', '--width']],
    },
  ],
  ['xxd', { flags: ['-p', '-ps', '-plain', '-r', '-u', '-i', '-b', '-e', '-E', '-a'], values: ['-l', '-c', '-s', '-g', '-o', '-n'] }],
  [
    'hexdump',
    {
      flags: ['-C', '-v', '-b', '-c', '-d', '-o', '-x', '--canonical', '--no-squeezing'],
      values: ['-e', '-n', '-s', '-f', '--length', '--skip', '--format'],
    },
  ],
  [
    'strings',
    { flags: [...digits, '-a', '-f', '-w', '--all', '--print-file-name'], values: ['-n', '-t', '-e', '--bytes', '--radix', '--encoding'] },
  ],
  [
    'jq',
    {
      flags: [
        ...['-r', '-c', '-n', '-s', '-e', '-M', '-C', '-S'],
        ...['-a', '-j', '-R', '--raw-output', '--raw-output0', '--compact-output', '--null-input', '--slurp'],
        ...[
          '--exit-status',
          '--monochrome-output',
          '--color-output',
          '--sort-keys',
          '--ascii-output',
          '--join-output',
          '--raw-input',
          '--tab',
        ],
        ...['--seq', '--stream', '--stream-errors', '--unbuffered', '--args', '--jsonargs'],
      ],
      values: ['-f', '--from-file', '--indent', '-L'],
      pairs: ['--arg', '--argjson', '--slurpfile', '--rawfile', '--argfile'],
      leading: 1,
      instead: ['-f', '--from-file'],
      missing: 2,
    },
  ],
  [
    'xmllint',
    {
      flags: [
        ...['--format', '--noout', '--nonet', '--recover', '--html', '--noblanks', '--noent', '--huge'],
        ...['--valid', '--nocdata', '--nowarning', '--quiet'],
      ],
      values: ['--xpath', '--schema', '--encode', '--pretty', '--dtdvalid', '--relaxng'],
    },
  ],
  [
    'diff',
    {
      flags: [
        ...digits,
        '-q',
        '-r',
        '-u',
        '-w',
        '-b',
        '-B',
        '-i',
        '-a',
        '-N',
        '-E',
        '-s',
        '-y',
        '-c',
        '-e',
        '-n',
        '-t',
        '-d',
        '-l',
        '-p',
        '-Z',
        '--brief',
        '--recursive',
        '--unified',
        '--ignore-all-space',
        '--ignore-space-change',
        '--ignore-blank-lines',
        '--ignore-case',
        '--text',
        '--new-file',
        '--report-identical-files',
        '--side-by-side',
        '--minimal',
        '--strip-trailing-cr',
        '--no-dereference',
        '--suppress-common-lines',
      ],
      values: [
        ...['-U', '-I', '-x', '-X', '-C', '-L', '-W', '-S'],
        ...['--exclude', '--exclude-from', '--label', '--ignore-matching-lines', '--width'],
      ],
      attached: ['--color'],
    },
  ],
  [
    'cmp',
    { flags: ['-s', '-l', '-b', '--quiet', '--silent', '--verbose', '--print-bytes'], values: ['-n', '-i', '--bytes', '--ignore-initial'] },
  ],
  ['factor', { flags: ['-h', '--exponents'] }],
  ['bc', { flags: ['-l', '-q', '-s', '-w', '-i', '--mathlib', '--quiet', '--standard', '--warn', '--interactive'] }],
  ['iconv', { flags: ['-c', '-s', '-l', '--silent', '--list'], values: ['-f', '-t', '--from-code', '--to-code'] }],
  ['dos2unix', {}],
])
