/* Keys: the server's own, the tellers', and who has broken the rules. */
#include "server/room/ballot_work.h"

#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* --- texts --------------------------------------------------------------- */

struct text_view work_text_view(const struct work_text *text)
{
    return (struct text_view){ text->data, text->size };
}

struct hash work_text_hash(const struct work_text *text)
{
    return digest_sha256(text->data, text->size);
}

void work_text_release(struct work_text *text)
{
    free(text->data);
    *text = (struct work_text){ NULL, 0 };
}

enum result work_text_set(struct work_text *text, struct text_view value)
{
    char *copy = malloc(value.size + 1);

    if (!copy)
        return RESULT_NO_MEMORY;
    if (value.size > 0)
        memcpy(copy, value.data, value.size);
    copy[value.size] = '\0';
    work_text_release(text);
    text->data = copy;
    text->size = value.size;
    return RESULT_OK;
}

enum result work_text_take(struct work_text *text, struct byte_writer *writer)
{
    enum result result = writer->result;

    if (result == RESULT_OK)
        result =
            work_text_set(text, (struct text_view){ (const char *)writer->data,
                                                    writer->size });
    byte_writer_release(writer);
    return result;
}

/* --- the random source --------------------------------------------------- */

static enum result fill(void *user, uint8_t *out, size_t size)
{
    return entropy_fill(user, out, size);
}

static struct ballot_random random_of(const struct ballot_tools *tools)
{
    return (struct ballot_random){ .fill = fill,
                                   .user = (void *)(uintptr_t)tools->entropy };
}

/* --- the server's own key ------------------------------------------------- */

/* Base58 by rejection: each letter is as likely as any other. */
static enum result make_uuid(const struct ballot_tools *tools,
                             char uuid[BALLOT_UUID_TEXT_SIZE])
{
    static const char letters[] =
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    enum { LETTER_COUNT = sizeof letters - 1, USED = 256 / 58 * 58 };
    size_t i = 0;

    while (i < BALLOT_UUID_LENGTH) {
        uint8_t byte;
        enum result result = entropy_fill(tools->entropy, &byte, 1);

        if (result != RESULT_OK)
            return result;
        if (byte < USED)
            uuid[i++] = letters[byte % LETTER_COUNT];
    }
    uuid[i] = '\0';
    return RESULT_OK;
}

enum result ballot_work_begin(const struct ballot_tools *tools,
                              char uuid[BALLOT_UUID_TEXT_SIZE],
                              struct work_text *server_key)
{
    const struct ballot_random random = random_of(tools);
    const struct secret_store *shares = tools->shares;
    struct ballot_trustee_key key;
    struct ballot_scalar secret = { { 0 } };
    struct byte_writer writer;
    enum result result = make_uuid(tools, uuid);

    if (result == RESULT_OK)
        result = ballot_trustee_key_make(tools->group, &random, &secret, &key);
    if (result == RESULT_OK)
        result =
            shares->save(shares->user, uuid, secret.bytes, sizeof secret.bytes);
    ballot_scalar_wipe(&secret);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    return work_text_take(server_key, &writer);
}

enum result ballot_work_find_share(const struct ballot_tools *tools,
                                   const char *uuid,
                                   struct text_view server_key)
{
    struct ballot_trustee_key key;
    struct ballot_scalar secret = { { 0 } };
    struct ballot_element public_key;
    enum result result;

    if (ballot_trustee_key_take(tools->group, server_key, &key) !=
        BALLOT_FAULT_NONE)
        return RESULT_CORRUPT;
    result = tools->shares->load(tools->shares->user, uuid, secret.bytes,
                                 sizeof secret.bytes);
    if (result == RESULT_OK)
        result = ballot_group_generate(tools->group, &secret, &public_key);
    if (result == RESULT_OK &&
        !ballot_element_equal(&public_key, &key.public_key))
        result = RESULT_REFUSED;
    ballot_scalar_wipe(&secret);
    return result;
}

/* --- what the committee has sent ------------------------------------------ */

static enum result copy_texts(struct work_text *out,
                              const struct work_text *texts)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < LIMIT_BALLOT_TELLERS && result == RESULT_OK; i++)
        if (texts[i].data)
            result = work_text_set(&out[i], work_text_view(&texts[i]));
    return result;
}

enum result work_committee_copy(struct work_committee *out,
                                const struct work_committee *committee)
{
    enum result result;

    memset(out, 0, sizeof *out);
    out->size = committee->size;
    out->threshold = committee->threshold;
    out->attempt = committee->attempt;
    result =
        work_text_set(&out->server_key, work_text_view(&committee->server_key));
    if (result == RESULT_OK)
        result = copy_texts(out->certificates, committee->certificates);
    if (result == RESULT_OK)
        result = copy_texts(out->deals, committee->deals);
    if (result == RESULT_OK)
        result = copy_texts(out->keys, committee->keys);
    if (result != RESULT_OK)
        work_committee_release(out);
    return result;
}

void work_committee_release(struct work_committee *committee)
{
    size_t i;

    work_text_release(&committee->server_key);
    for (i = 0; i < LIMIT_BALLOT_TELLERS; i++) {
        work_text_release(&committee->certificates[i]);
        work_text_release(&committee->deals[i]);
        work_text_release(&committee->keys[i]);
    }
    memset(committee, 0, sizeof *committee);
}

/* --- looking at it -------------------------------------------------------- */

static struct keys_texts texts_of(const struct work_committee *committee)
{
    struct keys_texts texts = { .size = committee->size,
                                .threshold = committee->threshold,
                                .attempt = committee->attempt,
                                .server_key =
                                    work_text_view(&committee->server_key) };
    size_t i;

    for (i = 0; i < LIMIT_BALLOT_TELLERS; i++) {
        texts.certificates[i] = work_text_view(&committee->certificates[i]);
        texts.deals[i] = work_text_view(&committee->deals[i]);
        texts.keys[i] = work_text_view(&committee->keys[i]);
    }
    return texts;
}

bool work_committee_is_complete(const struct work_committee *committee)
{
    const struct keys_texts texts = texts_of(committee);

    return keys_are_complete(&texts);
}

enum result ballot_work_examine(const struct ballot_tools *tools,
                                const struct work_committee *committee,
                                struct keys_verdict *verdict)
{
    const struct keys_texts texts = texts_of(committee);

    return keys_examine(tools->group, &texts, verdict);
}

enum result ballot_work_trustees(const struct ballot_tools *tools,
                                 const struct work_committee *committee,
                                 struct ballot_trustees_made *out,
                                 struct keys_verdict *verdict)
{
    const struct keys_texts texts = texts_of(committee);
    struct byte_writer writer;
    enum result result;

    memset(out, 0, sizeof *out);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result =
        keys_make_record(tools->group, &texts, &writer, &out->facts, verdict);
    if (result != RESULT_OK || verdict->fault) {
        byte_writer_release(&writer);
        return result;
    }
    return work_text_take(&out->record, &writer);
}

void ballot_trustees_made_release(struct ballot_trustees_made *made)
{
    work_text_release(&made->record);
    memset(made, 0, sizeof *made);
}

enum result ballot_work_judge(const struct ballot_tools *tools,
                              const struct work_committee *committee,
                              uint32_t complainer, uint32_t against,
                              struct text_view evidence,
                              struct keys_verdict *verdict)
{
    const struct keys_texts texts = texts_of(committee);
    const struct keys_complaint complaint = { complainer, against, evidence };

    return keys_judge(tools->group, &texts, &complaint, verdict);
}
