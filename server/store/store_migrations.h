/*
 * The numbered migrations of the database, as text. They are the files under
 * server/store/migrations/, taken into the program when it is built.
 */
#ifndef SERVER_STORE_STORE_MIGRATIONS_H
#define SERVER_STORE_STORE_MIGRATIONS_H

#include <stddef.h>

/* The newest version of the schema that this program knows. */
size_t store_migration_count(void);

/* The SQL that leads from version `version - 1` to `version` (from 1 on).
 * Static and NUL-terminated. Any thread. */
const char *store_migration_sql(size_t version);

#endif
