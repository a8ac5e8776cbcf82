/* The PINs of members at hall devices. */
#include "server/store/store_sqlite_internal.h"

#include "server/store/store_batch.h"

#include <string.h>

enum result sqlite_append_pin(struct store_sqlite *sqlite,
                              const struct store_batch *batch)
{
    const struct store_pin *pin = &batch->pin;
    if (!batch->has_pin)
        return RESULT_OK;
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_SET_PIN);
    sqlite_bind_text(stmt, 1, pin->member.text, strlen(pin->member.text));
    sqlite_bind_bytes(stmt, 2, pin->salt, sizeof pin->salt);
    sqlite_bind_bytes(stmt, 3, pin->hash, sizeof pin->hash);
    sqlite_bind_number(stmt, 4, pin->tries);
    return sqlite_run(stmt);
}

static enum result read_row(sqlite3_stmt *stmt, struct store_pin *out)
{
    const int64_t tries = sqlite3_column_int64(stmt, 2);
    enum result result =
        sqlite_column_fixed(stmt, 0, out->salt, sizeof out->salt);
    if (result == RESULT_OK)
        result = sqlite_column_fixed(stmt, 1, out->hash, sizeof out->hash);
    if (result == RESULT_OK && (tries < 0 || tries > UINT16_MAX))
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        out->tries = (unsigned)tries;
    return result;
}

enum result store_sqlite_read_pin(struct store_sqlite *sqlite,
                                  const struct identifier *member,
                                  struct store_pin *out)
{
    struct store_pin pin = { .member = *member };
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_PIN);
    sqlite_bind_text(stmt, 1, member->text, strlen(member->text));
    int code = sqlite3_step(stmt);
    enum result result =
        code == SQLITE_ROW ? read_row(stmt, &pin) : RESULT_NOT_FOUND;
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sqlite_result(code);
    if (result == RESULT_OK)
        *out = pin;
    return result;
}
