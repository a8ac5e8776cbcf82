/* Secret ballots: how the tellers make the keys. What their texts hold is not
 * looked at here, but for keys that are copied: every device and the server
 * judge it. */
#include "server/domain/ballot_parts.h"

void rule_restart_keys(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.restart_keys.ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, id, EVENT_KEYS_FAILED_KIND);
    struct event_keys_failed *body;

    if (!ballot)
        return;
    if (ballot->attempt == 0 || ballot->is_failed) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    if (ballot->attempt >= LIMIT_BALLOT_ATTEMPTS) {
        draft_refuse_max(draft, LIMIT_BALLOT_ATTEMPTS);
        return;
    }
    body = &draft_add(draft, EVENT_KEYS_FAILED_KIND)->body.keys_failed;
    body->ballot = *id;
    body->attempt = ballot->attempt;
    body->reason = KEYS_RESTARTED;
    body->act = draft->command->act;
}

/* The ballot if messages of this attempt are awaited, and who acts is that
 * teller. */
static const struct meeting_ballot *awaiting(struct draft *draft,
                                             const struct identifier *id,
                                             enum meeting_event_kind kind,
                                             uint64_t attempt, uint64_t index)
{
    const struct meeting_ballot *ballot = ballot_in(draft, id, kind);

    if (!ballot)
        return NULL;
    if (attempt == 0 || attempt != ballot->attempt || ballot->is_failed ||
        ballot->dispute.is_open) {
        draft_refuse(draft, REFUSAL_OTHER_ATTEMPT);
        refusal_add_number(&draft->out->refusal, "sum", attempt);
        return NULL;
    }
    return ballot_is_teller(draft, ballot, index) ? ballot : NULL;
}

/* Has the teller certified, and with this device? */
static bool is_by_its_device(struct draft *draft,
                             const struct meeting_ballot *ballot,
                             uint64_t index)
{
    const struct meeting_ballot_teller *teller = &ballot->tellers[index - 1];

    if (teller->has_certified)
        return ballot_is_device(draft, &teller->device);
    ballot_refuse_waiting(draft, identifier_view(&teller->member));
    return false;
}

static void refuse_done(struct draft *draft)
{
    draft_refuse(draft, REFUSAL_DONE_ALREADY);
}

/* The first teller without this message. */
static void refuse_missing(struct draft *draft,
                           const struct meeting_ballot *ballot,
                           enum meeting_event_kind kind)
{
    size_t i;

    for (i = 0; i < ballot->teller_count; i++) {
        const struct meeting_ballot_teller *teller = &ballot->tellers[i];
        const bool is_there =
            kind == EVENT_TELLER_CERTIFIED_KIND ? teller->has_certified
            : kind == EVENT_SHARES_DEALT_KIND   ? teller->deal.data != NULL
                                                : teller->key.data != NULL;

        if (is_there)
            continue;
        ballot_refuse_waiting(draft, identifier_view(&teller->member));
        return;
    }
}

/* Decimal digits of the longest exponent; an element has hundreds. */
enum { EXPONENT_DIGITS_MAX = 78 };

/* The next element in what is left of a text. Texts have one spelling, so that
 * equal elements are equal digits. False: there is none. */
static bool next_element(struct text_view *rest, struct text_view *element)
{
    while (rest->size > 0) {
        size_t size = 0;

        while (size < rest->size && rest->data[size] >= '0' &&
               rest->data[size] <= '9')
            size++;
        *element = (struct text_view){ rest->data, size };
        size += size == 0;
        *rest = (struct text_view){ rest->data + size, rest->size - size };
        if (element->size > EXPONENT_DIGITS_MAX)
            return true;
    }
    return false;
}

static bool is_shared(struct text_view a, struct text_view b)
{
    struct text_view element, other;

    while (next_element(&a, &element)) {
        struct text_view rest = b;

        while (next_element(&rest, &other))
            if (text_view_equal(element, other))
                return true;
    }
    return false;
}

static struct text_view view_of(const struct meeting_ballot_text *text)
{
    return (struct text_view){ text->data, text->size };
}

/* In the log it could no more be told who copied whose key; here whoever has
 * it already came first. Refuses, if somebody has. */
static bool is_own_key(struct draft *draft, const struct meeting_ballot *ballot,
                       struct text_view certificate)
{
    size_t i;

    for (i = 0; i < ballot->teller_count; i++) {
        const struct meeting_ballot_teller *teller = &ballot->tellers[i];

        if (!teller->has_certified ||
            !is_shared(certificate, view_of(&teller->certificate)))
            continue;
        draft_refuse_id(draft, REFUSAL_KEY_TAKEN, &teller->member);
        return false;
    }
    if (!is_shared(certificate, view_of(&ballot->server_key)))
        return true;
    draft_refuse(draft, REFUSAL_KEY_TAKEN);
    refusal_add_text(&draft->out->refusal, "id",
                     text_view_of(BALLOT_SERVER_ID));
    return false;
}

void rule_certify(struct draft *draft)
{
    const struct command_certify *command = &draft->command->body.certify;
    const struct meeting_ballot *ballot =
        awaiting(draft, &command->ballot, EVENT_TELLER_CERTIFIED_KIND,
                 command->attempt, command->index);
    struct event_teller_certified *body;

    if (!ballot)
        return;
    if (ballot->tellers[command->index - 1].has_certified) {
        if (is_by_its_device(draft, ballot, command->index))
            refuse_done(draft);
        return;
    }
    if (!is_own_key(draft, ballot, command->certificate))
        return;
    body =
        &draft_add(draft, EVENT_TELLER_CERTIFIED_KIND)->body.teller_certified;
    body->ballot = command->ballot;
    body->attempt = command->attempt;
    body->index = command->index;
    body->certificate = command->certificate;
    body->message = command->message;
    BALLOT_SIGNED_BY(draft, body);
}

