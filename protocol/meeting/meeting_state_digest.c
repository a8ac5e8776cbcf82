#include "protocol/meeting/meeting_state_digest.h"

#include "protocol/record/digest.h"

static void add_id(struct digest *digest, const struct identifier *id)
{
    digest_prefixed_text(digest, identifier_view(id));
}

static void add_time(struct digest *digest, int64_t time_ms)
{
    digest_number(digest, (uint64_t)time_ms);
}

static void add_holder(struct digest *digest,
                       const struct meeting_holder *holder)
{
    size_t i;

    add_id(digest, &holder->id);
    digest_number(digest, (uint64_t)holder->admission);
    digest_number(digest, holder->is_muted);
    digest_number(digest, holder->is_blocked);
    digest_number(digest, holder->subroom);
    digest_number(digest, holder->chats);
    digest_number(digest, holder->hands);
    digest_number(digest, holder->nominations);
    digest_number(digest, holder->device_count);
    for (i = 0; i < holder->device_count; i++) {
        const struct meeting_device *device = &holder->devices[i];

        digest_bytes(digest, device->key.bytes, sizeof device->key.bytes);
        digest_prefixed_text(digest, text_view_of(device->vouched_by));
        digest_number(digest, device->is_founding);
        digest_number(digest, device->is_enrolled);
        digest_number(digest, device->is_connected);
        digest_number(digest, device->is_lost);
        add_time(digest, device->lost_at_ms);
        digest_number(digest, device->has_slot);
        digest_number(digest, device->slot);
        digest_number(digest, device->listed_seq);
    }
}

static void add_person(struct digest *digest,
                       const struct meeting_person *person)
{
    add_holder(digest, &person->holder);
    digest_number(digest, (uint64_t)person->category);
    digest_number(digest, (uint64_t)person->office);
    digest_number(digest, (uint64_t)person->ground);
    digest_number(digest, person->probation_end);
    add_id(digest, &person->group);
    digest_number(digest, (uint64_t)person->mode);
    add_id(digest, &person->site);
    add_time(digest, person->present_since_ms);
    add_time(digest, person->first_present_ms);
    add_time(digest, person->present_total_ms);
    add_time(digest, person->last_left_ms);
    digest_number(digest, person->has_attended);
    digest_number(digest, (uint64_t)person->absence);
    digest_number(digest, person->is_absent_throughout);
    digest_number(digest, person->disconnections);
    digest_number(digest, person->speeches);
    add_time(digest, person->spoken_ms);
    digest_number(digest, person->is_co_chair);
    digest_number(digest, person->is_moderator);
    digest_number(digest, person->has_presided);
}

static void add_counts(struct digest *digest,
                       const uint64_t counts[choice_count_])
{
    int choice;

    for (choice = 1; choice < choice_count_; choice++)
        digest_number(digest, counts[choice]);
}

static void add_people(struct digest *digest,
                       const struct vote_people people[category_count_])
{
    int i;

    for (i = 1; i < category_count_; i++) {
        digest_number(digest, (uint64_t)people[i].counts);
        digest_number(digest, people[i].votes);
        digest_number(digest, people[i].people);
        digest_number(digest, people[i].present);
        digest_number(digest, people[i].counted);
    }
}

static void add_vote(struct digest *digest, const struct meeting_vote *vote)
{
    size_t i;

    add_id(digest, &vote->id);
    add_id(digest, &vote->item);
    add_id(digest, &vote->target);
    digest_number(digest, (uint64_t)vote->phase);
    digest_number(digest, vote->is_spent);
    digest_number(digest, vote->started_seq);
    add_time(digest, vote->started_ms);
    digest_number(digest, (uint64_t)vote->matter);
    add_id(digest, &vote->subject);
    digest_number(digest, vote->is_remote);
    digest_number(digest, (uint64_t)vote->test.rule);
    digest_number(digest, (uint64_t)vote->test.of);
    digest_number(digest, vote->test.test.numerator);
    digest_number(digest, vote->test.test.denominator);
    digest_number(digest, vote->test.test.is_strict);
    digest_number(digest, vote->d);
    digest_number(digest, vote->present);
    digest_number(digest, vote->need);
    add_people(digest, vote->people);
    digest_number(digest, vote->ballot_count);
    for (i = 0; i < vote->ballot_count; i++) {
        add_id(digest, &vote->ballots[i].member);
        digest_number(digest, (uint64_t)vote->ballots[i].channel);
        add_id(digest, &vote->ballots[i].site);
        digest_number(digest, (uint64_t)vote->ballots[i].choice);
    }
    digest_number(digest, vote->hall_count);
    for (i = 0; i < vote->hall_count; i++) {
        add_id(digest, &vote->halls[i].site);
        add_counts(digest, vote->halls[i].counts);
    }
    add_counts(digest, vote->counts);
    digest_number(digest, vote->denominator);
    digest_number(digest, vote->is_passed);
    digest_number(digest, vote->closed_seq);
    add_id(digest, &vote->proposer);
}

