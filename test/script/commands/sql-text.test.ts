import t from 'tap'
import { type SqlDialect, splitSql, sqlTextOf } from '../../../src/script/commands/sql/sql-text.ts'
import * as fc from '../../support/properties.ts'

function texts(sql: string, dialect: SqlDialect = 'postgres'): string[] {
  return splitSql(sql, dialect).map(({ text }) => text)
}

t.test('a statement ends at a semicolon that is neither quoted nor commented out', async (t) => {
  t.strictSame(texts("SELECT ';'; SELECT 2"), ["SELECT ';'", 'SELECT 2'])
  t.strictSame(texts("SELECT 'it''s; here'; SELECT 2"), ["SELECT 'it''s; here'", 'SELECT 2'])
  t.strictSame(texts('SELECT ";" FROM t;'), ['SELECT ";" FROM t'])
  t.equal(texts('SELECT 1 -- a; b\n, 2; SELECT 3').length, 2)
  t.equal(texts('/* a; b */ SELECT 1; SELECT 2').length, 2)
  t.equal(texts('SELECT 1; # a; b\nSELECT 2', 'mysql').length, 2)
  t.equal(texts("SELECT 'a\\'; b'; SELECT 2", 'mysql').length, 2)
  t.equal(texts("SELECT E'a\\'; b'; SELECT 2").length, 2)
  t.equal(texts('SELECT [a;b]; SELECT 2', 'sqlite').length, 2)
  t.strictSame(texts(' ; ;; '), [])
})

t.test('dollar quoting continues up to the same tag', async (t) => {
  t.equal(texts('DO $$ BEGIN; END; $$; SELECT 1').length, 2)
  t.equal(texts('DO $a$ x; $$ y; $$ z; $a$; SELECT 1').length, 2)
  t.equal(texts('SELECT $1; SELECT $2').length, 2)
  t.equal(texts('DO $$ never closed; SELECT 1').length, 1)
})

t.test('client commands, \\gexec and the rows of COPY', async (t) => {
  const [connect, create] = splitSql('\\c app\nCREATE TABLE t (x int);', 'postgres')
  t.strictSame([connect?.isMeta, connect?.tokens.map(({ text }) => text)], [true, ['\\c', 'app']])
  t.equal(create?.isMeta, false)
  const [conditional] = splitSql("SELECT 'CREATE DATABASE x' WHERE true\\gexec\n", 'postgres')
  t.equal(conditional?.end, '\\gexec')
  t.equal(splitSql('.tables\nSELECT 1;', 'sqlite')[0]?.isMeta, true)
  t.equal(texts('COPY t FROM STDIN;\n1;2\n3;4\n\\.\nSELECT 1;').length, 2)
})

t.test('CREATE TRIGGER is one statement, including its body', async (t) => {
  t.equal(texts('CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM u; DELETE FROM v; END; SELECT 1', 'sqlite').length, 2)
})

t.test('unknown pieces become words in the text, and key() restores them', async (t) => {
  const { text, key } = sqlTextOf(['CREATE USER ', { id: '$NAME' }, " PASSWORD '", { id: '$PASSWORD' }, "'"])
  const [statement] = splitSql(text, 'postgres')
  t.equal(statement?.tokens.length, 5)
  t.equal(key(statement?.tokens[2]?.text ?? ''), '\0$NAME\0')
  t.equal(key(statement?.tokens[4]?.text ?? ''), '\0$PASSWORD\0')
})

t.test('any text is split into tokens that together are no longer than the text', async (t) => {
  const dialects = ['postgres', 'mysql', 'sqlite', 'cassandra', 'clickhouse'] as const
  const sqlish = fc.string({
    unit: fc.constantFrom("'", '"', '`', '$', '\\', ';', '-', '/', '*', '(', ')', '\n', ' ', 'a', 'E', '[', ']', '.', '@'),
  })
  fc.assert(
    fc.property(fc.oneof(sqlish, fc.string()), fc.constantFrom(...dialects), (sql, dialect) => {
      const statements = splitSql(sql, dialect)
      const length = statements.flatMap(({ tokens }) => tokens).reduce((sum, { text }) => sum + text.length, 0)
      return length <= sql.length
    }),
  )
  t.pass()
})
