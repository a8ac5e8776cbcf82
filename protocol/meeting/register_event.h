/*
 * The events of an organisation's register: units, people, sites, devices,
 * invitations, and which meetings were called. A log of the same form as a
 * meeting's; its scope is the organisation's id.
 *
 * by: the member who did it, "" for the administrator at the server.
 */
#ifndef PROTOCOL_MEETING_REGISTER_EVENT_H
#define PROTOCOL_MEETING_REGISTER_EVENT_H

#include "protocol/meeting/meeting_groups_rows.h"
#include "protocol/meeting/register_erratum_event.h"
#include "protocol/meeting/register_opinion_event.h"
#include "protocol/meeting/roster.h"

#define REGISTER_GENESIS(X)                                                    \
    X(NUMBER, version, 1, NONE)                                                \
    X(ID, organisation, 0, NONE)                                               \
    X(KEY, server, 0, NONE)                                                    \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
/* parent "": directly under the organisation. */
#define REGISTER_UNIT_ADDED(X)                                                 \
    X(ID, unit, 0, NONE)                                                       \
    X(ENUM, kind, unit_kind_words, NONE)                                       \
    X(OPTIONAL_ID, parent, 0, NONE)                                            \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(OPTIONAL_ID, by, 0, NONE)
#define REGISTER_UNIT_RENAMED(X)                                               \
    X(ID, unit, 0, NONE)                                                       \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(OPTIONAL_ID, by, 0, NONE)
/* unit: the cell; group: a party group of it, or ""; ground: why she cannot
 * come to where the cell meets, or "". probation_end: the last day of a
 * probationary member's twelve months, 20261115. */
#define REGISTER_MEMBER_ADDED(X)                                               \
    X(ID, member, 0, NONE)                                                     \
    X(ID, unit, 0, NONE)                                                       \
    X(OPTIONAL_ID, group, 0, NONE)                                             \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, office, office_words, NONE)                                        \
    X(OPTIONAL_ENUM, ground, ground_words, NONE)                               \
    X(LATER_NUMBER, probation_end, LIMIT_DATE, NONE)                           \
    X(SEALED, name, LIMIT_NAME_LENGTH, MEMBERS)                                \
    X(OPTIONAL_ID, by, 0, NONE)
/* The whole new row. */
#define REGISTER_MEMBER_CHANGED(X) REGISTER_MEMBER_ADDED(X)
#define REGISTER_MEMBER_REMOVED(X)                                             \
    X(ID, member, 0, NONE)                                                     \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)                          \
    X(OPTIONAL_ID, by, 0, NONE)
/* The cell decided in this meeting on the recognition of the member, whichever
 * way: of her probation nothing is due any more. Before `meeting_ended`. */
#define REGISTER_RECOGNITION_CONSIDERED(X)                                     \
    X(ID, member, 0, NONE)                                                     \
    X(ID, meeting, 0, NONE)
#define REGISTER_SITE_ADDED(X)                                                 \
    X(ID, site, 0, NONE)                                                       \
    X(ID, unit, 0, NONE)                                                       \
    X(ID, keeper, 0, NONE)                                                     \
    X(SEALED, name, LIMIT_NAME_LENGTH, MEMBERS)                                \
    X(OPTIONAL_ID, by, 0, NONE)
#define REGISTER_SITE_CHANGED(X) REGISTER_SITE_ADDED(X)
/* token: SHA-256 of the 16 bytes of the link's token. */
#define REGISTER_INVITATION_MADE(X)                                            \
    X(ID, invitation, 0, NONE)                                                 \
    X(ID, holder, 0, NONE)                                                     \
    X(HASH, token, 0, NONE)                                                    \
    X(TIME, expires_at, 0, NONE)                                               \
    X(OPTIONAL_ID, by, 0, NONE)
#define REGISTER_INVITATION_WITHDRAWN(X)                                       \
    X(ID, invitation, 0, NONE)                                                 \
    X(OPTIONAL_ID, by, 0, NONE)
