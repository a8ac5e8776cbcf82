/* Errata of the minutes that are in force. */
#include "protocol/document/document_facts_internal.h"

static json_t *signer_of(const struct minutes_writing *writing,
                         const struct minutes_facts *learned,
                         const struct minutes_erratum *erratum,
                         enum minutes_signer role)
{
    const struct minutes_erratum_signer *signer =
        minutes_erratum_signer(erratum, role);

    return signer ? json_pack(
                        "{s:s, s:s, s:o}", "name",
                        minutes_erratum_name(learned, signer), "capacity",
                        minutes_erratum_capacity(writing, learned, signer).text,
                        "signed", document_moment(writing, signer->at_ms))
                  : NULL;
}

static json_t *text_of(struct text_view text)
{
    return json_stringn(text.data ? text.data : "", text.size);
}

static json_t *erratum_of(const struct minutes_writing *writing,
                          const struct minutes_facts *learned,
                          const struct minutes_erratum *erratum)
{
    const struct erratum_text *text = &erratum->text;

    return json_pack(
        "{s:I, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "number",
        (json_int_t)erratum->number, "date", minutes_erratum_date(text).text,
        "place", minutes_erratum_place(writing, learned, text).text, "entry",
        text->entry.text, "line", (json_int_t)text->line, "stands",
        text_of(text->stands), "should", text_of(text->should), "reason",
        text_of(text->reason), "minute_taker",
        signer_of(writing, learned, erratum, SIGNER_MINUTE_TAKER), "chair",
        signer_of(writing, learned, erratum, SIGNER_CHAIR));
}

/* Without errata there are no such names: the facts are what they were. */
bool document_facts_put_errata(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned)
{
    const struct minutes_errata *errata = writing->source->errata;
    json_t *list = json_array();
    bool is_good = list != NULL;
    size_t i;

    for (i = 0; is_good && errata && i < errata->count; i++)
        if (minutes_erratum_is_told(&errata->rows[i]))
            is_good =
                json_array_append_new(
                    list, erratum_of(writing, learned, &errata->rows[i])) == 0;
    if (is_good && json_array_size(list) > 0)
        is_good = json_object_set_new(facts, "has_errata", json_true()) == 0 &&
                  json_object_set(facts, "errata", list) == 0;
    json_decref(list);
    return is_good;
}
