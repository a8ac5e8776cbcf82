/*
 * People, sites and agenda items as they stand in lists of events: the
 * snapshot in a meeting's genesis, and its changes.
 */
#ifndef PROTOCOL_MEETING_ROSTER_H
#define PROTOCOL_MEETING_ROSTER_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/rules/eligibility.h"
#include "protocol/wire/field.h"

extern const struct schema roster_device_schema;
extern const struct schema roster_person_schema;
extern const struct schema roster_site_schema;
extern const struct schema agenda_item_schema;
/* The same element in a meeting that is called: for its own cell. */
extern const struct schema call_item_schema;

/* vouched_by: ids of the members who vouched, joined by ","; the holder's own
 * id if another device of hers did; "" while the device is not vouched.
 * founding: vouched in the pairs of a cell's first meeting. */
#define ROSTER_DEVICE_FIELDS(X)                                                \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, label, LIMIT_LABEL_LENGTH, PRESIDING)                            \
    X(TEXT, vouched_by, 200, NONE)                                             \
    X(FLAG, founding, 0, NONE)
struct roster_device {
    ROSTER_DEVICE_FIELDS(FIELD_MEMBER)
};

/* ground: why she cannot come to where the cell meets; "" if she can.
 * probation_end: the last day of a probation, 20261115, while the cell has not
 * decided on her recognition. */
#define ROSTER_PERSON_FIELDS(X)                                                \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, office, office_words, NONE)                                        \
    X(OPTIONAL_ID, group, 0, NONE)                                             \
    X(OPTIONAL_ENUM, ground, ground_words, NONE)                               \
    X(LATER_NUMBER, probation_end, LIMIT_DATE, NONE)                           \
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

/* Who signed the head of a checkpoint, and whose devices were asked and did
 * not. */
extern const struct schema checkpoint_signer_schema;
extern const struct schema checkpoint_missing_schema;
#define CHECKPOINT_SIGNER_FIELDS(X)                                            \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(ENUM, role, checkpoint_role_words, NONE)                                 \
    X(SIGNATURE, sig, 0, NONE)
struct checkpoint_signer {
    CHECKPOINT_SIGNER_FIELDS(FIELD_MEMBER)
};
#define CHECKPOINT_MISSING_FIELDS(X)                                           \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)
struct checkpoint_missing {
    CHECKPOINT_MISSING_FIELDS(FIELD_MEMBER)
};

/* presenter "": nobody in particular; planned_min 0: as long as it takes. */
#define AGENDA_ITEM_FIELDS(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(LATER_ENUM, kind, item_kind_words, NONE)
#define CALL_ITEM_FIELDS(X)                                                    \
    X(ID, item, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, MEMBERS)                              \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(LATER_ENUM, kind, item_kind_words, NONE)
struct agenda_item {
    AGENDA_ITEM_FIELDS(FIELD_MEMBER)
};

#endif