static void add_heading(struct digest *digest,
                        const struct meeting_state *state)
{
    digest_number(digest, (uint64_t)state->phase);
    digest_number(digest, state->next_seq);
    add_time(digest, state->at_ms);
    add_id(digest, &state->meeting);
    add_id(digest, &state->organisation);
    add_id(digest, &state->unit);
    digest_bytes(digest, state->server.bytes, sizeof state->server.bytes);
    digest_number(digest, state->register_seq);
    digest_bytes(digest, state->register_head.bytes,
                 sizeof state->register_head.bytes);
    digest_prefixed_text(digest, text_view_of(state->ruleset));
    digest_bytes(digest, state->ruleset_hash.bytes,
                 sizeof state->ruleset_hash.bytes);
    digest_number(digest, (uint64_t)state->kind);
    add_time(digest, state->starts_at_ms);
    digest_prefixed_text(digest, text_view_of(state->zone));
    add_id(digest, &state->chair);
    add_id(digest, &state->deputy);
    add_id(digest, &state->minute_taker);
    add_id(digest, &state->presiding);
    add_time(digest, state->opened_ms);
    add_time(digest, state->closed_ms);
    digest_number(digest, state->closed_seq);
    digest_number(digest, state->next_slot);
    digest_number(digest, state->is_recording_allowed);
    digest_number(digest, state->are_minutes_shared);
    digest_number(digest, state->is_roll_confirmed);
    digest_number(digest, state->is_vouching_required);
    digest_number(digest, state->is_ended);
    digest_number(digest, state->lost_count);
    digest_number(digest, state->open_vote_count);
}

static void add_checkpoint(struct digest *digest,
                           const struct meeting_state *state)
{
    const struct meeting_checkpoint *checkpoint = &state->checkpoint;

    digest_number(digest, state->checkpoint_count);
    digest_number(digest, state->restored_count);
    digest_number(digest, checkpoint->seq);
    digest_number(digest, (uint64_t)checkpoint->reason);
    digest_number(digest, checkpoint->upto);
    add_time(digest, checkpoint->at_ms);
    digest_number(digest, checkpoint->signer_count);
    digest_number(digest, checkpoint->asked_count);
    digest_number(digest, checkpoint->is_complete);
}

static void add_floor(struct digest *digest, const struct meeting_state *state)
{
    size_t i;

    digest_number(digest, state->hand_count);
    for (i = 0; i < state->hand_count; i++) {
        add_id(digest, &state->hands[i].member);
        digest_number(digest, state->hands[i].is_point_of_order);
        add_time(digest, state->hands[i].spoken_ms);
        digest_number(digest, state->hands[i].raised_seq);
    }
    digest_number(digest, (uint64_t)state->floor_mode);
    digest_number(digest, (uint64_t)state->floor_order);
    digest_number(digest, state->floor_speakers);
    digest_number(digest, state->is_floor_warned);
    digest_number(digest, state->has_floor);
    add_id(digest, &state->floor_member);
    add_time(digest, state->floor_since_ms);
    add_time(digest, state->floor_limit_ms);
}

static void add_documents(struct digest *digest,
                          const struct meeting_agenda *agenda)
{
    size_t i;

    digest_number(digest, agenda->document_count);
    for (i = 0; i < agenda->document_count; i++) {
        const struct meeting_document *document = &agenda->documents[i];

        add_id(digest, &document->id);
        add_id(digest, &document->item);
        digest_bytes(digest, document->blob.bytes, HASH_SIZE);
        digest_number(digest, document->size);
        digest_number(digest, (uint64_t)document->type);
        digest_number(digest, document->seq);
        digest_number(digest, document->is_withdrawn);
        digest_bytes(digest, document->readers.bits,
                     sizeof document->readers.bits);
        digest_number(digest, document->reader_count);
    }
    digest_number(digest, agenda->comment_count);
    for (i = 0; i < agenda->comment_count; i++) {
        const struct meeting_comment *comment = &agenda->comments[i];

        add_id(digest, &comment->id);
        add_id(digest, &comment->member);
        add_id(digest, &comment->item);
        add_id(digest, &comment->document);
        digest_number(digest, comment->seq);
    }
}

