/*
 * The templates of documents as this program comes with them, those of
 * config/templates/documents, inside it: so a verifier can tell whether the
 * words around the facts are ours, without any file. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_SHIPPED_TEMPLATE_H
#define PROTOCOL_DOCUMENT_SHIPPED_TEMPLATE_H

#include "protocol/base/text.h"

#include <stdbool.h>

/* Is this, to the letter, ours of that name ("minutes")? */
bool shipped_template_is(const char *name, struct text_view text);

#endif