/* sig: the statement `enrol`; it is rebuilt from these fields, the server's key
 * then, the token hash of the invitation and the label's opening. */
#define REGISTER_DEVICE_ENROLLED(X)                                            \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, label, LIMIT_LABEL_LENGTH, MEMBERS)                              \
    X(ID, invitation, 0, NONE)                                                 \
    X(HASH, exporter, 0, NONE)                                                 \
    X(SIGNATURE, sig, 0, NONE)
/* sig: the statement `revoke` by `signer` (the device itself or the server)
 * over the reason's text; seen and head are its register position. */
#define REGISTER_DEVICE_REVOKED(X)                                             \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)                          \
    X(OPTIONAL_ID, by, 0, NONE)                                                \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
/* sig: the statement `device-add` by `signer`, a vouched device of the same
 * holder, over the label's text, which is opened to everybody for that. The
 * device is vouched from here on; it was enrolled before, or enters the
 * register with this. */
#define REGISTER_DEVICE_ADDED(X)                                               \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, label, LIMIT_LABEL_LENGTH, ALL)                                  \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
/* sig: the statement `vouch` by `signer`, a device of the member `by`, who
 * compared the device's code with its holder. */
#define REGISTER_DEVICE_VOUCHED(X)                                             \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(ENUM, how, vouch_way_words, NONE)                                        \
    X(ID, by, 0, NONE)                                                         \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
/* server: the key from here on. sig: the statement `server-key` by `signer`,
 * the key until here. */
#define REGISTER_SERVER_KEY_CHANGED(X)                                         \
    X(KEY, server, 0, NONE)                                                    \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
/* The key until here is gone: nothing proves that `server` is its successor.
 * Every open invitation ends, and every cell is founded anew. */
#define REGISTER_SERVER_KEY_LOST(X)                                            \
    X(KEY, server, 0, NONE)                                                    \
    X(OPTIONAL_ID, by, 0, NONE)
/* From `since` on the unit lies under `parent` ("": the organisation). */
#define REGISTER_UNIT_MOVED(X)                                                 \
    X(ID, unit, 0, NONE)                                                       \
    X(OPTIONAL_ID, parent, 0, NONE)                                            \
    X(TIME, since, 0, NONE)                                                    \
    X(OPTIONAL_ID, by, 0, NONE)
/* The register goes on although its events from `from` on were lost, up to at
 * least lost_seq with that head (zeros: nobody knows). */
#define REGISTER_RESTORED(X)                                                   \
    X(NUMBER, from, 0, NONE)                                                   \
    X(NUMBER, lost_seq, 0, NONE)                                               \
    X(HASH, lost_head, 0, NONE)                                                \
    X(OPTIONAL_ID, by, 0, NONE)
#define REGISTER_MEETING_SCHEDULED(X)                                          \
    X(ID, meeting, 0, NONE)                                                    \
    X(ID, unit, 0, NONE)                                                       \
    X(ENUM, kind, meeting_kind_words, NONE)                                    \
    X(SEALED, title, LIMIT_TITLE_LENGTH, MEMBERS)                              \
    X(TIME, starts_at, 0, NONE)                                                \
    X(TEXT, zone, 64, NONE)                                                    \
    X(SEALED, place, LIMIT_TITLE_LENGTH, MEMBERS)                              \
    X(ID, chair, 0, NONE)                                                      \
    X(OPTIONAL_ID, deputy, 0, NONE)                                            \
    X(ID, minute_taker, 0, NONE)                                               \
    X(ITEMS, agenda, call_item_schema, NONE)                                   \
    X(OPTIONAL_ID, by, 0, NONE)
/* Only before it began; the whole new row. */
#define REGISTER_MEETING_CHANGED(X) REGISTER_MEETING_SCHEDULED(X)
#define REGISTER_MEETING_CANCELLED(X)                                          \
    X(ID, meeting, 0, NONE)                                                    \
    X(SEALED, reason, LIMIT_REASON_LENGTH, MEMBERS)                            \
    X(OPTIONAL_ID, by, 0, NONE)
