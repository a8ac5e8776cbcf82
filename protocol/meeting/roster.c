#include "protocol/meeting/roster.h"

#define field_struct struct roster_device
static const struct field device_fields[] = { ROSTER_DEVICE_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema roster_device_schema = {
    "device", sizeof(struct roster_device), device_fields,
    sizeof device_fields / sizeof device_fields[0]
};

#define field_struct struct roster_person
static const struct field person_fields[] = { ROSTER_PERSON_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema roster_person_schema = {
    "person", sizeof(struct roster_person), person_fields,
    sizeof person_fields / sizeof person_fields[0]
};

#define field_struct struct roster_site
static const struct field site_fields[] = { ROSTER_SITE_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema roster_site_schema = { "site", sizeof(struct roster_site),
                                           site_fields,
                                           sizeof site_fields /
                                               sizeof site_fields[0] };

#define field_struct struct agenda_item
static const struct field agenda_fields[] = { AGENDA_ITEM_FIELDS(FIELD_ROW) };
static const struct field call_fields[] = { CALL_ITEM_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema agenda_item_schema = {
    "agenda_item", sizeof(struct agenda_item), agenda_fields,
    sizeof agenda_fields / sizeof agenda_fields[0]
};
const struct schema call_item_schema = {
    "call_item", sizeof(struct agenda_item), call_fields,
    sizeof call_fields / sizeof call_fields[0]
};

#define field_struct struct checkpoint_signer
static const struct field signer_fields[] = { CHECKPOINT_SIGNER_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema checkpoint_signer_schema = {
    "checkpoint_signer", sizeof(struct checkpoint_signer), signer_fields,
    sizeof signer_fields / sizeof signer_fields[0]
};

#define field_struct struct checkpoint_missing
static const struct field missing_fields[] = { CHECKPOINT_MISSING_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema checkpoint_missing_schema = {
    "checkpoint_missing", sizeof(struct checkpoint_missing), missing_fields,
    sizeof missing_fields / sizeof missing_fields[0]
};
