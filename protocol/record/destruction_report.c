#include "protocol/record/destruction_report.h"

#include "protocol/base/encoding.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/record_json.h"
#include "protocol/record/statement.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, REPORT_MEMBERS = 12, ITEM_MEMBERS = 11 };
static const char beginning[] = "{\"v\":1,\"destruction\":";

bool destruction_report_is(struct text_view file)
{
    return file.size > sizeof beginning - 1 &&
           memcmp(file.data, beginning, sizeof beginning - 1) == 0;
}

/* --- Writing ------------------------------------------------------------- */

static const char *origin_of(const struct destruction_item *item)
{
    return item->is_imported ? "imported" : "server";
}

static json_t *json_of_item(const void *row)
{
    const struct destruction_item *item = row;

    return json_pack(
        "{s:s, s:s, s:o, s:I, s:s, s:o, s:I, s:o, s:I, s:I, s:I}",
        "organisation", item->organisation.text, "meeting", item->meeting.text,
        "title", record_json_of_text(item->title), "held",
        (json_int_t)item->held_ms, "origin", origin_of(item), "what",
        record_json_of_text(item->what), "due", (json_int_t)item->due_ms,
        "hash", record_json_of_hex(item->hash.bytes, HASH_SIZE), "openings",
        (json_int_t)item->openings, "files", (json_int_t)item->files, "bytes",
        (json_int_t)item->bytes);
}

/* What is signed. */
static json_t *json_of_content(const struct destruction_report *report)
{
    return json_pack(
        "{s:i, s:I, s:s, s:I, s:o, s:I, s:o, s:o, s:o, s:o}", "v", VERSION,
        "destruction", (json_int_t)report->number, "organisation",
        report->organisation.text, "seq", (json_int_t)report->seq, "head",
        record_json_of_hex(report->head.bytes, HASH_SIZE), "at",
        (json_int_t)report->at_ms, "administrator",
        record_json_of_text(report->administrator), "authority",
        record_json_of_text(report->authority), "previous",
        record_json_of_hex(report->previous.bytes, HASH_SIZE), "items",
        record_json_of_rows(report->items, report->item_count,
                            sizeof *report->items, json_of_item));
}

enum result destruction_report_write(const struct destruction_report *report,
                                     char **out, size_t *size)
{
    json_t *object = json_of_content(report);

    if (!object ||
        json_object_set_new(object, "key",
                            record_json_of_hex(report->key.bytes, KEY_SIZE)) !=
            0 ||
        json_object_set_new(
            object, "sig",
            record_json_of_hex(report->sig.bytes, SIGNATURE_SIZE)) != 0) {
        json_decref(object);
        return RESULT_NO_MEMORY;
    }
    return record_json_take(object, out, size);
}

/* --- The statement ------------------------------------------------------- */

static enum result statement_of(const struct destruction_report *report,
                                const struct key *signer, uint8_t **bytes,
                                size_t *size)
{
    char value[HEX_SIZE(HASH_SIZE)];
    char *content = NULL;
    size_t content_size = 0;
    struct hash hash;
    struct statement_act act = { .member = TEXT_LITERAL("server"),
                                 .op = TEXT_LITERAL("destroy"),
                                 .request_id = report->number,
                                 .subject = TEXT_LITERAL(""),
                                 .seen = { report->seq, report->head } };
    const enum result result =
        record_json_take(json_of_content(report), &content, &content_size);

    if (result != RESULT_OK)
        return result;
    hash = digest_sha256(content, content_size);
    free(content);
    hex_encode(hash.bytes, HASH_SIZE, value);
    act.value = text_view_of(value);
    return statement_act(signer, identifier_view(&report->organisation), &act,
                         bytes, size);
}

enum result destruction_report_sign(struct destruction_report *report,
                                    const struct signing_key *key)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_of(report, &key->public_key, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(key, bytes, size, &report->sig);
    if (result == RESULT_OK)
        report->key = key->public_key;
    free(bytes);
    return result;
}

enum result destruction_report_verify(const struct destruction_report *report)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_of(report, &report->key, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_verify(&report->key, bytes, size, &report->sig);
    free(bytes);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

static bool is_what(struct text_view text)
{
    return text_view_is(text, "attachments") || text_view_is(text, "texts") ||
           text_view_is(text, "meeting") || text_view_is(text, "record");
}

static bool read_item(const json_t *object, struct destruction_item *out)
{
    struct text_view origin = { NULL, 0 };

    if (json_object_size(object) != ITEM_MEMBERS ||
        !record_json_id(object, "organisation", &out->organisation) ||
        !record_json_id(object, "meeting", &out->meeting) ||
        !record_json_text(object, "title", &out->title) ||
        !record_json_number(object, "held", &out->held_ms) ||
        !record_json_text(object, "origin", &origin) ||
        !record_json_text(object, "what", &out->what) ||
        !record_json_number(object, "due", &out->due_ms) ||
        !record_json_hex(object, "hash", out->hash.bytes, HASH_SIZE) ||
        !record_json_number(object, "openings", &out->openings) ||
        !record_json_number(object, "files", &out->files) ||
        !record_json_number(object, "bytes", &out->bytes) ||
        !is_what(out->what))
        return false;
    out->is_imported = text_view_is(origin, "imported");
    return out->is_imported || text_view_is(origin, "server");
}

static enum result read_items(const json_t *list,
                              struct destruction_report *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list)
        return RESULT_MALFORMED;
    out->items = calloc(count + 1, sizeof *out->items);
    if (!out->items)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++)
        if (!read_item(json_array_get(list, i), &out->items[i]))
            return RESULT_MALFORMED;
    out->item_count = count;
    return RESULT_OK;
}

static bool read_head(const json_t *root, struct destruction_report *out)
{
    uint64_t version = 0;

    return json_object_size(root) == REPORT_MEMBERS &&
           record_json_number(root, "v", &version) && version == VERSION &&
           record_json_number(root, "destruction", &out->number) &&
           record_json_id(root, "organisation", &out->organisation) &&
           record_json_number(root, "seq", &out->seq) &&
           record_json_hex(root, "head", out->head.bytes, HASH_SIZE) &&
           record_json_number(root, "at", &out->at_ms) &&
           record_json_text(root, "administrator", &out->administrator) &&
           record_json_text(root, "authority", &out->authority) &&
           record_json_hex(root, "previous", out->previous.bytes, HASH_SIZE) &&
           record_json_hex(root, "key", out->key.bytes, KEY_SIZE) &&
           record_json_hex(root, "sig", out->sig.bytes, SIGNATURE_SIZE);
}

enum result destruction_report_read(struct text_view text,
                                    struct destruction_report *out)
{
    struct destruction_report report = { .number = 0 };
    enum result result =
        record_json_parse(text, LIMIT_MANIFEST_SIZE, &report.root);

    if (result == RESULT_OK && !read_head(report.root, &report))
        result = RESULT_MALFORMED;
    if (result == RESULT_OK)
        result = read_items(record_json_list(report.root, "items"), &report);
    if (result != RESULT_OK) {
        destruction_report_release(&report);
        return result;
    }
    *out = report;
    return RESULT_OK;
}

void destruction_report_release(struct destruction_report *report)
{
    free(report->items);
    json_decref(report->root);
    *report = (struct destruction_report){ .number = 0 };
}
