#include "protocol/ballot/ballot_dkg.h"

#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_dkg_internal.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_value.h"
#include "protocol/base/limits.h"

#include <openssl/crypto.h>

#include <stdlib.h>

enum action { DEAL, RECEIVE, COMPLAIN, ACTION_COUNT };

/* NONE = refused. A row per step, a column per action. */
static const enum ballot_dkg_step
    next_step[BALLOT_DKG_STEP_COUNT][ACTION_COUNT] = {
        [BALLOT_DKG_CERTIFIED] = { [DEAL] = BALLOT_DKG_DEALT },
        [BALLOT_DKG_DEALT] = { [RECEIVE] = BALLOT_DKG_KEYED,
                               [COMPLAIN] = BALLOT_DKG_DEAD },
    };

static bool may(const struct ballot_dkg *dkg, enum action action)
{
    return next_step[dkg->step][action] != BALLOT_DKG_NONE;
}

static void advance(struct ballot_dkg *dkg, enum action action)
{
    dkg->step = next_step[dkg->step][action];
}

static enum result refuse(struct ballot_blame *blame, enum ballot_fault fault,
                          uint32_t member)
{
    if (fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    if (fault == BALLOT_FAULT_LIBRARY)
        return RESULT_CRYPTO;
    *blame = (struct ballot_blame){ .fault = fault,
                                    .member = member,
                                    .is_for_complaint =
                                        fault == BALLOT_FAULT_SHARE_SEALED ||
                                        fault == BALLOT_FAULT_SHARE };
    return RESULT_REFUSED;
}

/* Hands what was written over to `text`. */
static enum result keep(struct byte_writer *writer,
                        struct ballot_dkg_text *text)
{
    const enum result result =
        byte_writer_take(writer, &text->data, &text->size);

    byte_writer_release(writer);
    return result;
}

static struct text_view view_of(const struct ballot_dkg_text *text)
{
    return (struct text_view){ (const char *)text->data, text->size };
}

static void text_release(struct ballot_dkg_text *text)
{
    free(text->data);
    *text = (struct ballot_dkg_text){ NULL, 0 };
}

/* --- Beginning and ending ------------------------------------------------ */

static enum result certify(struct ballot_dkg *dkg,
                           const struct ballot_group *group,
                           const struct ballot_random *random)
{
    struct ballot_certificate certificate;
    struct byte_writer writer;
    enum result result = ballot_scalar_random(random, &dkg->secrets.signing);

    if (result == RESULT_OK)
        result = ballot_scalar_random(random, &dkg->secrets.decryption);
    if (result == RESULT_OK)
        result = ballot_certificate_make(
            group, &dkg->context, &dkg->secrets.signing,
            &dkg->secrets.decryption, random, &certificate);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_certificate_write(&writer, &certificate);
    return keep(&writer, &dkg->texts[BALLOT_DKG_CERTIFICATE]);
}

enum result ballot_dkg_begin(const struct ballot_group *group,
                             const struct ballot_context *context,
                             uint32_t attempt,
                             const struct ballot_random *random,
                             struct ballot_dkg **out)
{
    struct ballot_dkg *dkg = NULL;
    enum result result = RESULT_OK;

    if (!ballot_context_is_possible(context))
        return RESULT_INVALID;
    dkg = calloc(1, sizeof *dkg);
    if (!dkg)
        return RESULT_NO_MEMORY;
    dkg->step = BALLOT_DKG_CERTIFIED;
    dkg->context = *context;
    dkg->attempt = attempt;
    result = certify(dkg, group, random);
    if (result != RESULT_OK) {
        ballot_dkg_free(dkg);
        return result;
    }
    *out = dkg;
    return RESULT_OK;
}

struct ballot_dkg *ballot_dkg_free(struct ballot_dkg *dkg)
{
    if (!dkg)
        return NULL;
    for (int i = 0; i < BALLOT_DKG_TEXT_COUNT; i++)
        text_release(&dkg->texts[i]);
    for (uint32_t i = 0; i < LIMIT_BALLOT_TRUSTEES; i++)
        text_release(&dkg->boxes[i]);
    OPENSSL_cleanse(dkg, sizeof *dkg);
    free(dkg);
    return NULL;
}

/* --- Dealing ------------------------------------------------------------- */

/* What dealing makes, until all of it is there. */
struct deal {
    struct ballot_certificate certificates[LIMIT_BALLOT_TRUSTEES];
    struct ballot_scalar polynomial[LIMIT_BALLOT_TRUSTEES];
    struct ballot_coefficients coefficients;
    struct ballot_dkg_text dealing;
    struct ballot_dkg_text boxes[LIMIT_BALLOT_TRUSTEES];
};

static void deal_free(struct deal *deal)
{
    text_release(&deal->dealing);
    for (uint32_t i = 0; i < LIMIT_BALLOT_TRUSTEES; i++)
        text_release(&deal->boxes[i]);
    OPENSSL_cleanse(deal->polynomial, sizeof deal->polynomial);
    free(deal);
}

static enum result make_coefficients(const struct ballot_dkg *dkg,
                                     const struct ballot_group *group,
                                     const struct ballot_random *random,
                                     struct deal *deal)
{
    struct byte_writer writer;
    enum result result = RESULT_OK;

    for (uint32_t k = 0; k < dkg->context.threshold && result == RESULT_OK; k++)
        result = ballot_scalar_random(random, &deal->polynomial[k]);
    if (result == RESULT_OK)
        result = ballot_coefficients_make(
            group, deal->polynomial, dkg->context.threshold,
            &dkg->secrets.signing, deal->certificates, dkg->context.size,
            random, &deal->coefficients);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_coefficients_write_dealing(&writer, &deal->coefficients);
    return keep(&writer, &deal->dealing);
}

static enum result make_box(const struct ballot_dkg *dkg,
                            const struct ballot_group *group,
                            const struct ballot_share_route *route,
                            const struct ballot_random *random,
                            struct deal *deal)
{
    const uint32_t to = route->recipient;
    struct ballot_share_box box;
    struct ballot_scalar share =
        ballot_coefficients_share(deal->polynomial, dkg->context.threshold, to);
    struct byte_writer writer;
    const enum result result = ballot_share_seal(
        group, route, &share, &deal->certificates[to - 1].encryption,
        &dkg->secrets.signing, random, &box);

    ballot_scalar_wipe(&share);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_share_write(&writer, &box);
    return keep(&writer, &deal->boxes[to - 1]);
}

static enum result make_boxes(const struct ballot_dkg *dkg,
                              const struct ballot_group *group,
                              const struct ballot_random *random,
                              struct deal *deal)
{
    struct ballot_share_route route = { .attempt = dkg->attempt,
                                        .sender = dkg->context.index };
    enum result result = ballot_certificates_hash(
        deal->certificates, dkg->context.size, &route.certificates);

    for (uint32_t j = 1; j <= dkg->context.size && result == RESULT_OK; j++) {
        route.recipient = j;
        if (j != dkg->context.index)
            result = make_box(dkg, group, &route, random, deal);
    }
    return result;
}

/* Takes everything over; cannot fail. */
static void commit_deal(struct ballot_dkg *dkg, struct deal *deal)
{
    for (uint32_t i = 0; i < dkg->context.size; i++) {
        dkg->certificates[i] = deal->certificates[i];
        dkg->boxes[i] = deal->boxes[i];
        deal->boxes[i] = (struct ballot_dkg_text){ NULL, 0 };
    }
    dkg->texts[BALLOT_DKG_DEALING] = deal->dealing;
    deal->dealing = (struct ballot_dkg_text){ NULL, 0 };
    dkg->secrets.own_share = ballot_coefficients_share(
        deal->polynomial, dkg->context.threshold, dkg->context.index);
    advance(dkg, DEAL);
}

enum result ballot_dkg_deal(struct ballot_dkg *dkg,
                            const struct ballot_group *group,
                            const struct text_view *certificates,
                            const struct ballot_random *random,
                            struct ballot_blame *blame)
{
    const uint32_t own = dkg->context.index;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    enum result result = RESULT_OK;
    struct deal *deal = NULL;
    uint32_t guilty = 0;

    if (!may(dkg, DEAL))
        return RESULT_INVALID;
    if (!text_view_equal(certificates[own - 1],
                         view_of(&dkg->texts[BALLOT_DKG_CERTIFICATE])))
        return refuse(blame, BALLOT_FAULT_CERTIFICATE, own);
    deal = calloc(1, sizeof *deal);
    if (!deal)
        return RESULT_NO_MEMORY;
    fault = ballot_certificates_take(group, &dkg->context, certificates,
                                     deal->certificates, &guilty);
    if (fault != BALLOT_FAULT_NONE)
        result = refuse(blame, fault, guilty);
    if (result == RESULT_OK)
        result = make_coefficients(dkg, group, random, deal);
    if (result == RESULT_OK)
        result = make_boxes(dkg, group, random, deal);
    if (result == RESULT_OK)
        commit_deal(dkg, deal);
    deal_free(deal);
    return result;
}

/* --- Receiving ----------------------------------------------------------- */

/* What a member is given, while it looks at it. */
struct receipt {
    struct ballot_coefficients coefficients[LIMIT_BALLOT_TRUSTEES];
    struct ballot_share_box boxes[LIMIT_BALLOT_TRUSTEES];
    struct ballot_share_route route;
    struct ballot_scalar sum; /* of the shares */
    uint32_t member;          /* looked at, or at fault */
};

/* What all can see comes first, so that all name the same member. */
static enum ballot_fault take_dealings(const struct ballot_dkg *dkg,
                                       const struct ballot_group *group,
                                       const struct text_view *dealings,
                                       struct receipt *receipt)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (uint32_t i = 1; i <= dkg->context.size && fault == BALLOT_FAULT_NONE;
         i++) {
        const bool is_own = i == dkg->context.index;

        receipt->member = i;
        fault = ballot_coefficients_take(
            group,
            is_own ? view_of(&dkg->texts[BALLOT_DKG_DEALING]) : dealings[i - 1],
            dkg->certificates, dkg->context.size, dkg->context.threshold, i,
            &receipt->coefficients[i - 1]);
    }
    return fault;
}

