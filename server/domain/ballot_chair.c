/* Secret ballots: what is asked, who counts, who votes how; and the end of a
 * ballot that is void. */
#include "server/domain/ballot_parts.h"
#include "server/domain/votes.h"

#include "protocol/base/encoding.h"

#include <string.h>

/* --- what the rules share --------------------------------------------------
 */

void ballot_refuse_state(struct draft *draft,
                         const struct meeting_ballot *ballot)
{
    draft_refuse_id(draft, REFUSAL_BALLOT_STATE, &ballot->id);
    refusal_add_text(&draft->out->refusal, "state",
                     text_view_of(ballot_phase_word(ballot->phase)));
}

const struct meeting_ballot *ballot_in(struct draft *draft,
                                       const struct identifier *id,
                                       enum meeting_event_kind kind)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(draft->state, id);

    if (!ballot) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_BALLOT, id);
        return NULL;
    }
    if (!meeting_state_ballot_admits(draft->state, ballot, kind)) {
        ballot_refuse_state(draft, ballot);
        return NULL;
    }
    return ballot;
}

void ballot_refuse_record(struct draft *draft, const char *what)
{
    draft_refuse(draft, REFUSAL_OTHER_RECORD);
    refusal_add_text(&draft->out->refusal, "what", text_view_of(what));
}

void ballot_refuse_few(struct draft *draft, uint64_t online)
{
    draft_refuse(draft, REFUSAL_TOO_FEW_ONLINE);
    refusal_add_number(&draft->out->refusal, "sum", online);
    refusal_add_number(&draft->out->refusal, "min", BALLOT_VOTERS_MIN);
}

void ballot_refuse_small(struct draft *draft, const struct ballot_small *small)
{
    draft_refuse(draft, REFUSAL_BELOW_K_MIN);
    refusal_add_text(&draft->out->refusal, "part", text_view_of(small->part));
    refusal_add_number(&draft->out->refusal, "sum", small->count);
    refusal_add_number(&draft->out->refusal, "min", draft->rules->ballot_k_min);
}

void ballot_refuse_waiting(struct draft *draft, struct text_view ids)
{
    draft_refuse(draft, REFUSAL_WAITING_FOR);
    refusal_add_text(&draft->out->refusal, "ids", ids);
}

bool ballot_is_teller(struct draft *draft, const struct meeting_ballot *ballot,
                      uint64_t index)
{
    if (index >= 1 && index <= ballot->teller_count &&
        meeting_ballot_teller(ballot, draft->holder) == index)
        return true;
    draft_refuse_id(draft, REFUSAL_NOT_TELLER, draft->holder);
    refusal_add_number(&draft->out->refusal, "position", index);
    return false;
}

bool ballot_is_any_teller(struct draft *draft,
                          const struct meeting_ballot *ballot)
{
    if (meeting_ballot_teller(ballot, draft->holder) > 0)
        return true;
    draft_refuse_who(draft, "a teller of this ballot");
    return false;
}

bool ballot_is_device(struct draft *draft, const struct key *device)
{
    char hex[HEX_SIZE(KEY_SIZE)];

    if (key_equal(draft->device, device))
        return true;
    hex_encode(device->bytes, KEY_SIZE, hex);
    draft_refuse(draft, REFUSAL_BALLOT_ELSEWHERE);
    refusal_add_text(&draft->out->refusal, "device", text_view_of(hex));
    return false;
}

/* --- draft -----------------------------------------------------------------
 */

/* Reads the form, which the caller releases; false with the refusal written. */
static bool read_form(struct draft *draft, struct text_view form,
                      struct ballot_draft *read)
{
    enum ballot_fault fault = ballot_draft_read(form, read);

    if (fault == BALLOT_FAULT_NONE && ballot_draft_has_unseen(read)) {
        fault = BALLOT_FAULT_UNSEEN;
        ballot_draft_release(read);
    }
    if (fault == BALLOT_FAULT_NONE)
        return true;
    draft_refuse(draft, REFUSAL_BAD_FORM);
    refusal_add_text(&draft->out->refusal, "problem",
                     text_view_of(ballot_fault_word(fault)));
    return false;
}

static bool is_listed_before(const struct items *members, size_t i)
{
    const struct member_id *row = members->data;
    size_t n;

    for (n = 0; n < i; n++)
        if (identifier_equal(&row[n].member, &row[i].member))
            return true;
    return false;
}

