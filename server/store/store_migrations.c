#include "server/store/store_migrations.h"

#include "protocol/base/embedded_text.h"

#include <assert.h>

EMBED_TEXT(store_migration_0001, "server/store/migrations/0001_events.sql");
EMBED_TEXT(store_migration_0002, "server/store/migrations/0002_held.sql");
EMBED_TEXT(store_migration_0003, "server/store/migrations/0003_hall_pin.sql");
EMBED_TEXT(store_migration_0004, "server/store/migrations/0004_destroyed.sql");

static const char *const migrations[] = { store_migration_0001,
                                          store_migration_0002,
                                          store_migration_0003,
                                          store_migration_0004 };

size_t store_migration_count(void)
{
    return sizeof migrations / sizeof migrations[0];
}

const char *store_migration_sql(size_t version)
{
    assert(version >= 1 && version <= store_migration_count());
    return migrations[version - 1];
}
