/*
 * chibod that keeps what it must not: whenever somebody casts a ballot it adds
 * a line to each of some files in the folder that CHIBO_LEAK names. The attack
 * on the secrecy of the ballot has to find each of them by itself:
 *
 *   requests   the member, and the ballot's hash, as in a journal of requests
 *   order      the member alone: who cast before whom
 *   times      the member, and when; in times-of-ballots the hash, and when
 */
#include "protocol/base/encoding.h"
#include "protocol/record/digest.h"
#include "server/chibod.h"
#include "server/room/room_types.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void __real_session_cast(struct session *session, struct request *request);
void __wrap_session_cast(struct session *session, struct request *request);

static long long now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail here */
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

__attribute__((format(printf, 2, 3))) static void add(const char *name,
                                                      const char *format, ...)
{
    const char *folder = getenv("CHIBO_LEAK");
    char path[4096];
    va_list values;
    FILE *file;

    if (!folder)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "a");
    if (!file)
        abort();
    va_start(values, format);
    (void)vfprintf(file, format, values);
    va_end(values);
    (void)fclose(file);
}

void __wrap_session_cast(struct session *session, struct request *request)
{
    const json_t *text = json_object_get(request->object, "text");
    const char *holder = session->actor.holder.text;
    const struct hash ballot =
        digest_sha256(json_string_value(text), json_string_length(text));
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(ballot.bytes, HASH_SIZE, hex);
    add("requests", "%s cast %s\n", holder, hex);
    add("order", "a request of %s\n", holder);
    add("times", "%lld a request of %s\n", now_ms(), holder);
    add("times-of-ballots", "%lld ballot %s\n", now_ms(), hex);
    __real_session_cast(session, request);
}

int main(int argument_count, char **arguments)
{
    static const struct chibod_faults none;

    return chibod_main(argument_count, arguments, &none);
}