static bool are_candidates_right(struct draft *draft,
                                 const struct items *candidates)
{
    const struct member_id *row = candidates->data;
    size_t i;

    if (candidates->count > LIMIT_BALLOT_CANDIDATES) {
        draft_refuse_max(draft, LIMIT_BALLOT_CANDIDATES);
        return false;
    }
    for (i = 0; i < candidates->count; i++) {
        if (!draft_member(draft, &row[i].member))
            return false;
        if (is_listed_before(candidates, i)) {
            draft_refuse(draft, REFUSAL_EXISTS);
            return false;
        }
    }
    return true;
}

static bool are_tellers_right(struct draft *draft,
                              const struct command_draft_ballot *command)
{
    const struct member_id *row = command->tellers.data;
    const size_t count = command->tellers.count;
    size_t i;

    if (count > LIMIT_BALLOT_TELLERS) {
        draft_refuse_max(draft, LIMIT_BALLOT_TELLERS);
        return false;
    }
    for (i = 0; i < count; i++) {
        if (meeting_state_may_count(
                draft->state, &row[i].member,
                ballot_barred(command->matter, &command->candidates)) &&
            !identifier_equal(&row[i].member, &command->subject) &&
            !is_listed_before(&command->tellers, i))
            continue;
        draft_refuse_id(draft, REFUSAL_BAD_TELLER, &row[i].member);
        return false;
    }
    if (count > 0 && (command->threshold == 0 ||
                      ballot_threshold_is_right(command->threshold, count)))
        return true;
    draft_refuse(draft, REFUSAL_BAD_THRESHOLD);
    refusal_add_number(&draft->out->refusal, "sum", command->threshold);
    refusal_add_number(&draft->out->refusal, "max", count);
    return false;
}

void rule_draft_ballot(struct draft *draft)
{
    const struct command_draft_ballot *command =
        &draft->command->body.draft_ballot;
    struct ballot_draft form = { .name = TEXT_LITERAL("") };
    struct event_ballot_drafted matter = { 0 };
    struct event_ballot_drafted *body;
    bool is_right;

    if (!identifier_is_empty(&command->item) &&
        !meeting_state_item(draft->state, &command->item)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, &command->item);
        return;
    }
    if (draft->state->ballot_count >= LIMIT_BALLOTS) {
        draft_refuse_max(draft, LIMIT_BALLOTS);
        return;
    }
    if (!read_form(draft, command->form.value, &form))
        return;
    is_right = are_candidates_right(draft, &command->candidates) &&
               are_tellers_right(draft, command) &&
               ballot_put_matter(draft, command, &form, &matter);
    ballot_draft_release(&form);
    if (!is_right)
        return;
    identifier_number(&draft->out->made, "b", draft->state->ballot_count + 1);
    body = &draft_add(draft, EVENT_BALLOT_DRAFTED_KIND)->body.ballot_drafted;
    *body = matter;
    body->ballot = draft->out->made;
    body->item = command->item;
    body->form = command->form;
    body->candidates = command->candidates;
    body->tellers = command->tellers;
    body->threshold = command->threshold;
    body->revote = command->revote;
    body->halls = command->halls;
    body->act = draft->command->act;
}

/* --- adoption --------------------------------------------------------------
 */

/* The show of hands that took the ballot; false with the refusal written. */
static bool is_taken_by(struct draft *draft,
                        const struct meeting_ballot *ballot,
                        const struct identifier *id)
{
    const struct meeting_vote *vote = draft_vote(draft, id);

    if (!vote)
        return false;
    if (vote->phase == VOTE_CLOSED && vote->is_passed &&
        identifier_is_empty(&vote->target) &&
        vote->started_seq > ballot->drafted_seq)
        return true;
    draft_refuse(draft, REFUSAL_NOT_ADOPTED);
    refusal_add_text(&draft->out->refusal, "vote", identifier_view(id));
    return false;
}

/* The way in which each member with a vote who is there votes; how many of them
 * by device. `entry`: the site at whose device paper is entered, or "". */
