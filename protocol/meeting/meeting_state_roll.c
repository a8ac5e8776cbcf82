/* Who is present and how, and what the roll adds up to. */
#include "protocol/meeting/meeting_state_internal.h"

/* By code where it is open, by PIN anywhere but online. */
static bool is_source_right(const struct meeting_state *state,
                            const struct event_presence_confirmed *body)
{
    const bool is_at_place =
        body->mode == MODE_SITE || body->mode == MODE_IN_PERSON;

    if (body->source == SOURCE_CODE)
        return is_at_place &&
               meeting_state_is_check_in_open(state, &body->site);
    return body->source != SOURCE_PIN || is_at_place;
}

enum result state_apply_presence_confirmed(struct meeting_state *state,
                                           const struct meeting_event *event)
{
    const struct event_presence_confirmed *body =
        &event->body.presence_confirmed;
    struct meeting_person *person = state_person(state, &body->member);
    bool is_at_site = body->mode == MODE_SITE;

    if (!person || is_at_site != !identifier_is_empty(&body->site) ||
        (is_at_site && !meeting_state_site(state, &body->site)) ||
        !is_source_right(state, body))
        return RESULT_CORRUPT;
    if (person->mode == presence_mode_none_) {
        person->present_since_ms = event->at_ms;
        if (person->first_present_ms == 0)
            person->first_present_ms = event->at_ms;
        state_note_change(state, event->seq, QUORUM_CAME, &body->member);
    }
    person->mode = (enum presence_mode)body->mode;
    person->site = body->site;
    person->absence = absence_none_;
    person->is_absent_throughout = false;
    state_settle_ballots(state, person);
    return RESULT_OK;
}

enum result state_apply_presence_ended(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct identifier *id = &event->body.presence_ended.member;
    struct meeting_person *person = state_person(state, id);

    if (!person || person->mode == presence_mode_none_ ||
        (state->has_floor && identifier_equal(&state->floor_member, id)))
        return RESULT_CORRUPT;
    person->present_total_ms += event->at_ms - person->present_since_ms;
    /* A tick taken back was a mistake: nobody came, and nobody left. */
    if (event->body.presence_ended.reason != END_UNTICKED)
        person->last_left_ms = event->at_ms;
    else if (person->first_present_ms == person->present_since_ms)
        person->first_present_ms = 0;
    person->mode = presence_mode_none_;
    state_note_change(state, event->seq,
                      event->body.presence_ended.reason == END_CONNECTION_LOST
                          ? QUORUM_CONNECTION_LOST
                          : QUORUM_LEFT,
                      id);
    person->site = (struct identifier){ "" };
    (void)state_take_hand_down(state, id); /* it need not have been up */
    state_settle_ballots(state, person);
    return RESULT_OK;
}

enum result state_apply_absence_noted(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_absence_noted *body = &event->body.absence_noted;
    struct meeting_person *person = state_person(state, &body->member);

    if (!person || person->mode != presence_mode_none_ ||
        (body->throughout &&
         (state->kind != KIND_CONGRESS || body->absence != ABSENT_EXCUSED)))
        return RESULT_CORRUPT;
    if (person->is_absent_throughout != body->throughout)
        state_note_change(state, event->seq, QUORUM_ABSENCE, &body->member);
    person->absence = (enum absence)body->absence;
    person->is_absent_throughout = body->throughout;
    return RESULT_OK;
}

enum result state_apply_roll_confirmed(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_roll_confirmed *body = &event->body.roll_confirmed;
    struct event_roll_confirmed found;

    meeting_state_roll_numbers(state, &found);
    if (body->official != found.official ||
        body->official_present != found.official_present ||
        body->official_excused != found.official_excused ||
        body->official_unexcused != found.official_unexcused ||
        body->probationary != found.probationary ||
        body->probationary_present != found.probationary_present ||
        body->probationary_excused != found.probationary_excused ||
        body->probationary_unexcused != found.probationary_unexcused ||
        body->exempt_present != found.exempt_present ||
        body->others_present != found.others_present ||
        body->in_person != found.in_person || body->at_site != found.at_site ||
        body->online != found.online || body->voice_relay != found.voice_relay)
        return RESULT_CORRUPT;
    state->is_roll_confirmed = true;
    state_note_roll(state, event->seq);
    return RESULT_OK;
}

static void count_member(const struct meeting_person *person, uint64_t *on_roll,
                         uint64_t *present, uint64_t absent[absence_count_],
                         struct roll_count *out)
{
    *on_roll += 1;
    if (person->mode != presence_mode_none_) {
        *present += 1;
        out->by_mode[person->mode]++;
        return;
    }
    absent[person->absence]++;
    switch (person->absence) {
    case ABSENT_EXCUSED:
        out->absent_excused++;
        return;
    case ABSENT_UNEXCUSED:
        out->absent_unexcused++;
        return;
    case absence_none_:
    case absence_count_:
        break;
    }
    out->absent_unnoted++;
}

static void count_person(const struct meeting_person *person,
                         struct roll_count *out)
{
    bool is_present = person->mode != presence_mode_none_;

    switch (person->category) {
    case CATEGORY_OFFICIAL:
        count_member(person, &out->official, &out->official_present,
                     out->official_absent, out);
        return;
    case CATEGORY_PROBATIONARY:
        count_member(person, &out->probationary, &out->probationary_present,
                     out->probationary_absent, out);
        return;
    case CATEGORY_EXEMPT:
        out->exempt++;
        out->exempt_present += is_present;
        return;
    case CATEGORY_TEMP_AWAY:
    case CATEGORY_TEMP_HERE:
    case CATEGORY_SUSPENDED:
    case CATEGORY_UPPER_DELEGATE:
    case CATEGORY_GUEST:
    case CATEGORY_TECHNICIAN:
    case category_none_:
    case category_count_:
        break;
    }
    out->others_present += is_present;
}

void meeting_state_roll(const struct meeting_state *state,
                        struct roll_count *out)
{
    size_t i;

    *out = (struct roll_count){ 0 };
    for (i = 0; i < state->person_count; i++)
        count_person(&state->people[i], out);
}

void meeting_state_roll_numbers(const struct meeting_state *state,
                                struct event_roll_confirmed *out)
{
    struct roll_count roll;

    meeting_state_roll(state, &roll);
    out->official = roll.official;
    out->official_present = roll.official_present;
    out->official_excused = roll.official_absent[ABSENT_EXCUSED];
    out->official_unexcused = roll.official_absent[ABSENT_UNEXCUSED];
    out->probationary = roll.probationary;
    out->probationary_present = roll.probationary_present;
    out->probationary_excused = roll.probationary_absent[ABSENT_EXCUSED];
    out->probationary_unexcused = roll.probationary_absent[ABSENT_UNEXCUSED];
    out->exempt_present = roll.exempt_present;
    out->others_present = roll.others_present;
    out->in_person = roll.by_mode[MODE_IN_PERSON];
    out->at_site = roll.by_mode[MODE_SITE];
    out->online = roll.by_mode[MODE_ONLINE];
    out->voice_relay = roll.by_mode[MODE_VOICE_RELAY];
}
