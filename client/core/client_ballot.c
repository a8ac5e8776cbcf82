#include "client/core/client_ballot.h"

#include "client/core/client.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* --- Words --------------------------------------------------------------- */

const char *client_ballot_stage_word(enum client_ballot_stage stage)
{
    static const char *const words[] = { [CLIENT_BALLOT_NO_STAGE] = "",
#define STAGE_WORD(name, word) [CLIENT_BALLOT_##name] = word,
                                         CLIENT_BALLOT_STAGE_LIST(STAGE_WORD)
#undef STAGE_WORD
    };

    return (size_t)stage < CLIENT_BALLOT_STAGE_COUNT ? words[stage] : "";
}

const char *client_ballot_fault_word(enum client_ballot_fault fault)
{
    static const char *const words[] = { [CLIENT_BALLOT_FAULT_NONE] = "",
#define FAULT_WORD(name, word) [CLIENT_BALLOT_FAULT_##name] = word,
                                         CLIENT_BALLOT_FAULT_LIST(FAULT_WORD)
#undef FAULT_WORD
    };

    return (size_t)fault < CLIENT_BALLOT_FAULT_COUNT ? words[fault] : "";
}

void client_ballot_tracker_text(const struct hash *ballot,
                                char out[CLIENT_BALLOT_TRACKER_SIZE])
{
    /* 44 digits, the last of them padding, and NUL. */
    unsigned char text[CLIENT_BALLOT_TRACKER_SIZE + 1];

    (void)EVP_EncodeBlock(text, ballot->bytes, HASH_SIZE);
    memcpy(out, text, CLIENT_BALLOT_TRACKER_SIZE - 1);
    out[CLIENT_BALLOT_TRACKER_SIZE - 1] = '\0';
}

const struct client_ballot_view *
meeting_view_ballot(const struct meeting_view *view,
                    const struct identifier *ballot)
{
    for (size_t i = 0; i < view->ballot_count; i++) {
        if (identifier_equal(&view->ballots[i]->ballot, ballot))
            return view->ballots[i];
    }
    return NULL;
}

/* --- The user's decisions ------------------------------------------------ */

/* Takes `object`. It may hold what nobody else is to read: its text is
 * overwritten before it is let go. */
static enum result command(struct client *client, uint64_t tag, json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    enum result result = RESULT_NO_MEMORY;

    json_decref(object);
    if (!text)
        return result;
    result = client_command(client, tag, text);
    OPENSSL_cleanse(text, strlen(text));
    free(text);
    return result;
}

static enum result simple(struct client *client, uint64_t tag, const char *op,
                          const struct identifier *ballot)
{
    return command(client, tag,
                   json_pack("{s:s, s:s}", "op", op, "ballot", ballot->text));
}

enum result client_ballot_take(struct client *client, uint64_t tag,
                               const struct identifier *ballot)
{
    return simple(client, tag, "ballot_take", ballot);
}

enum result client_ballot_decrypt_anyway(struct client *client, uint64_t tag,
                                         const struct identifier *ballot)
{
    return simple(client, tag, "ballot_decrypt", ballot);
}

enum result client_ballot_export(struct client *client, uint64_t tag,
                                 const struct identifier *ballot,
                                 const char *path)
{
    return command(client, tag,
                   json_pack("{s:s, s:s, s:s}", "op", "ballot_export", "ballot",
                             ballot->text, "path", path));
}

enum result client_hall_unlock(struct client *client, uint64_t tag,
                               const struct identifier *ballot,
                               const struct identifier *member, const char *pin)
{
    if (!pin)
        return command(client, tag,
                       json_pack("{s:s, s:s, s:s}", "op", "hall_unlock",
                                 "ballot", ballot->text, "member",
                                 member->text));
    return command(client, tag,
                   json_pack("{s:s, s:s, s:s, s:s}", "op", "hall_unlock",
                             "ballot", ballot->text, "member", member->text,
                             "pin", pin));
}

enum result client_check_in_pin(struct client *client, uint64_t tag,
                                const struct identifier *meeting,
                                const struct identifier *member,
                                const char *pin)
{
    return command(client, tag,
                   json_pack("{s:s, s:s, s:s, s:s}", "op", "check_in_pin",
                             "log", meeting->text, "member", member->text,
                             "pin", pin));
}

enum result client_set_pin(struct client *client, uint64_t tag,
                           const struct identifier *member, const char *pin)
{
    if (!member)
        return command(client, tag,
                       json_pack("{s:s, s:s}", "op", "set_pin", "pin", pin));
    return command(client, tag,
                   json_pack("{s:s, s:s, s:s}", "op", "set_pin", "member",
                             member->text, "pin", pin));
}

/* The marks are written by hand: a library's copies of them would stay in
 * memory. */
static enum result cast(struct client *client, uint64_t tag, const char *op,
                        const struct identifier *ballot, const uint8_t *marks,
                        size_t count)
{
    const size_t size = strlen(op) + sizeof ballot->text + 2 * count + 64;
    char *text = malloc(size);
    enum result result;
    size_t length, i;

    if (!text)
        return RESULT_NO_MEMORY;
    length = (size_t)snprintf(text, size,
                              "{\"op\":\"%s\",\"ballot\":\"%s\","
                              "\"marks\":[",
                              op, ballot->text);
    for (i = 0; i < count; i++) {
        text[length++] = marks[i] ? '1' : '0';
        text[length++] = ',';
    }
    if (count > 0)
        length--;
    memcpy(text + length, "]}", 3);
    result = client_command(client, tag, text);
    OPENSSL_cleanse(text, size);
    free(text);
    return result;
}

enum result client_ballot_cast(struct client *client, uint64_t tag,
                               const struct identifier *ballot,
                               const uint8_t *marks, size_t count)
{
    return cast(client, tag, "ballot_cast", ballot, marks, count);
}

enum result client_hall_cast(struct client *client, uint64_t tag,
                             const struct identifier *ballot,
                             const uint8_t *marks, size_t count)
{
    return cast(client, tag, "hall_cast", ballot, marks, count);
}
