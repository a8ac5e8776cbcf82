/*
 * What chibo-verify does when its file is the archive of an election: options
 * in, report on stdout, progress on stderr. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_BALLOT_FILE_H
#define PROTOCOL_VERIFY_VERIFY_BALLOT_FILE_H

#include "protocol/base/text.h"
#include "protocol/verify/verify_ballot.h"
#include "protocol/verify/verify_options.h"

#include <stdbool.h>

/* Verifies `file`, which verify_ballot_is(), and reports. */
enum verify_exit verify_ballot_file(const struct verify_options *options,
                                    struct text_view file);

/* For other files: false, which was said, if there is an option that only an
 * election takes. */
bool verify_ballot_file_is_not_meant(const struct verify_options *options);

#endif