static enum ballot_fault take_boxes(const struct ballot_dkg *dkg,
                                    const struct ballot_group *group,
                                    const struct text_view *boxes,
                                    struct receipt *receipt)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (uint32_t i = 1; i <= dkg->context.size && fault == BALLOT_FAULT_NONE;
         i++) {
        if (i == dkg->context.index)
            continue;
        receipt->member = i;
        receipt->route.sender = i;
        fault = ballot_share_take(group, boxes[i - 1], &receipt->route,
                                  &dkg->certificates[i - 1].verification,
                                  &receipt->boxes[i - 1]);
    }
    return fault;
}

static enum ballot_fault open_box(const struct ballot_dkg *dkg,
                                  const struct ballot_group *group,
                                  struct receipt *receipt)
{
    struct ballot_scalar share = { { 0 } };
    enum ballot_fault fault =
        ballot_share_open(group, &receipt->boxes[receipt->member - 1],
                          &dkg->secrets.decryption, &share);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_value_fault(
            ballot_coefficients_check_share(
                group, &receipt->coefficients[receipt->member - 1],
                dkg->context.index, &share),
            BALLOT_FAULT_SHARE);
    if (fault == BALLOT_FAULT_NONE)
        receipt->sum = ballot_scalar_add(&receipt->sum, &share);
    ballot_scalar_wipe(&share);
    return fault;
}