static uint64_t set_channels(struct draft *draft,
                             const struct meeting_ballot *ballot,
                             const struct identifier *entry, struct items *out)
{
    struct ballot_channel_row *rows = draft->out->channels;
    uint64_t online = 0;
    size_t i;

    out->data = rows;
    out->count = 0;
    for (i = 0; i < draft->state->person_count; i++) {
        const struct meeting_person *person = &draft->state->people[i];
        const enum ballot_channel channel =
            meeting_state_ballot_channel(draft->state, ballot, person, entry);

        if (person->mode == presence_mode_none_ ||
            !ballot_counts(draft->state, ballot, person) ||
            out->count >= LIMIT_ROSTER)
            continue;
        online += ballot_channel_is_listed(channel);
        rows[out->count++] =
            (struct ballot_channel_row){ .member = person->holder.id,
                                         .channel = (int)channel,
                                         .site = ballot_site_of(channel, person,
                                                                entry) };
    }
    return online;
}

/* Form, remote seats, roll and quorum, as of any vote on the matter. */
static bool may_adopt(struct draft *draft, const struct meeting_ballot *ballot,
                      struct vote_terms *terms)
{
    const enum matter matter = ballot->matter.matter;

    if (matter != matter_none_ &&
        !draft_may_open_vote(draft, matter, VOTE_FORM_SECRET))
        return false;
    if (ballot_vote_terms(draft->state, draft->rules, ballot, terms) ==
        RESULT_OK)
        return true;
    draft_refuse(draft, REFUSAL_NO_MATTER);
    refusal_add_text(&draft->out->refusal, "matter",
                     text_view_of(enum_word(&matter_words, (int)matter)));
    return false;
}

static void freeze(struct draft *draft, const struct meeting_ballot *ballot,
                   const struct vote_terms *terms,
                   struct event_ballot_adopted *body)
{
    body->denominator = terms->d;
    body->present = terms->present;
    body->measure = (int)terms->test.of;
    body->remote = ballot->matter.matter == matter_none_ ||
                   draft_is_remote_on(draft, ballot->matter.matter);
    memcpy(draft->out->people, terms->people, sizeof draft->out->people);
    body->people = (struct items){ draft->out->people, terms->count };
}

void rule_adopt_ballot(struct draft *draft)
{
    const struct command_adopt_ballot *command =
        &draft->command->body.adopt_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_ADOPTED_KIND);
    const struct meeting_ballot *open = meeting_state_open_ballot(draft->state);
    struct event_ballot_adopted *body;
    struct meeting_ballot asked;
    struct vote_terms terms;
    uint64_t online;

    if (!ballot)
        return;
    if (open) {
        draft_refuse_id(draft, REFUSAL_BALLOT_OPEN, &open->id);
        return;
    }
    if (!draft->state->is_roll_confirmed) {
        draft_refuse(draft, REFUSAL_NO_ROLL);
        return;
    }
    if (!is_taken_by(draft, ballot, &command->vote) ||
        !draft_has_seen(draft, ballot->drafted_seq))
        return;
    if (!identifier_is_empty(&command->transcribed) &&
        !meeting_state_has_hall(draft->state, ballot, &command->transcribed)) {
        draft_refuse_id(draft, REFUSAL_NO_HALL, &command->transcribed);
        return;
    }
    if (!may_adopt(draft, ballot, &terms))
        return;
    body = &draft_add(draft, EVENT_BALLOT_ADOPTED_KIND)->body.ballot_adopted;
    body->ballot = command->ballot;
    body->vote = command->vote;
    body->act = draft->command->act;
    body->transcribed = command->transcribed;
    freeze(draft, ballot, &terms, body);
    asked = *ballot;
    ballot_freeze(&asked, body);
    online =
        set_channels(draft, &asked, &command->transcribed, &body->channels);
    if (ballot_are_too_few(online))
        ballot_refuse_few(draft, online);
}

/* --- one member votes another way -------------------------------------------
 */

static void refuse_way(struct draft *draft, const struct meeting_ballot *ballot,
                       const struct meeting_person *person)
{
    const struct identifier nowhere = { "" };
    const enum ballot_channel way =
        meeting_state_ballot_channel(draft->state, ballot, person, &nowhere);

    draft_refuse_id(draft, REFUSAL_OTHER_WAY, &person->holder.id);
    refusal_add_text(&draft->out->refusal, "channel",
                     text_view_of(enum_word(&ballot_channel_words, (int)way)));
}

