/*
 * Another identity key for the server, while it is stopped.
 *
 * The new key is written beside the old one (FILE.new), then the event is
 * appended to the register, then the new file takes the place of the old one,
 * which keeps the name FILE.old-<date>. Each step is durable before the next
 * one begins, so that doing the same again after a crash goes on where it
 * ended.
 *
 * Blocks; one thread.
 */
#ifndef SERVER_CONTROL_IDENTITY_CHANGE_H
#define SERVER_CONTROL_IDENTITY_CHANGE_H

#include "protocol/meeting/refusal.h"
#include "server/control/register_desk.h"
#include "server/platform/entropy.h"

/* How the key files stand to the register. */
enum identity_state {
    IDENTITY_FITS = 1,  /* the file has the key that the register names */
    IDENTITY_HALFWAY,   /* FILE.new has it: a change was interrupted */
    IDENTITY_BEHIND,    /* FILE.old-… has it: the register was restored from a
                           backup of before a change */
    IDENTITY_MISSING,   /* no file has it, and FILE is not there */
    IDENTITY_OTHER,     /* no file has it; FILE has another key */
    IDENTITY_UNREADABLE /* FILE is there, and no key can be read from it */
};
/* "fits", "halfway", … for logs and scripts. */
const char *identity_state_word(enum identity_state state);

enum identity_state identity_look(const struct register_state *state,
                                  const char *key_path);

struct identity_outcome {
    enum identity_state before;
    struct refusal refusal; /* with RESULT_REFUSED */
    char *kept_path;        /* of the old key; NULL: there was none; owned */
};
void identity_outcome_release(struct identity_outcome *outcome);

/*
 * The old key signs a new one. From IDENTITY_HALFWAY it finishes what was
 * begun; from IDENTITY_BEHIND the key that was put aside signs the one that is
 * in place already.
 *
 * RESULT_REFUSED: `meeting_begun` (with its id), or `held`, unless the register
 * is behind and `accepts_loss`: it then goes on without what it lacks.
 * RESULT_NOT_FOUND: the register's key is in no file. Else as identity_file.h
 * and register_desk.h say. `out` is always to be released.
 */
MUST_USE enum result identity_rotate(struct register_desk *desk,
                                     const char *key_path, bool accepts_loss,
                                     int64_t now_ms,
                                     const struct entropy *entropy,
                                     struct identity_outcome *out);

/*
 * A new key that nothing connects with the one before. A register that is held
 * goes on without what it lacks. RESULT_EXISTS: there is a key file, or one of
 * those beside it has the register's key: it is not lost. Else as
 * identity_rotate().
 */
/* Would it be done? Changes nothing. */
MUST_USE enum result identity_may_lose(const struct register_desk *desk,
                                       const char *key_path,
                                       struct identity_outcome *out);
MUST_USE enum result identity_lose(struct register_desk *desk,
                                   const char *key_path, int64_t now_ms,
                                   const struct entropy *entropy,
                                   struct identity_outcome *out);

#endif
