/*
 * A record with less in it: openings and hideable files are left out, nothing
 * else is changed, and what is missing is listed and signed. Pure; one thread.
 *
 * member   without texts that only those who preside see (reasons of absence,
 *          labels of devices), without names of guests, without documents
 * upper    and without all that was said and written: of the texts only names,
 *          titles, places, motions, forms of ballots and issuers are left;
 *          without attachments
 */
#ifndef PROTOCOL_VERIFY_VERIFY_REDACT_H
#define PROTOCOL_VERIFY_VERIFY_REDACT_H

#include "protocol/verify/verify_record.h"

/*
 * From a record that verify_record_run() found not invalid. RESULT_OK, and the
 * caller ends `*out` with free(). RESULT_EXISTS: more than that is left out of
 * it already; RESULT_NO_MEMORY, RESULT_CRYPTO.
 */
MUST_USE enum result verify_redact(const struct verify_record *record,
                                   enum record_level level,
                                   const struct signing_key *server, char **out,
                                   size_t *size);

/* Is the text of this field of an event left out? `event` is the whole event;
 * audience as its table has it. */
bool verify_redact_hides(enum record_level level, const json_t *event,
                         const char *path, enum audience audience);
/* Is the file? */
bool verify_redact_hides_file(enum record_level level, struct text_view path);

#endif
