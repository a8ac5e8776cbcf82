#include "tests/support/line/peer_scene.h"

#include "protocol/base/encoding.h"
#include "tests/support/line/line_network.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static enum result read_person(struct keystore_profile *profile,
                               const char *holder, const char *seed)
{
    (void)snprintf(profile->host, sizeof profile->host, "%s",
                   line_side_address[LINE_NEAR]);
    (void)snprintf(profile->label, sizeof profile->label, "Máy thử");
    if (identifier_parse(text_view_of(holder), &profile->holder) != RESULT_OK)
        return RESULT_INVALID;
    return hex_decode(text_view_of(seed), profile->seed, sizeof profile->seed);
}

static enum result read_scene(struct peer_scene *scene, json_t *root)
{
    struct keystore_profile profile = { .port = 0 };
    const char *server, *organisation, *meeting;
    const char *holders[2], *seeds[2];
    int port;
    enum result result;

    if (json_unpack(root, "{s:s, s:s, s:i, s:s, s:{s:s, s:s}, s:{s:s, s:s}}",
                    "server", &server, "organisation", &organisation, "port",
                    &port, "meeting", &meeting, "chair", "holder", &holders[0],
                    "seed", &seeds[0], "guest", "holder", &holders[1], "seed",
                    &seeds[1]) != 0)
        return RESULT_MALFORMED;
    (void)snprintf(profile.server.text, sizeof profile.server.text, "%s",
                   server);
    profile.port = (uint16_t)port;
    if (identifier_parse(text_view_of(organisation), &profile.organisation) ||
        identifier_parse(text_view_of(meeting), &scene->meeting))
        return RESULT_INVALID;
    scene->chair = profile;
    scene->guest = profile;
    result = read_person(&scene->chair, holders[0], seeds[0]);
    if (result == RESULT_OK)
        result = read_person(&scene->guest, holders[1], seeds[1]);
    return result;
}

enum result peer_scene_read(struct peer_scene *scene, const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    enum result result = RESULT_IO;

    if (!root)
        fprintf(stderr, "peer: %s: %s\n", path, error.text);
    else
        result = read_scene(scene, root);
    if (root && result != RESULT_OK)
        fprintf(stderr, "peer: %s: %s\n", path, result_text(result));
    json_decref(root);
    return result;
}
