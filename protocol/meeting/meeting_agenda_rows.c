#include "protocol/meeting/meeting_agenda_rows.h"

#define field_struct struct carried_item
static const struct field carried_item_fields[] = { CARRIED_ITEM_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema carried_item_schema = {
    "carried_item", sizeof(struct carried_item), carried_item_fields,
    sizeof carried_item_fields / sizeof carried_item_fields[0]
};

#define field_struct struct carried_task
static const struct field carried_task_fields[] = { CARRIED_TASK_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema carried_task_schema = {
    "carried_task", sizeof(struct carried_task), carried_task_fields,
    sizeof carried_task_fields / sizeof carried_task_fields[0]
};
