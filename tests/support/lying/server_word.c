#include "tests/support/lying/server_word.h"

#include "protocol/record/statement.h"
#include "tests/support/lying/must.h"

#include <stdlib.h>

static const struct signing_key *identity;

void server_word_use(const struct signing_key *key) { identity = key; }

struct hex_signature server_word_of_head(const char *log, const char *reason,
                                         uint64_t seq, const struct hash *head)
{
    struct statement_checkpoint fields = { .role = TEXT_LITERAL("server"),
                                           .reason = text_view_of(reason),
                                           .seen = { seq, *head } };
    struct hex_signature out;
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_checkpoint(
        &identity->public_key, text_view_of(log), &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(identity, bytes, size, &sig);
    must(result == RESULT_OK);
    free(bytes);
    hex_encode(sig.bytes, sizeof sig.bytes, out.text);
    return out;
}