static enum ballot_fault open_boxes(const struct ballot_dkg *dkg,
                                    const struct ballot_group *group,
                                    struct receipt *receipt)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    receipt->sum = dkg->secrets.own_share;
    for (uint32_t i = 1; i <= dkg->context.size && fault == BALLOT_FAULT_NONE;
         i++) {
        receipt->member = i;
        if (i != dkg->context.index)
            fault = open_box(dkg, group, receipt);
    }
    return fault;
}

/* The key as everybody works it out, so that a slip of this machine shows here
 * and not after the vote. */
static enum result check_own_key(const struct ballot_dkg *dkg,
                                 const struct ballot_group *group,
                                 const struct receipt *receipt,
                                 const struct ballot_trustee_key *key)
{
    struct ballot_element expected;
    const enum result result =
        ballot_coefficients_key(group, receipt->coefficients, dkg->context.size,
                                dkg->context.index, &expected);

    if (result != RESULT_OK)
        return result;
    return ballot_element_equal(&expected, &key->public_key) ? RESULT_OK
                                                             : RESULT_CRYPTO;
}

static enum result make_key(struct ballot_dkg *dkg,
                            const struct ballot_group *group,
                            const struct receipt *receipt,
                            const struct ballot_random *random)
{
    struct ballot_trustee_key key;
    struct byte_writer writer;
    enum result result =
        ballot_trustee_key_of_secret(group, &receipt->sum, random, &key);

    if (result == RESULT_OK)
        result = check_own_key(dkg, group, receipt, &key);
    if (result == RESULT_OK)
        result =
            ballot_trustee_key_sign(group, &dkg->secrets.signing, random, &key);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    result = keep(&writer, &dkg->texts[BALLOT_DKG_KEY]);
    if (result != RESULT_OK)
        return result;
    /* From here on nothing is opened or signed: the boxes that others have kept
     * shall not be worth anything to who finds this device. */
    OPENSSL_cleanse(&dkg->secrets, sizeof dkg->secrets);
    dkg->secrets.secret = receipt->sum;
    advance(dkg, RECEIVE);
    return RESULT_OK;
}

