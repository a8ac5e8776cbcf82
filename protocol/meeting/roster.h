/*
 * People, sites and agenda items as they stand in lists of events: the
 * snapshot in a meeting's genesis, and its changes.
 */
#ifndef PROTOCOL_MEETING_ROSTER_H
#define PROTOCOL_MEETING_ROSTER_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/wire/field.h"

extern const struct schema roster_device_schema;
extern const struct schema roster_person_schema;
extern const struct schema roster_site_schema;
extern const struct schema agenda_item_schema;
/* The same element in a meeting that is called: for its own cell. */
extern const struct schema call_item_schema;

/* vouched_by: member ids joined by ",", "" while nobody vouched. */
#define ROSTER_DEVICE_FIELDS(X)                                                \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, label, LIMIT_LABEL_LENGTH, PRESIDING)                            \
    X(TEXT, vouched_by, 200, NONE)
struct roster_device {
    ROSTER_DEVICE_FIELDS(FIELD_MEMBER)
};

#define ROSTER_PERSON_FIELDS(X)                                                \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, office, office_words, NONE)                                        \
    X(OPTIONAL_ID, group, 0, NONE)                                             \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(ITEMS, devices, roster_device_schema, NONE)
struct roster_person {
    ROSTER_PERSON_FIELDS(FIELD_MEMBER)
};

#define ROSTER_SITE_FIELDS(X)                                                  \
    X(ID, site, 0, NONE)                                                       \
    X(ID, keeper, 0, NONE)                                                     \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(ITEMS, devices, roster_device_schema, NONE)
struct roster_site {
    ROSTER_SITE_FIELDS(FIELD_MEMBER)
};

#define AGENDA_ITEM_FIELDS(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)
#define CALL_ITEM_FIELDS(X)                                                    \
    X(ID, item, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, MEMBERS)
struct agenda_item {
    AGENDA_ITEM_FIELDS(FIELD_MEMBER)
};

#endif
