/* What cli_errata.c and cli_errata_text.c share. Nobody else includes it. */
#ifndef CLIENT_CLI_CLI_ERRATA_INTERNAL_H
#define CLIENT_CLI_CLI_ERRATA_INTERNAL_H

#include "client/cli/cli_errata.h"
#include "protocol/meeting/erratum_text.h"

/* False: the text is not here. */
bool cli_erratum_read(const struct meeting_view *view,
                      const struct register_erratum *erratum,
                      struct erratum_text *out);
/* Which entry or line it is about; then its words. */
void cli_erratum_put_place(const struct erratum_text *text, FILE *out);
void cli_erratum_put_text(const struct erratum_text *text, FILE *out);
/* "as chair". */
const char *cli_erratum_role(enum minutes_signer role);

#endif
