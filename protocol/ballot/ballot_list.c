#include "protocol/ballot/ballot_list.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/base/limits.h"
#include "protocol/base/text_fields.h"

#include <stdlib.h>
#include <string.h>

static int compare_elements(const void *a, const void *b)
{
    const struct ballot_element *left = a, *right = b;

    return memcmp(left->bytes, right->bytes, sizeof left->bytes);
}

/* For bsearch(): the key that is looked for, and a row. */
static int compare_key(const void *key, const void *row)
{
    const struct ballot_credential *credential = row;

    return compare_elements(key, &credential->key);
}

static int compare_rows(const void *a, const void *b)
{
    const struct ballot_credential *left = a, *right = b;

    return compare_elements(&left->key, &right->key);
}

/* --- Writing ------------------------------------------------------------- */

static void write_sorted(const struct ballot_element *keys, size_t count,
                         struct byte_writer *out)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    size_t i;

    ballot_json_write(out, "[");
    for (i = 0; i < count; i++) {
        ballot_element_text(&keys[i], text);
        if (i > 0)
            ballot_json_write(out, ",");
        ballot_json_write_text(out, text_view_of(text));
    }
    ballot_json_write(out, "]");
}

enum result ballot_list_write(const struct ballot_element *keys, size_t count,
                              struct byte_writer *out)
{
    struct ballot_element *sorted;
    enum result result = RESULT_OK;
    size_t i;

    if (count > LIMIT_BALLOT_VOTERS)
        return RESULT_INVALID;
    sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted)
        return RESULT_NO_MEMORY;
    memcpy(sorted, keys, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_elements);
    for (i = 1; i < count; i++)
        if (ballot_element_equal(&sorted[i - 1], &sorted[i]))
            result = RESULT_INVALID;
    if (result == RESULT_OK) {
        write_sorted(sorted, count, out);
        result = out->result;
    }
    free(sorted);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

/* "S(g^s)" or, where weights are taken, "S(g^s),weight". */
static enum ballot_fault read_row(const struct ballot_group *group,
                                  struct text_view word, bool is_lenient,
                                  struct text_view *digits,
                                  struct ballot_credential *out)
{
    struct text_view rest = word;

    out->weight = 1;
    *digits = word;
    if (text_cut(&rest, ',', digits) &&
        (!is_lenient || !text_parse_number(rest, &out->weight) ||
         out->weight == 0 || out->weight > LIMIT_BALLOT_WEIGHT))
        return BALLOT_FAULT_CREDENTIAL;
    return ballot_element_parse(group, *digits, &out->key) == RESULT_OK
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_NUMBER;
}

static bool is_text_ascending(struct text_view a, struct text_view b)
{
    const int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

    return order < 0 || (order == 0 && a.size < b.size);
}

/* What a list looked like so far. */
struct order {
    struct text_view last;
    bool is_by_number, is_by_text;
};

static void note_order(struct order *order, const struct ballot_list *list,
                       struct text_view digits)
{
    const size_t last = list->count - 1;

    if (last > 0) {
        order->is_by_number =
            order->is_by_number &&
            compare_rows(&list->rows[last - 1], &list->rows[last]) < 0;
        order->is_by_text =
            order->is_by_text && is_text_ascending(order->last, digits);
    }
    order->last = digits;
}

static enum ballot_fault read_rows(struct ballot_json *json,
                                   const struct ballot_group *group,
                                   bool is_lenient, struct ballot_list *list)
{
    struct order order = { .is_by_number = true, .is_by_text = true };

    ballot_json_array(json);
    while (ballot_json_item(json)) {
        const struct text_view word = ballot_json_word(json);
        struct text_view digits;
        enum ballot_fault fault;

        if (list->count == LIMIT_BALLOT_VOTERS)
            return BALLOT_FAULT_TOO_LARGE;
        if (json->fault != BALLOT_FAULT_NONE)
            return json->fault;
        fault = read_row(group, word, is_lenient, &digits,
                         &list->rows[list->count]);
        if (fault != BALLOT_FAULT_NONE)
            return fault;
        list->weight += list->rows[list->count++].weight;
        note_order(&order, list, digits);
    }
    if (ballot_json_end(json) != BALLOT_FAULT_NONE)
        return json->fault;
    qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
    for (size_t i = 1; i < list->count; i++)
        if (compare_rows(&list->rows[i - 1], &list->rows[i]) == 0)
            return BALLOT_FAULT_SAME_CREDENTIAL;
    return order.is_by_number || order.is_by_text ? BALLOT_FAULT_NONE
                                                  : BALLOT_FAULT_CREDENTIAL;
}

enum ballot_fault ballot_list_read(const struct ballot_group *group,
                                   struct text_view record, bool is_lenient,
                                   struct ballot_list *out)
{
    struct ballot_list list = { .rows = NULL };
    struct ballot_json json;
    enum ballot_fault fault;

    *out = list;
    list.rows = calloc(LIMIT_BALLOT_VOTERS, sizeof *list.rows);
    if (!list.rows)
        return BALLOT_FAULT_NO_MEMORY;
    ballot_json_init(&json, record);
    fault = read_rows(&json, group, is_lenient, &list);
    if (fault == BALLOT_FAULT_NONE)
        *out = list;
    else
        ballot_list_release(&list);
    return fault;
}

void ballot_list_release(struct ballot_list *list)
{
    free(list->rows);
    *list = (struct ballot_list){ .rows = NULL };
}

enum ballot_fault ballot_list_check(const struct ballot_group *group,
                                    const struct ballot_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        const struct ballot_element *key = &list->rows[i].key;
        enum result result;

        if (ballot_element_is_identity(key))
            return BALLOT_FAULT_IDENTITY;
        result = ballot_group_check_member(group, key);
        if (result == RESULT_REFUSED)
            return BALLOT_FAULT_NOT_IN_GROUP;
        if (result != RESULT_OK)
            return ballot_fault_of_failure(result);
    }
    return BALLOT_FAULT_NONE;
}

const struct ballot_credential *
ballot_list_find(const struct ballot_list *list,
                 const struct ballot_element *key)
{
    return list->rows ? bsearch(key, list->rows, list->count,
                                sizeof *list->rows, compare_key)
                      : NULL;
}