static void add_tasks(struct digest *digest,
                      const struct meeting_agenda *agenda)
{
    size_t i;

    digest_number(digest, agenda->task_count);
    for (i = 0; i < agenda->task_count; i++) {
        const struct meeting_task *task = &agenda->tasks[i];

        add_id(digest, &task->id);
        add_id(digest, &task->item);
        add_id(digest, &task->member);
        add_id(digest, &task->from);
        add_time(digest, task->due_ms);
        digest_number(digest, (uint64_t)task->ground);
        digest_number(digest, (uint64_t)task->result);
        digest_number(digest, task->seq);
        digest_number(digest, task->position);
        digest_number(digest, task->result_seq);
        add_time(digest, task->result_ms);
        add_id(digest, &task->reported_by);
        digest_number(digest, task->reports);
    }
    digest_number(digest, agenda->is_prepared);
    add_id(digest, &agenda->previous);
}

static void add_minutes(struct digest *digest,
                        const struct meeting_minutes *minutes)
{
    size_t i;

    digest_number(digest, minutes->changed_seq);
    digest_number(digest, minutes->version);
    digest_number(digest, minutes->upto);
    digest_number(digest, minutes->size);
    digest_number(digest, minutes->presented_seq);
    digest_bytes(digest, minutes->c.bytes, sizeof minutes->c.bytes);
    add_id(digest, &minutes->vote);
    digest_number(digest, minutes->vote_version);
    digest_number(digest, minutes->adopted_version);
    digest_number(digest, minutes->adopted_seq);
    digest_number(digest, minutes->signed_seq);
    digest_number(digest, minutes->objection_count);
    for (i = 0; i < minutes->objection_count; i++) {
        const struct meeting_objection *objection = &minutes->objections[i];

        add_id(digest, &objection->id);
        add_id(digest, &objection->member);
        digest_number(digest, (uint64_t)objection->kind);
        digest_number(digest, objection->version);
        add_id(digest, &objection->entry);
        digest_number(digest, objection->line);
        digest_number(digest, objection->seq);
        digest_number(digest, (uint64_t)objection->answer);
        digest_number(digest, objection->answered_seq);
    }
    for (i = 0; i < NUMBER_SERIES_COUNT; i++)
        digest_number(digest, minutes->numbers_before[i]);
    digest_number(digest, minutes->number_count);
    for (i = 0; i < minutes->number_count; i++) {
        digest_number(digest, (uint64_t)minutes->numbers[i].paper);
        add_id(digest, &minutes->numbers[i].ballot);
        digest_number(digest, minutes->numbers[i].number);
    }
    digest_number(digest, minutes->signature_count);
    for (i = 0; i < minutes->signature_count; i++) {
        add_id(digest, &minutes->signatures[i].member);
        digest_number(digest, (uint64_t)minutes->signatures[i].role);
        digest_bytes(digest, minutes->signatures[i].device.bytes, KEY_SIZE);
        digest_number(digest, minutes->signatures[i].seq);
    }
}

static void add_agenda(struct digest *digest, const struct meeting_state *state)
{
    size_t i;

    digest_number(digest, state->item_count);
    for (i = 0; i < state->item_count; i++) {
        add_id(digest, &state->items[i].id);
        digest_number(digest, (uint64_t)state->items[i].phase);
        add_id(digest, &state->items[i].presenter);
        digest_number(digest, state->items[i].planned_min);
        digest_number(digest, (uint64_t)state->items[i].kind);
        digest_number(digest, state->items[i].is_warned);
        digest_number(digest, state->items[i].has_overrun);
        add_id(digest, &state->items[i].from);
        digest_number(digest, state->items[i].seq);
        digest_number(digest, state->items[i].position);
        add_time(digest, state->items[i].started_ms);
        add_time(digest, state->items[i].ended_ms);
    }
    add_documents(digest, &state->agenda);
    add_tasks(digest, &state->agenda);
    digest_number(digest, state->entry_count);
    for (i = 0; i < state->entry_count; i++) {
        add_id(digest, &state->entries[i].id);
        add_id(digest, &state->entries[i].item);
        digest_number(digest, (uint64_t)state->entries[i].kind);
        add_id(digest, &state->entries[i].member);
        digest_number(digest, state->entries[i].behind);
        digest_number(digest, state->entries[i].version);
        digest_number(digest, state->entries[i].seq);
        add_time(digest, state->entries[i].at_ms);
        digest_number(digest, state->entries[i].is_removed);
    }
    add_minutes(digest, &state->minutes);
}

