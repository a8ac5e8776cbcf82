/*
 * Which seats of a meeting wait for a declaration of whoever presides that
 * nothing in it is a state secret. Pure; any thread.
 *
 * Source: Luật Bảo vệ bí mật nhà nước: what is secret is not said over lines
 * and devices that were not approved for it.
 */
#ifndef PROTOCOL_RULES_DECLARATION_H
#define PROTOCOL_RULES_DECLARATION_H

#include "protocol/meeting/vocabulary.h"

#include <stdbool.h>

struct declaration_rule {
    unsigned seats; /* set of enum presence_mode; empty: no declaration */
};

/* Does a seat of this mode open only after the declaration? */
bool declaration_covers(const struct declaration_rule *rule,
                        enum presence_mode mode);

#endif
