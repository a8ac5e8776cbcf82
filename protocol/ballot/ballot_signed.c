#include "protocol/ballot/ballot_signed.h"

#include "protocol/ballot/ballot_value.h"
#include "protocol/base/limits.h"

/* "sigmsg|" + message + "|", which the commitment's text follows. */
static enum result write_prefix(struct byte_writer *writer,
                                struct text_view message)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_json_write(writer, "sigmsg|");
    byte_writer_text(writer, message);
    ballot_json_write(writer, "|");
    return writer->result;
}

static struct text_view written(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

enum result ballot_signed_make(const struct ballot_group *group,
                               const struct ballot_scalar *secret,
                               struct text_view message,
                               const struct ballot_random *random,
                               struct ballot_proof *out)
{
    struct byte_writer prefix;
    enum result result = write_prefix(&prefix, message);

    if (result == RESULT_OK)
        result =
            ballot_proof_make(group, secret, written(&prefix), random, out);
    byte_writer_release(&prefix);
    return result;
}

enum result ballot_signed_check(const struct ballot_group *group,
                                const struct ballot_element *key,
                                struct text_view message,
                                const struct ballot_proof *signature)
{
    struct byte_writer prefix;
    enum result result = write_prefix(&prefix, message);

    if (result == RESULT_OK)
        result = ballot_proof_check(group, key, written(&prefix), signature);
    byte_writer_release(&prefix);
    return result;
}

void ballot_signed_write(struct byte_writer *writer, struct text_view message,
                         const struct ballot_proof *signature)
{
    ballot_json_write(writer, "{\"message\":");
    ballot_json_write_text(writer, message);
    ballot_json_write(writer, ",\"signature\":");
    ballot_value_write_proof(writer, signature);
    ballot_json_write(writer, "}");
}

void ballot_signed_read(struct ballot_json *json, char *scratch,
                        struct text_view *message,
                        struct ballot_proof *signature)
{
    ballot_json_object(json);
    ballot_json_field(json, "message");
    *message = ballot_json_text(json, scratch);
    ballot_json_field(json, "signature");
    *signature = ballot_value_proof(json);
    ballot_json_object_end(json);
}