/* Does only the site's device stand in the way? */
static bool is_for_site(const struct meeting_person *person,
                        enum ballot_channel channel,
                        const struct identifier *site)
{
    const bool is_there =
        person->mode == MODE_SITE &&
        (channel == BALLOT_BY_HALL || identifier_equal(&person->site, site));

    return is_there ||
           (channel == BALLOT_BY_TRANSCRIBED && !identifier_is_empty(site) &&
            (person->mode == MODE_ONLINE || person->mode == MODE_IN_PERSON));
}

static void refuse_channel(struct draft *draft,
                           const struct meeting_ballot *ballot,
                           const struct meeting_person *person,
                           const struct command_set_channel *command)
{
    const enum ballot_channel channel = (enum ballot_channel)command->channel;

    if (person->mode == presence_mode_none_)
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &person->holder.id);
    else if (ballot_channel_has_site(channel) &&
             is_for_site(person, channel, &command->site))
        draft_refuse_id(draft, REFUSAL_NO_HALL,
                        channel == BALLOT_BY_HALL ? &person->site
                                                  : &command->site);
    else
        refuse_way(draft, ballot, person);
}

/* Could the member vote this way at all? */
static bool is_way_open(struct draft *draft,
                        const struct meeting_ballot *ballot,
                        const struct meeting_person *person,
                        const struct command_set_channel *command)
{
    const enum ballot_channel channel = (enum ballot_channel)command->channel;
    /* A ballot that decides nothing is one on a resolution. */
    const enum matter matter = ballot->matter.matter == matter_none_
                                   ? MATTER_RESOLUTION
                                   : ballot->matter.matter;

    if (!ballot->people[person->category].votes) {
        draft_refuse_voter(draft, person, matter);
        return false;
    }
    if (!ballot_counts(draft->state, ballot, person)) {
        draft_refuse_id(draft, REFUSAL_NOT_COUNTED, &person->holder.id);
        refusal_add_text(&draft->out->refusal, "vote",
                         identifier_view(&ballot->id));
        draft_add_rule(draft, rule_id_of_measure(ballot->measure));
        return false;
    }
    if (!meeting_state_may_vote_by(draft->state, ballot, person, channel,
                                   &command->site))
        refuse_channel(draft, ballot, person, command);
    else if (meeting_ballot_would_mix(ballot, &command->member, channel,
                                      &command->site))
        draft_refuse_id(draft, REFUSAL_MIXED_SITE, &command->site);
    else
        return true;
    return false;
}

void rule_set_channel(struct draft *draft)
{
    const struct command_set_channel *command =
        &draft->command->body.set_channel;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_CHANNEL_SET_KIND);
    const struct meeting_person *person =
        ballot ? draft_member(draft, &command->member) : NULL;
    const struct meeting_ballot_voter *voter =
        ballot ? meeting_ballot_voter(ballot, &command->member) : NULL;
    struct event_ballot_channel_set *body;

    if (!ballot || !person || !is_way_open(draft, ballot, person, command))
        return;
    if (ballot->phase != BALLOT_PHASE_KEYS) {
        if (command->channel != BALLOT_BY_PAPER) {
            ballot_refuse_state(draft, ballot);
            return;
        }
        if (voter && ballot_voter_holds(voter)) {
            draft_refuse_id(draft, REFUSAL_HOLDS_BALLOT, &command->member);
            return;
        }
    }
    if (voter && (int)voter->channel == command->channel &&
        identifier_equal(&voter->site, &command->site))
        return;
    body = &draft_add(draft, EVENT_BALLOT_CHANNEL_SET_KIND)
                ->body.ballot_channel_set;
    body->ballot = command->ballot;
    body->member = command->member;
    body->channel = command->channel;
    body->site = command->site;
    body->act = draft->command->act;
}

/* --- void -------------------------------------------------------------------
 */

void rule_void_ballot(struct draft *draft)
{
    const struct command_void_ballot *command =
        &draft->command->body.void_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_VOIDED_KIND);
    struct event_ballot_voided *body;

    if (!ballot)
        return;
    if (meeting_ballot_is_decrypted(ballot)) {
        draft_refuse_id(draft, REFUSAL_DECRYPTED, &ballot->id);
        return;
    }
    body = &draft_add(draft, EVENT_BALLOT_VOIDED_KIND)->body.ballot_voided;
    body->ballot = command->ballot;
    body->why = VOID_BY_CHAIR;
    body->reason = command->reason;
    body->act = draft->command->act;
}
