#include "protocol/meeting/register_check.h"

#include "protocol/record/statement_minutes.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Where an event of the kind, which carries a statement, has what all of them
 * have. */
struct signed_kind {
    enum register_event_kind kind;
    size_t signer, sig; /* in the event */
    bool has_seen;
    size_t seen, head; /* likewise, if it has them */
};
#define AT(member) offsetof(struct register_event, body.member)
#define SIGNED(kind, body)                                                     \
    {                                                                          \
        kind, AT(body.signer), AT(body.sig), true, AT(body.seen),              \
            AT(body.head)                                                      \
    }

static const struct signed_kind signed_kinds[] = {
    { REGISTER_DEVICE_ENROLLED_KIND, AT(device_enrolled.device),
      AT(device_enrolled.sig), false, 0, 0 },
    SIGNED(REGISTER_DEVICE_ADDED_KIND, device_added),
    SIGNED(REGISTER_DEVICE_VOUCHED_KIND, device_vouched),
    SIGNED(REGISTER_DEVICE_REVOKED_KIND, device_revoked),
    SIGNED(REGISTER_SERVER_KEY_CHANGED_KIND, server_key_changed),
    SIGNED(REGISTER_ERRATUM_PROPOSED_KIND, erratum_proposed),
    SIGNED(REGISTER_ERRATUM_SIGNED_KIND, erratum_signed),
};

static const struct signed_kind *find_signed(enum register_event_kind kind)
{
    size_t i;

    for (i = 0; i < sizeof signed_kinds / sizeof signed_kinds[0]; i++)
        if (signed_kinds[i].kind == kind)
            return &signed_kinds[i];
    return NULL;
}

bool register_check_is_signed(enum register_event_kind kind)
{
    return find_signed(kind) != NULL;
}

bool register_check_seen(const struct register_event *event,
                         struct statement_seen *out)
{
    const struct signed_kind *kind = find_signed(event->kind);
    const char *at = (const char *)event;

    if (!kind || !kind->has_seen)
        return false;
    memcpy(&out->seq, at + kind->seen, sizeof out->seq);
    memcpy(&out->head, at + kind->head, sizeof out->head);
    return true;
}

const char *register_check_text(enum register_event_kind kind)
{
    if (kind == REGISTER_DEVICE_ENROLLED_KIND ||
        kind == REGISTER_DEVICE_ADDED_KIND)
        return "label";
    return kind == REGISTER_DEVICE_REVOKED_KIND ? "reason" : NULL;
}

/* --- One function a statement: its bytes, and whether its signer may say it -
 */

/* What a statement is made and checked with. */
struct claim {
    const struct register_state *before;
    struct text_view scope;
    struct statement_seen seen;
    struct text_view text;
    uint8_t *bytes; /* owned */
    size_t size;
};

static bool is_device_of(const struct register_state *state,
                         const struct key *key, const struct identifier *holder)
{
    const struct register_device *device = register_state_device(state, key);

    return device && !device->is_revoked &&
           identifier_equal(&device->holder, holder);
}

static enum result claim_enrolled(const struct register_device_enrolled *event,
                                  struct claim *claim)
{
    const struct register_invitation *invitation =
        register_state_invitation(claim->before, &event->invitation);
    struct statement_enrol fields = { .server = claim->before->server,
                                      .exporter = event->exporter,
                                      .member = identifier_view(&event->holder),
                                      .label = claim->text };

    if (!invitation || !identifier_equal(&invitation->holder, &event->holder))
        return RESULT_REFUSED;
    fields.token = invitation->token;
    return statement_enrol(&event->device, claim->scope, &fields, &claim->bytes,
                           &claim->size);
}

static enum result addition(const struct register_device_added *event,
                            struct claim *claim)
{
    const struct statement_device_add fields = {
        .member = identifier_view(&event->holder),
        .device = event->device,
        .label = claim->text,
        .seen = { event->seen, event->head },
    };

    return statement_device_add(&event->signer, claim->scope, &fields,
                                &claim->bytes, &claim->size);
}

static enum result claim_added(const struct register_device_added *event,
                               struct claim *claim)
{
    return is_device_of(claim->before, &event->signer, &event->holder)
               ? addition(event, claim)
               : RESULT_REFUSED;
}

static enum result claim_vouched(const struct register_device_vouched *event,
                                 struct claim *claim)
{
    const struct statement_vouch fields = {
        .member = identifier_view(&event->holder),
        .device = event->device,
        .how = text_view_of(enum_word(&vouch_way_words, event->how)),
        .seen = claim->seen,
    };

    if (!is_device_of(claim->before, &event->signer, &event->by) ||
        !is_device_of(claim->before, &event->device, &event->holder))
        return RESULT_REFUSED;
    return statement_vouch(&event->signer, claim->scope, &fields, &claim->bytes,
                           &claim->size);
}

