#include "protocol/ballot/ballot_shape.h"

/* Is there one more, and may there be? */
static bool has_next(struct ballot_json *json, bool may,
                     enum ballot_fault misfit)
{
    const bool is_there = ballot_json_item(json);

    if (json->fault == BALLOT_FAULT_NONE && is_there != may)
        ballot_json_fail(json, misfit);
    return may && json->fault == BALLOT_FAULT_NONE;
}

void ballot_shape_read(struct ballot_json *json,
                       const struct ballot_election *election,
                       enum ballot_fault misfit, ballot_shape_read_fn *read,
                       void *user)
{
    size_t position = 0;
    size_t question = 0;

    ballot_json_array(json);
    while (has_next(json, question < election->question_count, misfit)) {
        const size_t end = position + ballot_question_position_count(
                                          &election->questions[question++]);

        ballot_json_array(json);
        while (has_next(json, position < end, misfit))
            read(json, position++, user);
    }
}

void ballot_shape_write(struct byte_writer *writer,
                        const struct ballot_election *election,
                        ballot_shape_write_fn *write, const void *user)
{
    size_t position = 0;

    for (size_t i = 0; i < election->question_count; i++) {
        const size_t end =
            position + ballot_question_position_count(&election->questions[i]);

        ballot_json_write(writer, i == 0 ? "[[" : ",[");
        for (size_t first = position; position < end; position++) {
            if (position > first)
                ballot_json_write(writer, ",");
            write(writer, position, user);
        }
        ballot_json_write(writer, "]");
    }
    ballot_json_write(writer, "]");
}