static void add_heads(struct digest *digest, const struct head_count *heads)
{
    digest_number(digest, heads->is_counted);
    digest_number(digest, heads->count);
    add_id(digest, &heads->by);
    add_time(digest, heads->at_ms);
}

static void add_terms(struct digest *digest, const struct meeting_terms *terms)
{
    digest_number(digest, terms->quorum.is_known);
    digest_number(digest, terms->quorum.present);
    digest_number(digest, terms->quorum.d);
    digest_number(digest, terms->quorum.need);
    digest_number(digest, terms->quorum.spare);
    digest_number(digest, terms->quorum.is_met);
    add_time(digest, terms->quorum.at_ms);
    digest_number(digest, terms->authority.is_named);
    digest_number(digest, terms->authority.seq);
    digest_prefixed_text(digest, text_view_of(terms->authority.number));
    digest_prefixed_text(digest, text_view_of(terms->authority.date));
    add_id(digest, &terms->authority.by);
    digest_number(digest, terms->changed_seq);
    digest_number(digest, (uint64_t)terms->change);
    add_id(digest, &terms->changed);
    digest_number(digest, terms->roll_seq);
}

static void add_attendance(struct digest *digest,
                           const struct meeting_attendance *attendance)
{
    digest_number(digest, attendance->is_content_open);
    add_id(digest, &attendance->declared_by);
    add_time(digest, attendance->declared_ms);
    digest_number(digest, attendance->eligibility.is_found);
    digest_number(digest, attendance->eligibility.unable);
    digest_number(digest, attendance->eligibility.members);
    digest_number(digest, attendance->eligibility.need);
    digest_number(digest, attendance->eligibility.is_met);
    digest_number(digest, attendance->is_check_in_open);
    add_heads(digest, &attendance->heads);
}

static void add_score(struct digest *digest, const struct meeting_score *score)
{
    size_t i;

    add_time(digest, score->break_since_ms);
    add_time(digest, score->breaks_ms);
    digest_number(digest, score->seq);
    add_id(digest, &score->by);
    for (i = 1; i < criterion_count_; i++)
        digest_number(digest, score->points[i]);
    digest_number(digest, score->total);
    digest_number(digest, (uint64_t)score->grade);
    digest_number(digest, score->facts.minutes);
    digest_number(digest, score->facts.summoned);
    digest_number(digest, score->facts.present);
    digest_number(digest, score->facts.excused);
    digest_number(digest, score->facts.unexcused);
    digest_number(digest, score->facts.speakers);
    digest_number(digest, score->facts.documents);
    digest_number(digest, score->facts.documents_days);
    digest_number(digest, score->facts.tasks);
    digest_number(digest, score->facts.tasks_done);
    digest_number(digest, (uint64_t)score->facts.posting);
    add_time(digest, score->facts.posting_due_ms);
    add_time(digest, score->facts.posting_done_ms);
    digest_number(digest, score->minutes_min);
    digest_number(digest, score->proposed_speakers);
}

static void add_recordings(struct digest *digest,
                           const struct meeting_recordings *recordings)
{
    size_t i, j;

    digest_number(digest, recordings->count);
    for (i = 0; i < recordings->count; i++) {
        const struct meeting_recording *recording = &recordings->rows[i];

        digest_number(digest, recording->started_seq);
        add_time(digest, recording->started_ms);
        add_time(digest, recording->stopped_ms);
        digest_number(digest, (uint64_t)recording->reason);
        digest_number(digest, recording->kept_seq);
        digest_number(digest, recording->file_count);
        for (j = 0; j < recording->file_count; j++) {
            const struct recording_file *file = &recording->files[j];

            add_id(digest, &file->holder);
            digest_number(digest, file->slot);
            digest_bytes(digest, file->blob.bytes, HASH_SIZE);
            digest_number(digest, file->size);
            digest_number(digest, file->packets);
            add_time(digest, file->from);
            add_time(digest, file->to);
            digest_number(digest, (uint64_t)file->outcome);
        }
    }
}

