#include "protocol/meeting/ballot_paper.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/record/digest.h"

enum result ballot_paper_write(struct byte_writer *writer,
                               const struct meeting_ballot_paper *paper)
{
    size_t i;

    if (!paper->is_confirmed)
        return writer->result;
    ballot_json_write(writer, "{\"record\":");
    ballot_json_write_hex(writer, paper->record.bytes, HASH_SIZE);
    ballot_json_write(writer, ",\"issued\":");
    ballot_json_write_number(writer, paper->issued);
    ballot_json_write(writer, ",\"returned\":");
    ballot_json_write_number(writer, paper->returned);
    ballot_json_write(writer, ",\"valid\":");
    ballot_json_write_number(writer, paper->valid);
    ballot_json_write(writer, ",\"invalid\":");
    ballot_json_write_number(writer, paper->invalid);
    ballot_json_write(writer, ",\"counts\":[");
    for (i = 0; i < paper->count_count; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        ballot_json_write_number(writer, paper->counts[i]);
    }
    ballot_json_write(writer, "]}");
    return writer->result;
}

enum result ballot_paper_compare(const struct meeting_ballot_paper *paper,
                                 bool is_said, const struct hash *said)
{
    struct byte_writer writer;
    struct hash own;
    enum result result;

    if (is_said != paper->is_confirmed)
        return RESULT_REFUSED;
    if (!is_said)
        return RESULT_OK;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result = ballot_paper_write(&writer, paper);
    if (result == RESULT_OK) {
        own = digest_sha256(writer.data, writer.size);
        result = hash_equal(&own, said) ? RESULT_OK : RESULT_REFUSED;
    }
    byte_writer_release(&writer);
    return result;
}