/* head: h[0] of the meeting's log. */
#define REGISTER_MEETING_BEGAN(X)                                              \
    X(ID, meeting, 0, NONE)                                                    \
    X(HASH, head, 0, NONE)
#define REGISTER_MEETING_ENDED(X)                                              \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, final_seq, 0, NONE)                                              \
    X(HASH, head, 0, NONE)

/* The meeting of a cell is held by these meetings of its party groups, in place
 * of others named before; with none it is held as a plenary. year: of its date
 * where it is held; members: of the cell, that count for it; before: meetings
 * of this cell that were held so in that year, without this one. Until it is
 * changed. */
#define REGISTER_HELD_BY_GROUPS(X)                                             \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, year, 9999, NONE)                                                \
    X(NUMBER, members, 0, NONE)                                                \
    X(NUMBER, before, 0, NONE)                                                 \
    X(ITEMS, groups, group_call_schema, NONE)                                  \
    X(OPTIONAL_ID, by, 0, NONE)

/* X(IDENTIFIER, wire name); the genesis of both logs is called "genesis". */
#define REGISTER_EVENT_LIST(X)                                                 \
    X(GENESIS, genesis)                                                        \
    X(UNIT_ADDED, unit_added)                                                  \
    X(UNIT_RENAMED, unit_renamed)                                              \
    X(MEMBER_ADDED, member_added)                                              \
    X(MEMBER_CHANGED, member_changed)                                          \
    X(MEMBER_REMOVED, member_removed)                                          \
    X(SITE_ADDED, site_added)                                                  \
    X(SITE_CHANGED, site_changed)                                              \
    X(INVITATION_MADE, invitation_made)                                        \
    X(INVITATION_WITHDRAWN, invitation_withdrawn)                              \
    X(DEVICE_ENROLLED, device_enrolled)                                        \
    X(DEVICE_REVOKED, device_revoked)                                          \
    X(MEETING_SCHEDULED, meeting_scheduled)                                    \
    X(MEETING_CHANGED, meeting_changed)                                        \
    X(MEETING_CANCELLED, meeting_cancelled)                                    \
    X(MEETING_BEGAN, meeting_began)                                            \
    X(MEETING_ENDED, meeting_ended)                                            \
    X(DEVICE_ADDED, device_added)                                              \
    X(DEVICE_VOUCHED, device_vouched)                                          \
    X(SERVER_KEY_CHANGED, server_key_changed)                                  \
    X(SERVER_KEY_LOST, server_key_lost)                                        \
    X(UNIT_MOVED, unit_moved)                                                  \
    X(RESTORED, restored)                                                      \
    X(HELD_BY_GROUPS, held_by_groups)                                          \
    X(RECOGNITION_CONSIDERED, recognition_considered)                          \
    REGISTER_OPINION_EVENT_LIST(X)                                             \
    REGISTER_ERRATUM_EVENT_LIST(X)

#define REGISTER_EVENT_STRUCT(NAME, name)                                      \
    struct register_##name {                                                   \
        REGISTER_##NAME(FIELD_MEMBER)                                          \
    };
REGISTER_EVENT_LIST(REGISTER_EVENT_STRUCT)

enum register_event_kind {
    REGISTER_EVENT_UNKNOWN,
#define REGISTER_EVENT_ENUM(NAME, name) REGISTER_##NAME##_KIND,
    REGISTER_EVENT_LIST(REGISTER_EVENT_ENUM)
#undef REGISTER_EVENT_ENUM
        REGISTER_EVENT_COUNT
};

struct register_event {
    uint64_t seq;
    int64_t at_ms;
    enum register_event_kind kind;
    union {
#define REGISTER_EVENT_UNION(NAME, name) struct register_##name name;
        REGISTER_EVENT_LIST(REGISTER_EVENT_UNION)
#undef REGISTER_EVENT_UNION
    } body;
};

const struct schema *register_event_schema(enum register_event_kind kind);
enum register_event_kind register_event_kind_of(struct text_view name);

#endif