static void add_kinds(struct digest *digest, const struct meeting_kinds *kinds)
{
    size_t i;

    digest_number(digest, kinds->groups_year);
    digest_number(digest, kinds->groups_members);
    digest_number(digest, kinds->groups_before);
    digest_number(digest, kinds->group_count);
    for (i = 0; i < kinds->group_count; i++) {
        const struct meeting_group *group = &kinds->groups[i];
        const struct group_attendance *came = &group->attendance;

        add_id(digest, &group->group);
        add_id(digest, &group->meeting);
        digest_number(digest, group->is_gathered);
        digest_number(digest, group->gathered_seq);
        digest_number(digest, group->final_seq);
        digest_bytes(digest, group->head.bytes, sizeof group->head.bytes);
        add_time(digest, group->opened_ms);
        add_time(digest, group->closed_ms);
        digest_number(digest, came->official);
        digest_number(digest, came->official_came);
        digest_number(digest, came->probationary);
        digest_number(digest, came->probationary_came);
        digest_number(digest, came->exempt);
        digest_number(digest, came->exempt_came);
        digest_number(digest, came->excused);
        digest_number(digest, came->unexcused);
        digest_number(digest, came->speakers);
        digest_number(digest, group->vote_count);
    }
    digest_number(digest, kinds->decision_count);
    digest_number(digest, kinds->subroom_count);
    digest_number(digest, kinds->subroom_speakers);
    add_time(digest, kinds->subrooms_since_ms);
}

static void add_election(struct digest *digest,
                         const struct meeting_election *election)
{
    size_t i;

    add_id(digest, &election->id);
    add_id(digest, &election->item);
    digest_number(digest, (uint64_t)election->post);
    digest_number(digest, election->seats);
    digest_number(digest, election->called_seq);
    digest_number(digest, election->changed_seq);
    digest_number(digest, election->is_closed);
    add_id(digest, &election->vote);
    digest_number(digest, election->nominee_count);
    for (i = 0; i < election->nominee_count; i++) {
        const struct meeting_nominee *nominee = &election->nominees[i];

        add_id(digest, &nominee->member);
        digest_number(digest, (uint64_t)nominee->source);
        add_id(digest, &nominee->by);
        digest_number(digest, nominee->seq);
        digest_number(digest, nominee->is_withdrawn);
        digest_number(digest, nominee->has_support);
        add_id(digest, &nominee->vote);
        digest_number(digest, nominee->yes);
        digest_number(digest, nominee->present);
        digest_number(digest, nominee->need);
        digest_number(digest, nominee->is_supported);
    }
}

struct hash meeting_state_digest(const struct meeting_state *state)
{
    struct digest digest;
    size_t i;

    digest_begin(&digest);
    digest_domain(&digest, "state");
    add_heading(&digest, state);
    add_checkpoint(&digest, state);
    add_attendance(&digest, &state->attendance);
    add_terms(&digest, &state->terms);
    add_score(&digest, &state->score);
    add_kinds(&digest, &state->kinds);
    add_recordings(&digest, &state->recordings);
    digest_number(&digest, state->person_count);
    for (i = 0; i < state->person_count; i++)
        add_person(&digest, &state->people[i]);
    digest_number(&digest, state->site_count);
    for (i = 0; i < state->site_count; i++) {
        add_holder(&digest, &state->sites[i].holder);
        add_id(&digest, &state->sites[i].keeper);
        digest_number(&digest, state->sites[i].is_check_in_open);
        add_heads(&digest, &state->sites[i].heads);
    }
    add_agenda(&digest, state);
    add_floor(&digest, state);
    digest_number(&digest, state->vote_count);
    for (i = 0; i < state->vote_count; i++)
        add_vote(&digest, &state->votes[i]);
    digest_number(&digest, state->ballot_count);
    for (i = 0; i < state->ballot_count; i++)
        digest_add_ballot(&digest, &state->ballots[i]);
    digest_number(&digest, state->election_count);
    for (i = 0; i < state->election_count; i++)
        add_election(&digest, &state->elections[i]);
    return digest_finish(&digest);
}
