/*
 * The findings in words, on a stream: what is proven and by whom, what only the
 * server says, what people entered for others, and what is not known. In the
 * language that is set. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_REPORT_H
#define PROTOCOL_VERIFY_VERIFY_REPORT_H

#include "protocol/verify/verify_fork.h"
#include "protocol/verify/verify_options.h"
#include "protocol/verify/verify_run.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

void verify_report(const struct verify_findings *findings, FILE *out);

/* `proof` NULL: no contradiction was found. `names` are the two files. */
void verify_report_fork(const struct verify_proof *proof,
                        const char *const names[VERIFY_SIDE_COUNT], FILE *out);

/* One line on stdout, and the end of the reference; false, which was said, if
 * there is no object. */
bool verify_print_json(json_t *object);
/* What the process ends with. */
enum verify_exit verify_exit_of(enum verify_verdict verdict);

/* --- For verify_report*.c ------------------------------------------------ */

void verify_report_meeting(const struct verify_findings *findings, FILE *out);
void verify_report_register(const struct verify_findings *findings, FILE *out);
/* A heading of its own line. */
void verify_report_heading(const char *heading, FILE *out);

#endif