enum result ballot_dkg_receive(struct ballot_dkg *dkg,
                               const struct ballot_group *group,
                               const struct text_view *dealings,
                               const struct text_view *boxes,
                               const struct ballot_random *random,
                               struct ballot_blame *blame)
{
    struct receipt *receipt = NULL;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    enum result result = RESULT_OK;

    if (!may(dkg, RECEIVE))
        return RESULT_INVALID;
    receipt = calloc(1, sizeof *receipt);
    if (!receipt)
        return RESULT_NO_MEMORY;
    receipt->route.attempt = dkg->attempt;
    receipt->route.recipient = dkg->context.index;
    result = ballot_certificates_hash(dkg->certificates, dkg->context.size,
                                      &receipt->route.certificates);
    if (result == RESULT_OK) {
        fault = take_dealings(dkg, group, dealings, receipt);
        if (fault == BALLOT_FAULT_NONE)
            fault = take_boxes(dkg, group, boxes, receipt);
        if (fault == BALLOT_FAULT_NONE)
            fault = open_boxes(dkg, group, receipt);
        if (fault != BALLOT_FAULT_NONE)
            result = refuse(blame, fault, receipt->member);
    }
    if (result == RESULT_OK)
        result = make_key(dkg, group, receipt, random);
    ballot_scalar_wipe(&receipt->sum);
    free(receipt);
    return result;
}

/* --- Complaining --------------------------------------------------------- */

enum result ballot_dkg_complain(struct ballot_dkg *dkg,
                                const struct ballot_group *group,
                                uint32_t sender,
                                const struct ballot_random *random)
{
    struct ballot_share_route route = { .attempt = dkg->attempt,
                                        .sender = sender,
                                        .recipient = dkg->context.index };
    struct byte_writer writer;
    enum result result = RESULT_OK;

    if (!may(dkg, COMPLAIN) || sender < 1 || sender > dkg->context.size ||
        sender == dkg->context.index)
        return RESULT_INVALID;
    result = ballot_certificates_hash(dkg->certificates, dkg->context.size,
                                      &route.certificates);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result = ballot_complaint_write(group, &route, &dkg->secrets.decryption,
                                    &dkg->secrets.signing, random, &writer);
    if (result == RESULT_OK)
        result = keep(&writer, &dkg->texts[BALLOT_DKG_COMPLAINT]);
    byte_writer_release(&writer);
    if (result != RESULT_OK)
        return result;
    OPENSSL_cleanse(&dkg->secrets, sizeof dkg->secrets);
    advance(dkg, COMPLAIN);
    return RESULT_OK;
}

/* --- Looking ------------------------------------------------------------- */

enum ballot_dkg_step ballot_dkg_step(const struct ballot_dkg *dkg)
{
    return dkg->step;
}

struct ballot_context ballot_dkg_context(const struct ballot_dkg *dkg)
{
    return dkg->context;
}

uint32_t ballot_dkg_attempt(const struct ballot_dkg *dkg)
{
    return dkg->attempt;
}

struct text_view ballot_dkg_certificate(const struct ballot_dkg *dkg)
{
    return view_of(&dkg->texts[BALLOT_DKG_CERTIFICATE]);
}

struct text_view ballot_dkg_dealing(const struct ballot_dkg *dkg)
{
    return view_of(&dkg->texts[BALLOT_DKG_DEALING]);
}

struct text_view ballot_dkg_box(const struct ballot_dkg *dkg,
                                uint32_t recipient)
{
    if (recipient < 1 || recipient > dkg->context.size)
        return (struct text_view){ NULL, 0 };
    return view_of(&dkg->boxes[recipient - 1]);
}

struct text_view ballot_dkg_key(const struct ballot_dkg *dkg)
{
    return view_of(&dkg->texts[BALLOT_DKG_KEY]);
}

struct text_view ballot_dkg_complaint(const struct ballot_dkg *dkg)
{
    return view_of(&dkg->texts[BALLOT_DKG_COMPLAINT]);
}

const struct ballot_scalar *ballot_dkg_secret(const struct ballot_dkg *dkg)
{
    return dkg->step == BALLOT_DKG_KEYED ? &dkg->secrets.secret : NULL;
}
