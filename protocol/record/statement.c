#include "protocol/record/statement.h"

#include "protocol/base/byte_reader.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <assert.h>
#include <string.h>

/* Every text of a statement is a field; the statement bounds its size. */
enum { TEXT_LENGTH_MAX = LIMIT_STATEMENT_SIZE };

struct statement_form {
    const char *tag;
    const char *fields;
};

static const struct statement_form forms[STATEMENT_KIND_COUNT] = {
#define STATEMENT_FORM(kind, tag, fields) [STATEMENT_##kind] = { tag, fields },
    STATEMENT_LIST(STATEMENT_FORM)
#undef STATEMENT_FORM
};

static const struct statement_form *form_of(enum statement_kind kind)
{
    assert(kind > STATEMENT_NONE && kind < STATEMENT_KIND_COUNT);
    return &forms[kind];
}

const char *statement_tag(enum statement_kind kind)
{
    return form_of(kind)->tag;
}

const char *statement_fields(enum statement_kind kind)
{
    return form_of(kind)->fields;
}

enum statement_kind statement_kind_of(struct text_view tag)
{
    for (int kind = STATEMENT_NONE + 1; kind < STATEMENT_KIND_COUNT; kind++)
        if (text_view_is(tag, forms[kind].tag))
            return (enum statement_kind)kind;
    return STATEMENT_NONE;
}

static void fail(struct statement *statement, enum result result)
{
    if (!statement->result)
        statement->result = result;
}

static void write_text(struct statement *statement, struct text_view text)
{
    const enum result result = text_check(text, TEXT_LENGTH_MAX, false);

    if (result)
        fail(statement, result);
    else
        byte_writer_prefixed(&statement->writer, text.data, text.size);
}

void statement_begin(struct statement *statement, enum statement_kind kind,
                     const struct key *signer, struct text_view scope)
{
    const char *tag = statement_tag(kind);

    *statement = (struct statement){ .kind = kind };
    byte_writer_init(&statement->writer, LIMIT_STATEMENT_SIZE);
    byte_writer_text(&statement->writer, TEXT_LITERAL(DIGEST_DOMAIN_PREFIX));
    byte_writer_bytes(&statement->writer, tag, strlen(tag) + 1);
    byte_writer_prefixed(&statement->writer, signer->bytes, KEY_SIZE);
    write_text(statement, scope);
}

/* Counts the next field in; false if it is not of the kind due here. */
static bool accept_field(struct statement *statement, char field)
{
    const char *fields = statement_fields(statement->kind);

    if (statement->field_count >= strlen(fields) ||
        fields[statement->field_count] != field) {
        fail(statement, RESULT_INVALID);
        return false;
    }
    statement->field_count++;
    return true;
}

void statement_add_text(struct statement *statement, struct text_view text)
{
    if (accept_field(statement, 'T'))
        write_text(statement, text);
}

void statement_add_number(struct statement *statement, uint64_t number)
{
    if (!accept_field(statement, 'U'))
        return;
    byte_writer_u32(&statement->writer, sizeof number);
    byte_writer_u64(&statement->writer, number);
}

void statement_add_key(struct statement *statement, const struct key *key)
{
    if (accept_field(statement, 'K'))
        byte_writer_prefixed(&statement->writer, key->bytes, KEY_SIZE);
}

void statement_add_hash(struct statement *statement, const struct hash *hash)
{
    if (accept_field(statement, 'H'))
        byte_writer_prefixed(&statement->writer, hash->bytes, HASH_SIZE);
}

enum result statement_finish(struct statement *statement, uint8_t **bytes,
                             size_t *size)
{
    enum result result = RESULT_OK;

    if (statement->field_count != strlen(statement_fields(statement->kind)))
        fail(statement, RESULT_INVALID);
    result = statement->result;
    if (!result)
        result = byte_writer_take(&statement->writer, bytes, size);
    statement_abandon(statement);
    return result;
}

void statement_abandon(struct statement *statement)
{
    byte_writer_release(&statement->writer);
}

/* The tag between the domain's prefix and its NUL; empty if there is none. */
static struct text_view tag_of(const uint8_t *bytes, size_t size)
{
    const size_t start = strlen(DIGEST_DOMAIN_PREFIX);
    const uint8_t *end = NULL;

