#include "protocol/verify/verify_groups.h"

#include "protocol/meeting/group_votes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void verify_groups_release(struct verify_groups *groups)
{
    size_t i;

    for (i = 0; i < groups->count; i++) {
        verify_source_release(&groups->rows[i].source);
        verify_reader_release(&groups->rows[i].reader);
    }
    free(groups->rows);
    free(groups->parts);
    *groups = (struct verify_groups){ .rows = NULL };
}

/* NULL: it is not there. */
static const struct record_zip_entry *find(const struct verify_record *record,
                                           const struct identifier *meeting,
                                           const char *file)
{
    char path[LIMIT_RECORD_PATH_SIZE];

    (void)snprintf(path, sizeof path, RECORD_GROUPS_FOLDER "%s%s",
                   meeting->text, file);
    return record_zip_find(&record->zip, text_view_of(path));
}

/* To its end: the chain, openings against commitments, and what the events come
 * to, as far as they are known. */
static enum result read_log(struct verify_reader *reader,
                            struct text_view events, struct text_view openings,
                            struct meeting_state *state, struct hash *ruleset)
{
    struct verify_event event;
    enum result result =
        verify_reader_open(reader, events, openings, VERIFY_IN_LOG);

    while (result == RESULT_OK) {
        result = verify_reader_next(reader, &event);
        if (result != RESULT_OK)
            break;
        if (event.seq == 0 && event.is_known &&
            event.meeting.kind == EVENT_GENESIS_KIND)
            *ruleset = event.meeting.body.genesis.ruleset_hash;
        if (!reader->is_register && reader->unknown_count == 0)
            result = meeting_state_apply(state, &event.meeting);
        verify_event_release(&event);
    }
    if (result == RESULT_CLOSED)
        return RESULT_OK;
    return result == RESULT_NO_MEMORY ? result : RESULT_REFUSED;
}

static bool is_gathered(const struct verify_reader *reader,
                        const struct meeting_group *group)
{
    return !reader->is_register && reader->count > 0 &&
           identifier_equal(&reader->scope, &group->meeting) &&
           reader->count - 1 == group->final_seq &&
           hash_equal(&reader->heads[reader->count - 1], &group->head) &&
           reader->openings.next == reader->openings.count;
}

static bool same_votes(const struct meeting_group *group,
                       const struct group_vote *votes, size_t count)
{
    size_t i;

    if (group->vote_count != count)
        return false;
    for (i = 0; i < count; i++) {
        const struct group_vote *one = &group->votes[i], *other = &votes[i];

        if (!identifier_equal(&one->vote, &other->vote) ||
            one->matter != other->matter || one->yes != other->yes ||
            one->no != other->no || one->other != other->other ||
            one->abstain != other->abstain || one->d != other->d ||
            one->present != other->present)
            return false;
    }
    return true;
}

/* Roll, times and votes, which nobody signed for: they follow from its log. */
static enum result compare(const struct meeting_state *state,
                           const struct meeting_group *group)
{
    const struct group_attendance came = meeting_state_came(state);
    struct group_vote *votes = calloc(state->vote_count + 1, sizeof *votes);
    bool is_same;

    if (!votes)
        return RESULT_NO_MEMORY;
    is_same = state->opened_ms == group->opened_ms &&
              state->closed_ms == group->closed_ms &&
              memcmp(&came, &group->attendance, sizeof came) == 0 &&
              same_votes(group, votes, group_votes_closed(state, votes));
    free(votes);
    return is_same ? RESULT_OK : RESULT_REFUSED;
}

/* The whole log of a group against what the meeting says of it. */
static enum result judge(struct verify_reader *reader, struct text_view events,
                         struct text_view openings,
                         const struct meeting_group *group,
                         struct hash *ruleset)
{
    struct meeting_state *state = NULL;
    enum result result = meeting_state_new(&state);

    if (result == RESULT_OK)
        result = read_log(reader, events, openings, state, ruleset);
    if (result == RESULT_OK && !is_gathered(reader, group))
        result = RESULT_REFUSED;
    if (result == RESULT_OK && reader->unknown_count == 0)
        result = compare(state, group);
    meeting_state_free(state);
    return result;
}

static enum result take(const struct verify_record *record,
                        const struct meeting_group *group,
                        struct verify_groups *out, struct text_view *name)
{
    const struct record_zip_entry *events =
        find(record, &group->meeting, RECORD_GROUP_EVENTS);
    const struct record_zip_entry *openings =
        find(record, &group->meeting, RECORD_GROUP_OPENINGS);
    struct verify_group *row = &out->rows[out->count++];
    struct hash ruleset = { { 0 } };
    enum result result;

    if (!events || !openings) {
        out->is_whole = false;
        return RESULT_OK;
    }
    *name = events->name;
    result = judge(&row->reader, events->data, openings->data, group, &ruleset);
    if (result == RESULT_OK)
        result = verify_source_make(&row->reader, &record->rulesets, &ruleset,
                                    &row->source);
    if (result == RESULT_OK && !row->source.minutes.rules)
        out->is_whole = false;
    return result;
}

enum result verify_groups_read(const struct verify_record *record,
                               const struct meeting_kinds *kinds,
                               struct verify_groups *out,
                               struct text_view *name)
{
    enum result result = RESULT_OK;
    size_t i;

    *out = (struct verify_groups){ .is_whole = true };
    out->rows = calloc(kinds->group_count + 1, sizeof *out->rows);
    out->parts = calloc(kinds->group_count + 1, sizeof *out->parts);
    if (!out->rows || !out->parts)
        return RESULT_NO_MEMORY;
    for (i = 0; i < kinds->group_count && result == RESULT_OK; i++)
        if (kinds->groups[i].is_gathered)
            result = take(record, &kinds->groups[i], out, name);
    for (i = 0; i < out->count; i++)
        out->parts[i] = out->rows[i].source.minutes;
    return result;
}
