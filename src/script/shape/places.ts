/** Where programs are installed outside of the directories of a distribution: for the records of programs. */

/** Anywhere: files of an application, or scripts that projects copy into their own directories. */
export const anywhere = /^/

/** `bin` of a directory that each image chooses: `$JAVA_HOME/bin`, `/opt/kafka/bin`, `./bin`. */
export const ownBin = /(?:^|\/)bin$/

/** Python environments (docs.python.org/3/library/venv.html) and `pip install --user`. */
export const pythonEnvironments = /(?:^|\/)(?:\.?venv|\.?env|virtualenv|\.local)\/bin$/

/** Programs of npm packages (docs.npmjs.com/cli/configuring-npm/folders). */
export const npmPackages = /(?:^|\/)node_modules\/\.bin$/

/** PostgreSQL of Debian (postgresql-common) and of yum.postgresql.org. */
export const postgresVersions = /^\/usr\/(?:lib\/postgresql\/[^/]+|pgsql-[^/]+)\/bin$/
