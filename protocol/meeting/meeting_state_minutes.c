/* The minutes: entries, what was read back, objections, adoption, signatures.
 */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>

/* --- entries ------------------------------------------------------------- */

/* Adopted, or being voted on: nothing of the text changes. */
bool meeting_state_minutes_are_locked(const struct meeting_state *state)
{
    const struct meeting_minutes *minutes = &state->minutes;
    const struct meeting_vote *vote = meeting_state_vote(state, &minutes->vote);

    return minutes->adopted_version > 0 || (vote && vote->phase == VOTE_OPEN);
}

const struct meeting_entry *
meeting_state_entry(const struct meeting_state *state,
                    const struct identifier *id)
{
    size_t position = identifier_index_find(&state->entry_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->entries[position];
}

/* Only an opinion is somebody's. */
static bool may_be_of(const struct meeting_state *state,
                      const struct event_entry_written *body)
{
    return identifier_is_empty(&body->member) ||
           (body->kind == ENTRY_OPINION &&
            meeting_state_person(state, &body->member));
}

enum result state_apply_entry_written(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_entry_written *body = &event->body.entry_written;
    void *grown;
    enum result result;

    if (meeting_state_minutes_are_locked(state) || body->behind >= event->seq ||
        (!identifier_is_empty(&body->item) &&
         !meeting_state_item(state, &body->item)) ||
        !may_be_of(state, body))
        return RESULT_CORRUPT;
    grown =
        state_grow(state->entries, state->entry_count, sizeof *state->entries);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->entries = grown;
    result = identifier_index_add(&state->entry_index, &body->entry,
                                  state->entry_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    state->entries[state->entry_count++] =
        (struct meeting_entry){ .id = body->entry,
                                .item = body->item,
                                .kind = (enum entry_kind)body->kind,
                                .member = body->member,
                                .behind = body->behind,
                                .version = 1,
                                .seq = event->seq,
                                .at_ms = event->at_ms };
    state->minutes.changed_seq = event->seq;
    return RESULT_OK;
}

/* The entry whose next version this is; NULL if it is not. */
static struct meeting_entry *next_version(struct meeting_state *state,
                                          const struct identifier *id,
                                          uint64_t version)
{
    size_t position = identifier_index_find(&state->entry_index, id);
    struct meeting_entry *entry;

    if (position == IDENTIFIER_NOWHERE)
        return NULL;
    entry = &state->entries[position];
    return meeting_state_minutes_are_locked(state) || entry->is_removed ||
                   version != entry->version + 1
               ? NULL
               : entry;
}

enum result state_apply_entry_edited(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_entry_edited *body = &event->body.entry_edited;
    struct meeting_entry *entry =
        next_version(state, &body->entry, body->version);

    if (!entry)
        return RESULT_CORRUPT;
    entry->version = body->version;
    entry->seq = event->seq;
    state->minutes.changed_seq = event->seq;
    return RESULT_OK;
}

enum result state_apply_entry_removed(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_entry_removed *body = &event->body.entry_removed;
    struct meeting_entry *entry =
        next_version(state, &body->entry, body->version);

    if (!entry)
        return RESULT_CORRUPT;
    entry->version = body->version;
    entry->is_removed = true;
    state->minutes.changed_seq = event->seq;
    return RESULT_OK;
}

enum result state_apply_minutes_shared(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    (void)event;
    state->are_minutes_shared = true;
    return RESULT_OK;
}

enum result state_apply_minutes_hidden(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    (void)event;
    state->are_minutes_shared = false;
    return RESULT_OK;
}

/* --- numbers of papers ---------------------------------------------------- */

enum number_series numbered_series(enum numbered_paper paper)
{
    switch (paper) {
    case NUMBERED_RESOLUTION:
        return SERIES_RESOLUTION;
    case NUMBERED_NOTICE:
        return SERIES_NOTICE;
    case NUMBERED_MINUTES:
    case NUMBERED_TALLY:
    case numbered_paper_none_:
    case numbered_paper_count_:
        break;
    }
    return SERIES_MINUTES;
}

static bool is_paper(const struct meeting_number *row,
                     enum numbered_paper paper, const struct identifier *ballot)
{
    return row->paper == paper && identifier_equal(&row->ballot, ballot);
}

uint64_t meeting_minutes_number(const struct meeting_minutes *minutes,
                                enum numbered_paper paper,
                                const struct identifier *ballot)
{
    size_t i;

    for (i = 0; i < minutes->number_count; i++)
        if (is_paper(&minutes->numbers[i], paper, ballot))
            return minutes->numbers[i].number;
    return 0;
}

uint64_t meeting_minutes_last_number(const struct meeting_minutes *minutes,
                                     enum numbered_paper paper,
                                     const struct identifier *ballot)
{
    const enum number_series series = numbered_series(paper);
    uint64_t last = minutes->numbers_before[series];
    size_t i;

    for (i = 0; i < minutes->number_count; i++) {
        const struct meeting_number *row = &minutes->numbers[i];

        if (!is_paper(row, paper, ballot) &&
            numbered_series(row->paper) == series && row->number > last)
            last = row->number;
    }
    return last;
}

uint64_t meeting_minutes_series_end(const struct meeting_minutes *minutes,
                                    enum number_series series)
{
    uint64_t last = minutes->numbers_before[series];
    size_t i;

    for (i = 0; i < minutes->number_count; i++)
        if (numbered_series(minutes->numbers[i].paper) == series &&
            minutes->numbers[i].number > last)
            last = minutes->numbers[i].number;
    return last;
}

bool meeting_state_may_number(const struct meeting_state *state,
                              enum numbered_paper paper,
                              const struct identifier *ballot)
{
    if (paper == NUMBERED_TALLY)
        return meeting_state_ballot(state, ballot) != NULL;
    return identifier_is_empty(ballot);
}

enum result state_apply_document_numbered(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_document_numbered *body = &event->body.document_numbered;
    const enum numbered_paper paper = (enum numbered_paper)body->paper;
    struct meeting_minutes *minutes = &state->minutes;
    struct meeting_number *grown;
    size_t i;

    if (!meeting_state_may_number(state, paper, &body->ballot) ||
        (paper == NUMBERED_MINUTES && minutes->signed_seq > 0) ||
        body->number <=
            meeting_minutes_last_number(minutes, paper, &body->ballot))
        return RESULT_CORRUPT;
    for (i = 0; i < minutes->number_count; i++)
        if (is_paper(&minutes->numbers[i], paper, &body->ballot))
            break;
    if (i == minutes->number_count) {
        grown = state_grow(minutes->numbers, minutes->number_count,
                           sizeof *minutes->numbers);
        if (!grown)
            return RESULT_NO_MEMORY;
        minutes->numbers = grown;
        minutes->numbers[minutes->number_count++] =
            (struct meeting_number){ paper, body->ballot, 0 };
    }
    minutes->numbers[i].number = body->number;
    return RESULT_OK;
}

/* --- read back, and objected to ------------------------------------------ */

bool meeting_minutes_are_stale(const struct meeting_minutes *minutes)
{
    return minutes->version == 0 || minutes->changed_seq > minutes->upto;
}

enum result state_apply_minutes_presented(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_minutes_presented *body = &event->body.minutes_presented;
    struct meeting_minutes *minutes = &state->minutes;

    if (meeting_state_minutes_are_locked(state) ||
        body->version != minutes->version + 1 || body->upto >= event->seq ||
        body->upto < minutes->changed_seq)
        return RESULT_CORRUPT;
    minutes->version = body->version;
    minutes->upto = body->upto;
    minutes->size = body->size;
    minutes->presented_seq = event->seq;
    minutes->c = body->minutes.commitment;
    return RESULT_OK;
}

const struct meeting_objection *
meeting_state_objection(const struct meeting_state *state,
                        const struct identifier *id)
{
    const struct meeting_minutes *minutes = &state->minutes;
    size_t i;

    for (i = 0; i < minutes->objection_count; i++)
        if (identifier_equal(&minutes->objections[i].id, id))
            return &minutes->objections[i];
    return NULL;
}

size_t meeting_minutes_open_objections(const struct meeting_minutes *minutes)
{
    size_t i, count = 0;

    for (i = 0; i < minutes->objection_count; i++) {
        const struct meeting_objection *objection = &minutes->objections[i];

        count += objection->kind == MINUTES_OBJECTION &&
                 objection->answer == objection_answer_none_;
    }
    return count;
}

enum result state_apply_objection_raised(struct meeting_state *state,
                                         const struct meeting_event *event)
{
    const struct event_objection_raised *body = &event->body.objection_raised;
    struct meeting_minutes *minutes = &state->minutes;
    void *grown;

    if (minutes->version == 0 || body->version != minutes->version ||
        (minutes->adopted_version > 0 && body->kind == MINUTES_OBJECTION) ||
        body->line >= event->seq ||
        !meeting_state_person(state, &body->member) ||
        (!identifier_is_empty(&body->entry) &&
         !meeting_state_entry(state, &body->entry)) ||
        meeting_state_objection(state, &body->objection))
        return RESULT_CORRUPT;
    grown = state_grow(minutes->objections, minutes->objection_count,
                       sizeof *minutes->objections);
    if (!grown)
        return RESULT_NO_MEMORY;
    minutes->objections = grown;
    minutes->objections[minutes->objection_count++] =
        (struct meeting_objection){ .id = body->objection,
                                    .member = body->member,
                                    .kind = (enum minutes_objection)body->kind,
                                    .version = body->version,
                                    .entry = body->entry,
                                    .line = body->line,
                                    .seq = event->seq };
    return RESULT_OK;
}

enum result state_apply_objection_answered(struct meeting_state *state,
                                           const struct meeting_event *event)
{
    const struct event_objection_answered *body =
        &event->body.objection_answered;
    const struct meeting_objection *found =
        meeting_state_objection(state, &body->objection);
    struct meeting_objection *objection =
        found ? &state->minutes.objections[found - state->minutes.objections]
              : NULL;

    if (!objection || objection->answer != objection_answer_none_ ||
        (body->answer == ANSWER_WITHDRAWN &&
         !identifier_equal(&body->act.member, &objection->member)))
        return RESULT_CORRUPT;
    objection->answer = (enum objection_answer)body->answer;
    objection->answered_seq = event->seq;
    return RESULT_OK;
}

/* --- adopted and signed --------------------------------------------------- */

void state_note_minutes_vote(struct meeting_state *state,
                             const struct identifier *vote)
{
    state->minutes.vote = *vote;
    state->minutes.vote_version = state->minutes.version;
}

enum result state_apply_minutes_adopted(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_minutes_adopted *body = &event->body.minutes_adopted;
    struct meeting_minutes *minutes = &state->minutes;
    const struct meeting_vote *vote = meeting_state_vote(state, &body->vote);

    if (minutes->adopted_version > 0 || !vote || vote->phase != VOTE_CLOSED ||
        !vote->is_passed || !identifier_equal(&body->vote, &minutes->vote) ||
        meeting_minutes_are_stale(minutes) ||
        body->version != minutes->version ||
        body->version != minutes->vote_version ||
        !hash_equal(&body->c, &minutes->c))
        return RESULT_CORRUPT;
    minutes->adopted_version = body->version;
    minutes->adopted_seq = event->seq;
    minutes->adopted_by = body->vote;
    return RESULT_OK;
}

const struct meeting_signature *
meeting_minutes_signature(const struct meeting_minutes *minutes,
                          const struct identifier *member,
                          enum minutes_signer role)
{
    size_t i;

    for (i = 0; i < minutes->signature_count; i++)
        if (minutes->signatures[i].role == role &&
            identifier_equal(&minutes->signatures[i].member, member))
            return &minutes->signatures[i];
    return NULL;
}

bool meeting_state_may_sign(const struct meeting_state *state,
                            const struct identifier *member,
                            enum minutes_signer role)
{
    switch (role) {
    case SIGNER_MINUTE_TAKER:
        return identifier_equal(member, &state->minute_taker);
    case SIGNER_CHAIR:
        return identifier_equal(member, &state->presiding);
    case SIGNER_MEMBER:
        return meeting_state_person(state, member) != NULL;
    case minutes_signer_none_:
    case minutes_signer_count_:
        break;
    }
    return false;
}

static bool has_role_signed(const struct meeting_minutes *minutes,
                            enum minutes_signer role)
{
    size_t i;

    for (i = 0; i < minutes->signature_count; i++)
        if (minutes->signatures[i].role == role)
            return true;
    return false;
}

enum result state_apply_minutes_signed(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_minutes_signed *body = &event->body.minutes_signed;
    const enum minutes_signer role = (enum minutes_signer)body->role;
    struct meeting_minutes *minutes = &state->minutes;
    void *grown;

    if (minutes->adopted_version == 0 ||
        body->version != minutes->adopted_version ||
        !hash_equal(&body->c, &minutes->c) ||
        !meeting_state_may_sign(state, &body->member, role) ||
        meeting_minutes_signature(minutes, &body->member, role))
        return RESULT_CORRUPT;
    grown = state_grow(minutes->signatures, minutes->signature_count,
                       sizeof *minutes->signatures);
    if (!grown)
        return RESULT_NO_MEMORY;
    minutes->signatures = grown;
    minutes->signatures[minutes->signature_count++] =
        (struct meeting_signature){ .member = body->member,
                                    .role = role,
                                    .device = body->device,
                                    .seq = event->seq };
    if (minutes->signed_seq == 0 &&
        has_role_signed(minutes, SIGNER_MINUTE_TAKER) &&
        has_role_signed(minutes, SIGNER_CHAIR))
        minutes->signed_seq = event->seq;
    return RESULT_OK;
}

void state_release_minutes(struct meeting_state *state)
{
    free(state->minutes.numbers);
    free(state->minutes.objections);
    free(state->minutes.signatures);
}
