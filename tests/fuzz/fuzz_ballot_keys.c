/*
 * Target: what trustees send while they make a key and decrypt, and the records
 * that come of it.
 * Input: one byte that says which, then the text.
 * Holds: what is read is written as the same bytes; trustees that are taken
 * strictly are taken leniently, with the same key; a machine's bytes give a
 * machine with these bytes. Planted fault: a result with more for
 * the first answer than for the second.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_dkg.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_trustees.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { POSITIONS = 5, MEMBERS = 2 };

static const struct ballot_group *group;
/* Two questions; a blank in the second. */
static const struct ballot_question questions[] = {
    { .answer_count = 2 },
    { .answer_count = 2, .has_blank = true },
};
static const struct ballot_election election = { .questions = questions,
                                                 .question_count = 2 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_same(struct byte_writer *written, struct text_view record)
{
    require(written->result == RESULT_OK && written->size == record.size &&
            memcmp(written->data, record.data, record.size) == 0);
    byte_writer_release(written);
}

static void begin(struct byte_writer *writer)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
}

/* --- Making a key --------------------------------------------------------- */

static void check_certificate(struct text_view text)
{
    struct ballot_json json;
    struct ballot_certificate certificate;
    struct byte_writer writer;
    char *scratch = malloc(text.size + 1);

    require(scratch != NULL);
    ballot_json_init(&json, text);
    ballot_certificate_read(&json, group, scratch, &certificate);
    free(scratch);
    if (ballot_json_end(&json) != BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_certificate_write(&writer, &certificate);
    require_same(&writer, text);
}

/* Whoever's it may be: the form is read before anything is checked. */
static void check_dealing(struct text_view text)
{
    const struct ballot_certificate certificates[MEMBERS] = {
        { .verification = ballot_group_generator(group) }
    };
    struct ballot_coefficients *read = calloc(1, sizeof *read);
    struct byte_writer writer;
    enum ballot_fault fault;

    require(read != NULL);
    fault = ballot_coefficients_take(group, text, certificates, MEMBERS, 2, 1,
                                     read);
    if (fault == BALLOT_FAULT_COEFFICIENTS_SIGNATURE ||
        fault == BALLOT_FAULT_CERTS_SIGNATURE || fault == BALLOT_FAULT_NONE) {
        begin(&writer);
        ballot_coefficients_write_dealing(&writer, read);
        require_same(&writer, text);
    }
    free(read);
}

static void check_key(struct text_view text)
{
    struct ballot_trustee_key key;
    struct byte_writer writer;

    if (ballot_pedersen_read_key(group, text, &key) != BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_trustee_key_write(&writer, &key);
    require_same(&writer, text);
}

static void check_box(struct text_view text)
{
    const struct ballot_element key = ballot_group_generator(group);
    const struct ballot_scalar secret = ballot_scalar_of_number(1);
    const struct ballot_share_route route = { .attempt = 1,
                                              .sender = 1,
                                              .recipient = 2 };
    struct ballot_share_box box;
    struct ballot_scalar share;
    struct byte_writer writer;
    const enum ballot_fault fault =
        ballot_share_take(group, text, &route, &key, &box);

    if (fault == BALLOT_FAULT_SHARE_FORM)
        return;
    begin(&writer);
    ballot_share_write(&writer, &box);
    require_same(&writer, text);
    if (fault == BALLOT_FAULT_NONE)
        (void)ballot_share_open(group, &box, &secret, &share); /* any answer */
}

/* Nobody's signature stands under what a fuzzer writes. */
static void check_complaint(struct text_view text)
{
    struct ballot_certificate certificates[MEMBERS];
    const struct ballot_complaint_case shown = { .certificates = certificates,
                                                 .context = { .size = MEMBERS,
                                                              .threshold = 2 },
                                                 .attempt = 1,
                                                 .sender = 1,
                                                 .complainer = 2,
                                                 .dealing = text,
                                                 .box = text,
                                                 .complaint = text };
    enum ballot_verdict verdict = BALLOT_VERDICT_NONE;
    enum ballot_fault reason = BALLOT_FAULT_NONE;

    memset(certificates, 0, sizeof certificates);
    for (size_t i = 0; i < MEMBERS; i++)
        certificates[i].verification = ballot_group_generator(group);
    require(ballot_complaint_judge(group, &shown, &verdict, &reason) ==
            RESULT_OK);
    require(verdict == BALLOT_VERDICT_RELAY && reason != BALLOT_FAULT_NONE);
}

static void check_machine(struct text_view bytes)
{
    struct ballot_dkg *dkg = NULL;
    uint8_t *again = NULL;
    size_t size = 0;

    if (ballot_dkg_decode(group, (const uint8_t *)bytes.data, bytes.size,
                          &dkg) != RESULT_OK)
        return;
    require(ballot_dkg_encode(dkg, &again, &size) == RESULT_OK);
    require(size == bytes.size && memcmp(again, bytes.data, size) == 0);
    OPENSSL_clear_free(again, size);
    ballot_dkg_free(dkg);
}

/* --- Records -------------------------------------------------------------- */

static void check_group(struct text_view text)
{
    struct ballot_json json;
    struct ballot_pedersen *record = NULL;
    struct byte_writer writer;
    char *scratch = malloc(text.size + 1);

    require(scratch != NULL && ballot_pedersen_new(&record) == RESULT_OK);
    ballot_json_init(&json, text);
    ballot_pedersen_read(&json, group, scratch, record);
    if (ballot_json_end(&json) == BALLOT_FAULT_NONE) {
        begin(&writer);
        ballot_pedersen_write(&writer, record);
        require_same(&writer, text);
    }
    free(scratch);
    ballot_pedersen_free(record);
}

static void check_trustees(struct text_view text)
{
    struct ballot_trustees strict, lenient;
    uint32_t owner = 0;

    if (ballot_trustees_read(group, text, false, &strict, &owner) !=
        BALLOT_FAULT_NONE)
        return;
    require(ballot_trustees_read(group, text, true, &lenient, &owner) ==
            BALLOT_FAULT_NONE);
    require(ballot_element_equal(&strict.public_key, &lenient.public_key) &&
            strict.owner_count == lenient.owner_count &&
            ballot_trustees_suffice(&strict,
                                    (UINT64_C(1) << strict.owner_count) - 1));
}

static void check_tally(struct text_view text)
{
    struct ballot_cipher tally[POSITIONS];
    struct byte_writer writer;

    if (ballot_tally_read(group, text, &election, false, tally) !=
        BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_tally_write(&writer, &election, tally);
    require_same(&writer, text);
}

static void check_tally_size(struct text_view text)
{
    struct ballot_tally_size size;
    struct byte_writer writer;

    if (ballot_tally_size_read(text, false, &size) != BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_tally_size_write(&writer, &size);
    require_same(&writer, text);
}

static void check_decryption(struct text_view text)
{
    struct ballot_decryption decryption;
    struct byte_writer writer;

    if (ballot_decryption_read(group, text, &election, false, &decryption) !=
        BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_decryption_write(&writer, &election, &decryption);
    ballot_decryption_release(&decryption);
    require_same(&writer, text);
}

static void check_owner(struct text_view text)
{
    struct byte_writer writer;
    struct hash payload;
    uint64_t owner = 0;

    if (ballot_decryption_read_owner(text, false, &owner, &payload) !=
        BALLOT_FAULT_NONE)
        return;
    begin(&writer);
    ballot_decryption_write_owner(&writer, owner, &payload);
    require_same(&writer, text);
}

/* True: the planted fault. */
static bool check_result(struct text_view text)
{
    uint64_t counts[POSITIONS];
    struct text_view paper;
    struct byte_writer writer;

    if (ballot_result_read(text, &election, false, counts, &paper) !=
        BALLOT_FAULT_NONE)
        return false;
    begin(&writer);
    ballot_result_write(&writer, &election, counts, paper);
    require_same(&writer, text);
    return counts[0] > counts[1];
}

static void (*const checks[])(struct text_view text) = {
    check_certificate, check_dealing,    check_key,        check_box,
    check_complaint,   check_machine,    check_group,      check_trustees,
    check_tally,       check_tally_size, check_decryption, check_owner,
};
enum { CHECK_COUNT = sizeof checks / sizeof checks[0] };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text_view text;
    bool is_planted = false;
    size_t which = 0;

    if (size == 0)
        return 0;
    if (!group) {
        struct ballot_group *made = NULL;

        require(ballot_group_new(&made) == RESULT_OK);
        group = made;
    }
    text = (struct text_view){ (const char *)&data[1], size - 1 };
    which = data[0] % (CHECK_COUNT + 1);
    if (which < CHECK_COUNT)
        checks[which](text);
    else
        is_planted = check_result(text);
    planted_fault(data, size, is_planted);
    return 0;
}
