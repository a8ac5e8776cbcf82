/*
 * What chibo-verify does when its file is a report on what was destroyed
 * (protocol/record/destruction_report.h): options in, report on stdout. One
 * thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_DESTRUCTION_FILE_H
#define PROTOCOL_VERIFY_VERIFY_DESTRUCTION_FILE_H

#include "protocol/base/text.h"
#include "protocol/verify/verify_options.h"

/*
 * Verifies `file`, which destruction_report_is(): its form, its signature, and
 * with --register (a register, or the file of a record) whose key it is and
 * that the register had this head then. COMPLETE with a register, SO_FAR
 * without.
 */
enum verify_exit verify_destruction_file(const struct verify_options *options,
                                         struct text_view file);

#endif
