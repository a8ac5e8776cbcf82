/* What the files of ballot_matter share. Nobody else includes this header. */
#ifndef PROTOCOL_MEETING_BALLOT_MATTER_INTERNAL_H
#define PROTOCOL_MEETING_BALLOT_MATTER_INTERNAL_H

#include "protocol/meeting/ballot_matter.h"

/* Positions of one question, its blank among them; 0: they do not fit. */
size_t ballot_sheet_positions(const struct ballot_sheet *sheet, size_t count);
/* False if the sum does not fit. */
bool ballot_sheet_sum(const uint64_t *counts, size_t count, uint64_t *out);

#endif