void rule_deal(struct draft *draft)
{
    const struct command_deal *command = &draft->command->body.deal;
    const struct meeting_ballot *ballot =
        awaiting(draft, &command->ballot, EVENT_SHARES_DEALT_KIND,
                 command->attempt, command->index);
    struct event_shares_dealt *body;

    if (!ballot || !is_by_its_device(draft, ballot, command->index))
        return;
    /* One or two tellers have a key each: nothing is dealt. */
    if (ballot->teller_count <= 2) {
        ballot_refuse_state(draft, ballot);
        return;
    }
    if (!meeting_ballot_all_certified(ballot)) {
        refuse_missing(draft, ballot, EVENT_TELLER_CERTIFIED_KIND);
        return;
    }
    if (ballot->tellers[command->index - 1].deal.data) {
        refuse_done(draft);
        return;
    }
    body = &draft_add(draft, EVENT_SHARES_DEALT_KIND)->body.shares_dealt;
    body->ballot = command->ballot;
    body->attempt = command->attempt;
    body->index = command->index;
    body->deal = command->deal;
    body->act = draft->command->act;
}

void rule_confirm_share(struct draft *draft)
{
    const struct command_confirm_share *command =
        &draft->command->body.confirm_share;
    const struct meeting_ballot *ballot =
        awaiting(draft, &command->ballot, EVENT_SHARE_CONFIRMED_KIND,
                 command->attempt, command->index);
    struct event_share_confirmed *body;

    if (!ballot || !is_by_its_device(draft, ballot, command->index))
        return;
    if (ballot->teller_count <= 2) {
        ballot_refuse_state(draft, ballot);
        return;
    }
    if (!meeting_ballot_all_dealt(ballot)) {
        refuse_missing(draft, ballot, EVENT_SHARES_DEALT_KIND);
        return;
    }
    if (ballot->tellers[command->index - 1].key.data) {
        refuse_done(draft);
        return;
    }
    body = &draft_add(draft, EVENT_SHARE_CONFIRMED_KIND)->body.share_confirmed;
    body->ballot = command->ballot;
    body->attempt = command->attempt;
    body->index = command->index;
    body->key = command->key;
    body->act = draft->command->act;
}

void rule_dispute_keys(struct draft *draft)
{
    const struct command_dispute_keys *command =
        &draft->command->body.dispute_keys;
    const struct meeting_ballot *ballot =
        awaiting(draft, &command->ballot, EVENT_KEYS_DISPUTED_KIND,
                 command->attempt, command->index);
    struct event_keys_disputed *body;

    if (!ballot)
        return;
    if (ballot->tellers[command->index - 1].has_certified &&
        !is_by_its_device(draft, ballot, command->index))
        return;
    if (command->against < 1 || command->against > ballot->teller_count ||
        command->against == command->index) {
        draft_refuse_id(draft, REFUSAL_NOT_TELLER, draft->holder);
        refusal_add_number(&draft->out->refusal, "position", command->against);
        return;
    }
    body = &draft_add(draft, EVENT_KEYS_DISPUTED_KIND)->body.keys_disputed;
    body->ballot = command->ballot;
    body->attempt = command->attempt;
    body->index = command->index;
    body->against = command->against;
    body->evidence = command->evidence;
    body->act = draft->command->act;
}

/* Does the teller sign what the others signed, and its own key? */
static bool is_record_right(struct draft *draft,
                            const struct meeting_ballot *ballot,
                            const struct command_sign_trustees *command)
{
    size_t i;

    for (i = 0; i <= ballot->teller_count; i++) {
        if (ballot->owners[i].has_signed &&
            !hash_equal(&ballot->trustees, &command->trustees)) {
            ballot_refuse_record(draft, "trustees");
            return false;
        }
    }
    /* Of one or two the certificate was the key itself. */
    if (ballot->teller_count <= 2 &&
        !hash_equal(&ballot->tellers[command->owner - 2].message,
                    &command->key)) {
        ballot_refuse_record(draft, "key");
        return false;
    }
    return true;
}

void rule_sign_trustees(struct draft *draft)
{
    const struct command_sign_trustees *command =
        &draft->command->body.sign_trustees;
    const struct meeting_ballot *ballot =
        awaiting(draft, &command->ballot, EVENT_TRUSTEES_SIGNED_KIND,
                 command->attempt, command->owner > 1 ? command->owner - 1 : 0);
    struct event_trustees_signed *body;

    if (!ballot || !is_by_its_device(draft, ballot, command->owner - 1))
        return;
    if (!meeting_ballot_all_keys(ballot)) {
        refuse_missing(draft, ballot,
                       ballot->teller_count > 2 ? EVENT_SHARE_CONFIRMED_KIND
                                                : EVENT_TELLER_CERTIFIED_KIND);
        return;
    }
    if (ballot->owners[command->owner - 1].has_signed) {
        refuse_done(draft);
        return;
    }
    if (!is_record_right(draft, ballot, command))
        return;
    body = &draft_add(draft, EVENT_TRUSTEES_SIGNED_KIND)->body.trustees_signed;
    body->ballot = command->ballot;
    body->attempt = command->attempt;
    body->owner = command->owner;
    body->key = command->key;
    body->trustees = command->trustees;
    body->member = *draft->holder;
    body->device = *draft->device;
    body->sig = draft->command->act.sig;
}
