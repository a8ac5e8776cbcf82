/*
 * Devices as the register has them, and their codes, for people. Main thread,
 * under the view's lock. A holder's devices are numbered from 1 as they were
 * enrolled, those that were revoked too, so that a number keeps its meaning.
 */
#ifndef CLIENT_CLI_CLI_DEVICES_H
#define CLIENT_CLI_CLI_DEVICES_H

#include "client/cli/cli_names.h"
#include "protocol/record/anchors.h"

#include <jansson.h>

#include <stdio.h>

/* The label, "(name not shown to you)" if it is not known. Borrowed. */
struct text_view cli_device_label(const struct meeting_view *view,
                                  const struct register_device *device);
/* "device Laptop of comrade ..." */
struct cli_device_name {
    char text[900];
};
struct cli_device_name cli_device_name(const struct meeting_view *view,
                                       const struct register_device *device);
/* "new, not yet vouched for", "vouched for by ...": without a full stop. */
void cli_device_status(const struct meeting_view *view,
                       const struct register_device *device, FILE *out);
/*
 * All devices of a holder, two lines each. view->org is not NULL. `known`: what
 * this device knows of its own holder's devices, to mark those that the user
 * did not add; NULL: nothing is marked.
 */
void cli_devices_show(const struct meeting_view *view,
                      const struct identifier *holder,
                      const struct anchors *known, FILE *out);
/* The same as an array; a new reference, NULL without memory. */
json_t *cli_devices_json(const struct meeting_view *view,
                         const struct identifier *holder,
                         const struct anchors *known);

/*
 * A device of this holder by its number, by its code, or by the last four
 * digits or more of it. view->org is not NULL.
 */
enum cli_match cli_device_find(const struct meeting_view *view,
                               const struct identifier *holder,
                               const char *typed,
                               const struct register_device **out);

/* Cuts a number, or the groups of a code, off what was typed; what follows. */
char *cli_code_cut(char *typed);

/*
 * The code, a group a line and digit by digit, as it is read out. `group_count`
 * groups are shown: 5, or 4 where the last one is to be heard from others.
 */
enum { CLI_CODE_GROUPS = 5, CLI_CODE_GROUP_SIZE = 4 };
void cli_code_write(const struct key *device, int group_count, FILE *out);
/* This device's own code, and what to do with it. */
void cli_own_code_show(const struct meeting_view *view, FILE *out);

/* This device in the register; NULL while it is not known. */
const struct register_device *cli_own_device(const struct meeting_view *view);

#endif