    if (size <= start || memcmp(bytes, DIGEST_DOMAIN_PREFIX, start) != 0)
        return TEXT_LITERAL("");
    end = memchr(&bytes[start], '\0', size - start);
    if (!end)
        return TEXT_LITERAL("");
    return (struct text_view){ (const char *)&bytes[start],
                               (size_t)(end - &bytes[start]) };
}

/* Are these bytes a statement of a known kind that names this signer? */
static enum result check_signer(const struct key *signer, const uint8_t *bytes,
                                size_t size)
{
    const struct text_view tag = tag_of(bytes, size);
    struct byte_reader reader;
    const uint8_t *skipped = NULL;
    uint32_t length = 0;
    struct key named;

    byte_reader_init(&reader, bytes, size);
    if (statement_kind_of(tag) == STATEMENT_NONE ||
        byte_reader_view(&reader, strlen(DIGEST_DOMAIN_PREFIX) + tag.size + 1,
                         &skipped) ||
        byte_reader_u32(&reader, &length) || length != KEY_SIZE ||
        byte_reader_copy(&reader, named.bytes, KEY_SIZE) ||
        !key_equal(&named, signer))
        return RESULT_INVALID;
    return RESULT_OK;
}

enum result statement_sign(const struct signing_key *key, const uint8_t *bytes,
                           size_t size, struct signature *out)
{
    const enum result result = check_signer(&key->public_key, bytes, size);

    if (result)
        return result;
    return signing_key_sign(key, bytes, size, out);
}

enum result statement_verify(const struct key *signer, const uint8_t *bytes,
                             size_t size, const struct signature *signature)
{
    const enum result result = check_signer(signer, bytes, size);

    if (result)
        return result;
    return key_verify(signer, bytes, size, signature);
}

void statement_add_seen(struct statement *statement,
                        const struct statement_seen *seen)
{
    statement_add_number(statement, seen->seq);
    statement_add_hash(statement, &seen->head);
}

enum result statement_hello(const struct key *signer, struct text_view scope,
                            const struct statement_hello *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_HELLO, signer, scope);
    statement_add_hash(&statement, &fields->exporter);
    statement_add_hash(&statement, &fields->nonce);
    statement_add_text(&statement, TEXT_LITERAL(STATEMENT_PROTOCOL));
    return statement_finish(&statement, bytes, size);
}

enum result statement_login(const struct key *signer, struct text_view scope,
                            const struct statement_login *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_LOGIN, signer, scope);
    statement_add_key(&statement, &fields->server);
    statement_add_hash(&statement, &fields->exporter);
    statement_add_hash(&statement, &fields->nonce);
    statement_add_text(&statement, fields->member);
    return statement_finish(&statement, bytes, size);
}

enum result statement_enrol(const struct key *signer, struct text_view scope,
                            const struct statement_enrol *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ENROL, signer, scope);
    statement_add_key(&statement, &fields->server);
    statement_add_hash(&statement, &fields->exporter);
    statement_add_hash(&statement, &fields->token);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->label);
    return statement_finish(&statement, bytes, size);
}

enum result statement_checkpoint(const struct key *signer,
                                 struct text_view scope,
                                 const struct statement_checkpoint *fields,
                                 uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_CHECKPOINT, signer, scope);
    statement_add_text(&statement, fields->role);
    statement_add_text(&statement, fields->reason);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_act(const struct key *signer, struct text_view scope,
                          const struct statement_act *fields, uint8_t **bytes,
                          size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ACT, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->op);
    statement_add_number(&statement, fields->request_id);
    statement_add_text(&statement, fields->subject);
    statement_add_text(&statement, fields->value);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_revoke(const struct key *signer, struct text_view scope,
                             const struct statement_revoke *fields,
                             uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_REVOKE, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_key(&statement, &fields->device);
    statement_add_text(&statement, fields->reason);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_device_add(const struct key *signer,
                                 struct text_view scope,
                                 const struct statement_device_add *fields,
                                 uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_DEVICE_ADD, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_key(&statement, &fields->device);
    statement_add_text(&statement, fields->label);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_vouch(const struct key *signer, struct text_view scope,
                            const struct statement_vouch *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_VOUCH, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_key(&statement, &fields->device);
    statement_add_text(&statement, fields->how);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_server_key(const struct key *signer,
                                 struct text_view scope,
                                 const struct statement_server_key *fields,
                                 uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_SERVER_KEY, signer, scope);
    statement_add_key(&statement, &fields->server);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}
