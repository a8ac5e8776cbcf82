/*
 * The findings in words, on a stream: what is proven and by whom, what only the
 * server says, what people entered for others, and what is not known. In the
 * language that is set. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_REPORT_H
#define PROTOCOL_VERIFY_VERIFY_REPORT_H

#include "protocol/verify/verify_fork.h"
#include "protocol/verify/verify_run.h"

#include <stdio.h>

void verify_report(const struct verify_findings *findings, FILE *out);

/* `proof` NULL: no contradiction was found. `names` are the two files. */
void verify_report_fork(const struct verify_proof *proof,
                        const char *const names[VERIFY_SIDE_COUNT], FILE *out);

/* --- For verify_report*.c ------------------------------------------------ */

void verify_report_meeting(const struct verify_findings *findings, FILE *out);
void verify_report_register(const struct verify_findings *findings, FILE *out);
/* A heading of its own line. */
void verify_report_heading(const char *heading, FILE *out);

#endif
