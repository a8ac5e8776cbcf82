/* Each typed function of a ballot's statements against the golden bytes. */
#include "protocol/record/statement_ballot.h"

#include "tests/support/statement_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

struct making {
    const struct key *signer;
    uint8_t *bytes;
    size_t size;
};

static struct statement_seen seen_at(const struct statement_field *fields)
{
    return (struct statement_seen){ fields[0].number, fields[1].hash };
}

/* Keys and the list; RESULT_NOT_FOUND for another kind. */
static enum result make_before_voting(const struct statement_vector *v,
                                      struct making *out)
{
    const struct statement_field *f = v->fields;
    const struct statement_issue issue = {
        f[0].text, f[1].text, f[2].hash, f[3].hash, { f[4].number, f[5].hash }
    };
    const struct statement_hall hall = { f[0].text,     f[1].text, f[2].hash,
                                         f[3].number,   f[4].hash, f[5].text,
                                         seen_at(&f[6]) };

    switch ((int)v->kind) {
    case STATEMENT_TRUSTEE:
        return statement_trustee(
            out->signer, v->scope,
            &(struct statement_trustee){ f[0].text, f[1].text, f[2].number,
                                         f[3].number, f[4].number, f[5].number,
                                         f[6].hash, seen_at(&f[7]) },
            &out->bytes, &out->size);
    case STATEMENT_TRUSTEES:
        return statement_trustees(
            out->signer, v->scope,
            &(struct statement_trustees){ f[0].text, f[1].text, f[2].number,
                                          f[3].number, f[4].hash, f[5].hash },
            &out->bytes, &out->size);
    case STATEMENT_ISSUE:
        return statement_issue(out->signer, v->scope, &issue, &out->bytes,
                               &out->size);
    case STATEMENT_ISSUED:
        return statement_issued(out->signer, v->scope, &issue, &out->bytes,
                                &out->size);
    case STATEMENT_ATTEST:
        return statement_attest(
            out->signer, v->scope,
            &(struct statement_attest){ f[0].text, f[1].text, f[2].hash,
                                        f[3].number, seen_at(&f[4]) },
            &out->bytes, &out->size);
    case STATEMENT_ATTEST_HALL:
        return statement_attest_hall(out->signer, v->scope, &hall, &out->bytes,
                                     &out->size);
    case STATEMENT_HALL_CONFIRM:
        return statement_hall_confirm(out->signer, v->scope, &hall, &out->bytes,
                                      &out->size);
    default:
        return RESULT_NOT_FOUND;
    }
}

static enum result make_from_voting_on(const struct statement_vector *v,
                                       struct making *out)
{
    const struct statement_field *f = v->fields;

    switch ((int)v->kind) {
    case STATEMENT_RECEIPT:
        return statement_receipt(
            out->signer, v->scope,
            &(struct statement_receipt){ f[0].text, f[1].hash, f[2].hash,
                                         f[3].number, f[4].hash, f[5].number },
            &out->bytes, &out->size);
    case STATEMENT_INCLUDED:
        return statement_included(
            out->signer, v->scope,
            &(struct statement_included){ f[0].text, f[1].text, f[2].hash,
                                          f[3].hash, f[4].number, f[5].text,
                                          seen_at(&f[6]) },
            &out->bytes, &out->size);
    case STATEMENT_INCLUDED_HALL:
        return statement_included_hall(
            out->signer, v->scope,
            &(struct statement_included_hall){ f[0].text, f[1].text, f[2].hash,
                                               f[3].hash, f[4].number,
                                               f[5].number, seen_at(&f[6]) },
            &out->bytes, &out->size);
    case STATEMENT_PAPER:
        return statement_paper(
            out->signer, v->scope,
            &(struct statement_paper){ f[0].text, f[1].text, f[2].text,
                                       f[3].hash, f[4].hash, seen_at(&f[5]) },
            &out->bytes, &out->size);
    case STATEMENT_DECRYPT:
        return statement_decrypt(
            out->signer, v->scope,
            &(struct statement_decrypt){ f[0].text, f[1].text, f[2].number,
                                         f[3].hash, f[4].hash, f[5].hash,
                                         seen_at(&f[6]) },
            &out->bytes, &out->size);
    default:
        return RESULT_NOT_FOUND;
    }
}

static void each_statement_of_a_ballot_has_its_golden_bytes(void **state)
{
    struct statement_vectors vectors;
    bool is_made[STATEMENT_KIND_COUNT] = { false };

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        struct making making = { .signer = &vectors.signer.public_key };
        enum result result = make_before_voting(vector, &making);
        char *hex;

        if (result == RESULT_NOT_FOUND)
            result = make_from_voting_on(vector, &making);
        if (result == RESULT_NOT_FOUND)
            continue;
        assert_int_equal(result, RESULT_OK);
        hex = malloc(HEX_SIZE(making.size));
        assert_non_null(hex);
        hex_encode(making.bytes, making.size, hex);
        assert_true(text_view_is(vector->bytes, hex));
        assert_int_equal(statement_verify(&vectors.signer.public_key,
                                          making.bytes, making.size,
                                          &vector->signature),
                         RESULT_OK);
        is_made[vector->kind] = true;
        free(hex);
        free(making.bytes);
    }
    for (int kind = STATEMENT_TRUSTEE; kind <= STATEMENT_DECRYPT; kind++)
        assert_true(is_made[kind]);
    statement_vectors_release(&vectors);
}

static void a_text_that_is_unfit_to_be_signed_is_refused(void **state)
{
    const struct key signer = { { 1 } };
    const struct statement_attest fields = { .member = TEXT_LITERAL("m1\n"),
                                             .uuid = TEXT_LITERAL("x") };
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(statement_attest(&signer, TEXT_LITERAL("hop-1"), &fields,
                                      &bytes, &size),
                     RESULT_MALFORMED);
    assert_null(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_statement_of_a_ballot_has_its_golden_bytes),
        cmocka_unit_test(a_text_that_is_unfit_to_be_signed_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
