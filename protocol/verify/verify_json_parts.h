/*
 * Parts of verify_json(): what is told of secret ballots and errata, and of the
 * file of a record. New references, or NULL. Pure; any thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_JSON_PARTS_H
#define PROTOCOL_VERIFY_VERIFY_JSON_PARTS_H

#include "protocol/verify/verify_json.h"
#include "protocol/verify/verify_record.h"

json_t *verify_json_archives(const struct verify_archives *archives);
json_t *verify_json_objections(const struct verify_archives *archives);
json_t *verify_json_errata(const struct verify_errata *errata);
json_t *verify_json_gaps(unsigned gaps);
json_t *verify_json_record(const struct verify_record *record);

#endif