static enum result claim_revoked(const struct register_device_revoked *event,
                                 struct claim *claim)
{
    const struct statement_revoke fields = {
        .member = identifier_view(&event->holder),
        .device = event->device,
        .reason = claim->text,
        .seen = claim->seen,
    };

    if (!key_equal(&event->signer, &claim->before->server) &&
        !is_device_of(claim->before, &event->signer, &event->holder))
        return RESULT_REFUSED;
    return statement_revoke(&event->signer, claim->scope, &fields,
                            &claim->bytes, &claim->size);
}

static enum result
claim_key_changed(const struct register_server_key_changed *event,
                  struct claim *claim)
{
    const struct statement_server_key fields = { .server = event->server,
                                                 .seen = claim->seen };

    if (!key_equal(&event->signer, &claim->before->server))
        return RESULT_REFUSED;
    return statement_server_key(&event->signer, claim->scope, &fields,
                                &claim->bytes, &claim->size);
}

/* Whoever proposes it, and whoever signs it after that, says the same; `event`
 * is either, `said` the commitment to the erratum. */
#define ERRATUM(event, said)                                                   \
    (struct statement_erratum)                                                 \
    {                                                                          \
        .member = identifier_view(&(event)->member),                           \
        .role = text_view_of(enum_word(&minutes_signer_words, (event)->role)), \
        .number = (event)->number, .minutes = (event)->minutes,                \
        .erratum = (said)                                                      \
    }

static enum result claim_erratum(const struct key *signer,
                                 const struct identifier *member,
                                 const struct identifier *meeting,
                                 struct statement_erratum fields,
                                 struct claim *claim)
{
    fields.seen = claim->seen;
    if (!is_device_of(claim->before, signer, member))
        return RESULT_REFUSED;
    return statement_erratum(signer, identifier_view(meeting), &fields,
                             &claim->bytes, &claim->size);
}

static enum result claim_proposed(const struct register_erratum_proposed *event,
                                  struct claim *claim)
{
    return claim_erratum(&event->signer, &event->member, &event->meeting,
                         ERRATUM(event, event->erratum.commitment), claim);
}

static enum result claim_signed(const struct register_erratum_signed *event,
                                struct claim *claim)
{
    return claim_erratum(&event->signer, &event->member, &event->meeting,
                         ERRATUM(event, event->c), claim);
}

/* --- All of them --------------------------------------------------------- */

static enum result make_claim(const struct register_event *event,
                              struct claim *claim)
{
    switch ((int)event->kind) {
    case REGISTER_DEVICE_ENROLLED_KIND:
        return claim_enrolled(&event->body.device_enrolled, claim);
    case REGISTER_DEVICE_ADDED_KIND:
        return claim_added(&event->body.device_added, claim);
    case REGISTER_DEVICE_VOUCHED_KIND:
        return claim_vouched(&event->body.device_vouched, claim);
    case REGISTER_DEVICE_REVOKED_KIND:
        return claim_revoked(&event->body.device_revoked, claim);
    case REGISTER_ERRATUM_PROPOSED_KIND:
        return claim_proposed(&event->body.erratum_proposed, claim);
    case REGISTER_ERRATUM_SIGNED_KIND:
        return claim_signed(&event->body.erratum_signed, claim);
    default:
        return claim_key_changed(&event->body.server_key_changed, claim);
    }
}

/* Takes the claim's bytes, if they could be made. */
static enum result verify_claim(struct claim *claim, enum result made,
                                const struct key *signer,
                                const struct signature *sig,
                                struct statement_cache *cache)
{
    enum result result = made;

    if (result == RESULT_OK)
        result = statement_cache_verify(cache, signer, claim->bytes,
                                        claim->size, sig);
    free(claim->bytes);
    if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE ||
        result == RESULT_INVALID)
        return RESULT_REFUSED;
    return result;
}

enum result register_check(const struct register_event *event,
                           const struct register_state *before,
                           const struct text_view *text,
                           struct statement_cache *cache)
{
    const struct signed_kind *kind = find_signed(event->kind);
    struct signature sig;
    struct key signer;
    struct claim claim = { .before = before,
                           .scope = identifier_view(&before->organisation) };

    if (!kind)
        return RESULT_OK;
    memcpy(&signer, (const char *)event + kind->signer, sizeof signer);
    memcpy(&sig, (const char *)event + kind->sig, sizeof sig);
    if (register_check_seen(event, &claim.seen) && claim.seen.seq >= event->seq)
        return RESULT_REFUSED;
    if (register_check_text(event->kind)) {
        if (!text)
            return RESULT_NOT_FOUND;
        claim.text = *text;
    }
    return verify_claim(&claim, make_claim(event, &claim), &signer, &sig,
                        cache);
}

enum result register_check_addition(const struct register_device_added *event,
                                    struct text_view scope,
                                    struct text_view label,
                                    struct statement_cache *cache)
{
    struct claim claim = { .scope = scope, .text = label };

    return verify_claim(&claim, addition(event, &claim), &event->signer,
                        &event->sig, cache);
}
