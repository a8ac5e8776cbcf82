/*
 * How texts are cut into words for the search: as SQLite's unicode61 does with
 * remove_diacritics 2, and with đ as d, which Unicode does not take apart. So
 * "bien ban" and "dang vien" find "biên bản" and "Đảng viên". The name of the
 * tokenizer in SQL is "vietnamese". A connection belongs to one thread.
 *
 * Source: SQLite, "FTS5 Extension", sections 4.3.1 and 7.1.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_TOKENIZER_H
#define SERVER_ARCHIVE_ARCHIVE_TOKENIZER_H

#include "protocol/base/result.h"

#include <sqlite3.h>

/* Makes the tokenizer known to this connection. RESULT_OK, RESULT_UNSUPPORTED
 * (an SQLite without FTS5) or RESULT_NO_MEMORY. */
MUST_USE enum result archive_tokenizer_register(sqlite3 *db);

#endif
