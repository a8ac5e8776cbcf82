#include "client/core/text_pointers.h"

#include "protocol/wire/field_path.h"

/* "roster.3.name" and its like. */
static enum result point_row(struct text_table *texts,
                             enum text_subject subject,
                             const struct identifier *id, uint64_t seq,
                             const char *list, size_t i, const char *field)
{
    struct field_path path = { .size = 0 };

    (void)field_path_push_name(&path, list); /* nothing is cut off again */
    (void)field_path_push_index(&path, i);
    (void)field_path_push_name(&path, field);
    return text_table_point(texts, subject, id, seq, path.text);
}

static enum result point_roster(struct text_table *texts, uint64_t seq,
                                const struct items *roster,
                                const struct items *sites)
{
    const struct roster_person *people = roster->data;
    const struct roster_site *places = sites->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < roster->count && !result; i++)
        result = point_row(texts, TEXT_NAME, &people[i].member, seq, "roster",
                           i, "name");
    for (i = 0; i < sites->count && !result; i++)
        result = point_row(texts, TEXT_NAME, &places[i].site, seq, "sites", i,
                           "name");
    return result;
}

static enum result point_agenda(struct text_table *texts, uint64_t seq,
                                const struct items *agenda)
{
    const struct agenda_item *items = agenda->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < agenda->count && !result; i++)
        result = point_row(texts, TEXT_ITEM, &items[i].item, seq, "agenda", i,
                           "title");
    return result;
}

static enum result point_carried(struct text_table *texts, uint64_t seq,
                                 const struct items *items)
{
    const struct carried_item *rows = items->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < items->count && !result; i++)
        result = point_row(texts, TEXT_ITEM, &rows[i].item, seq, "items", i,
                           "title");
    return result;
}

static enum result point_genesis(struct text_table *texts, uint64_t seq,
                                 const struct event_genesis *genesis)
{
    enum result result =
        point_roster(texts, seq, &genesis->roster, &genesis->sites);

    return result ? result : point_agenda(texts, seq, &genesis->agenda);
}

enum result text_pointers_of_meeting(struct text_table *texts,
                                     const struct meeting_event *event)
{
    uint64_t seq = event->seq;

    if (event->kind == EVENT_GENESIS_KIND)
        return point_genesis(texts, seq, &event->body.genesis);
    if (event->kind == EVENT_ROSTER_CHANGED_KIND)
        return point_roster(texts, seq, &event->body.roster_changed.roster,
                            &event->body.roster_changed.sites);
    if (event->kind == EVENT_ITEM_ADDED_KIND)
        return text_table_point(texts, TEXT_ITEM, &event->body.item_added.item,
                                seq, "title");
    if (event->kind == EVENT_CARRIED_OVER_KIND)
        return point_carried(texts, seq, &event->body.carried_over.items);
    if (event->kind == EVENT_VOTE_STARTED_KIND)
        return text_table_point(texts, TEXT_MOTION,
                                &event->body.vote_started.vote, seq, "motion");
    if (event->kind == EVENT_ENTRY_WRITTEN_KIND)
        return text_table_point(texts, TEXT_ENTRY,
                                &event->body.entry_written.entry, seq, "text");
    if (event->kind == EVENT_ENTRY_EDITED_KIND)
        return text_table_point(texts, TEXT_ENTRY,
                                &event->body.entry_edited.entry, seq, "text");
    return RESULT_OK;
}

/* Whose name, or title, an event of the register brings; NULL if nobody's. */
static const struct identifier *named_by(const struct register_event *event,
                                         const char **field)
{
    *field = "name";
    if (event->kind == REGISTER_UNIT_ADDED_KIND)
        return &event->body.unit_added.unit;
    if (event->kind == REGISTER_UNIT_RENAMED_KIND)
        return &event->body.unit_renamed.unit;
    if (event->kind == REGISTER_MEMBER_ADDED_KIND)
        return &event->body.member_added.member;
    if (event->kind == REGISTER_MEMBER_CHANGED_KIND)
        return &event->body.member_changed.member;
    if (event->kind == REGISTER_SITE_ADDED_KIND)
        return &event->body.site_added.site;
    if (event->kind == REGISTER_SITE_CHANGED_KIND)
        return &event->body.site_changed.site;
    if (event->kind == REGISTER_GENESIS_KIND)
        return &event->body.genesis.organisation;
    *field = "title";
    if (event->kind == REGISTER_MEETING_SCHEDULED_KIND)
        return &event->body.meeting_scheduled.meeting;
    if (event->kind == REGISTER_MEETING_CHANGED_KIND)
        return &event->body.meeting_changed.meeting;
    return NULL;
}

enum result text_pointers_of_register(struct text_table *texts,
                                      const struct register_event *event)
{
    const char *field;
    const struct identifier *id = named_by(event, &field);

    if (!id)
        return RESULT_OK;
    return text_table_point(texts, TEXT_NAME, id, event->seq, field);
}
