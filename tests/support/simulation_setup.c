/* How the simulated organisation comes to be: founded, filled, invited. */
#include "tests/support/simulation_internal.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "server/domain/register_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETUP_STEPS_MAX = 2000 };

/* --- The first event of the register ------------------------------------- */

static void add_openings(struct store_batch *batch,
                         const struct event_encoding *encoding)
{
    size_t i;

    for (i = 0; i < encoding->opening_count; i++) {
        const struct opening *opening = &encoding->openings[i];
        struct store_opening stored = { .seq = 0 };

        stored.field = strdup(opening->field);
        memcpy(stored.salt, opening->salt.bytes, sizeof stored.salt);
        stored.value = strndup(opening->value.data, opening->value.size);
        stored.value_size = opening->value.size;
        SIM_MUST(store_batch_add_opening(batch, &stored) == RESULT_OK);
        free(stored.field);
        free(stored.value);
    }
}

static struct store_batch *founding_batch(struct simulation *sim,
                                          struct register_event *event)
{
    const struct identifier organisation = { SIM_ORGANISATION };
    struct store_event stored = { .at_ms = sim->clock.utc_ms };
    struct event_encoding encoding;
    struct store_batch *batch = NULL;
    struct room_key key;
    struct hash leaf;

    memset(key.bytes, 7, sizeof key.bytes);
    event->at_ms = stored.at_ms;
    SIM_MUST(register_event_encode(event, identifier_view(&organisation), &key,
                                   &encoding) == RESULT_OK);
    SIM_MUST(store_batch_new(&batch, &organisation, 1) == RESULT_OK);
    SIM_MUST(store_batch_begin_log(batch, key.bytes) == RESULT_OK);
    leaf = hash_chain_leaf(encoding.bytes, encoding.size);
    stored.head = hash_chain_link(NULL, 0, &leaf);
    stored.bytes = (uint8_t *)encoding.bytes;
    stored.size = encoding.size;
    SIM_MUST(store_batch_add_event(batch, &stored) == RESULT_OK);
    add_openings(batch, &encoding);
    event_encoding_release(&encoding);
    return batch;
}

static void ignore_commit(void *user, const struct identifier *log,
                          uint64_t ticket, enum result result)
{
    (void)user;
    (void)log;
    (void)ticket;
    SIM_MUST(result == RESULT_OK);
}

void sim_found(struct simulation *sim)
{
    const struct store_listener nobody = { .on_committed = ignore_commit };
    const struct identifier organisation = { SIM_ORGANISATION };
    struct register_decision decision = { .count = 0 };
    struct register_state *state = NULL;
    struct store *store;

    sim->store = store_fake_new(&nobody);
    store = store_fake_store(sim->store);
    SIM_MUST(register_state_new(&state) == RESULT_OK);
    register_rules_found(state, &organisation, &sim->identity.public_key,
                         TEXT_LITERAL("Đảng bộ xã Mẫu"), &decision);
    SIM_MUST(decision.count == 1);
    SIM_MUST(store->ops->append(store, founding_batch(sim, decision.events)) ==
             RESULT_OK);
    store_fake_commit_all(sim->store);
    (void)store_fake_run(sim->store);
    register_decision_release(&decision);
    register_state_free(state);
}

/* --- What the administrator does ----------------------------------------- */

/* Sends one command and gives what was made. */
static void administer(struct simulation *sim, const char *fields,
                       char made[48])
{
    size_t before = json_array_size(sim->admin_answers), steps;
    const json_t *answer = NULL;
    char text[1024];

    (void)snprintf(text, sizeof text,
                   "{\"id\":%llu,\"log\":\"" SIM_ORGANISATION "\",%s}",
                   (unsigned long long)before + 1, fields);
    sim_admin_send(sim, text);
    for (steps = 0; json_array_size(sim->admin_answers) == before; steps++) {
        SIM_MUST(steps < SETUP_STEPS_MAX);
        sim_step(sim);
    }
    answer = json_array_get(sim->admin_answers, before);
    if (!json_is_true(json_object_get(answer, "ok")))
        (void)fprintf(stderr, "%s: %s\n", text, json_dumps(answer, 0));
    SIM_MUST(json_is_true(json_object_get(answer, "ok")));
    if (made)
        (void)snprintf(made, 48, "%s",
                       json_string_value(json_object_get(answer, "made")));
}

static void add_people(struct simulation *sim)
{
    static const char *const people[][3] = {
        { "official", "cell_leader", "Nguyễn Thị Hằng" },
        { "official", "deputy_leader", "Trần Văn Đức" },
        { "official", "committee_member", "Lê Thị Mỹ Hạnh" },
        { "official", "none", "Phạm Quốc Khánh" },
        { "official", "none", "Hoàng Thị Ngọc Ánh" },
        { "official", "none", "Vũ Đình Thưởng" },
        { "official", "none", "Đặng Thuỳ Trâm" },
        { "official", "none", "Bùi Xuân Phượng" },
        { "probationary", "none", "Ngô Bảo Lộc" },
        { "guest", "none", "Dương Thị Xuân Quý" },
    };
    char fields[300];
    size_t i;

    for (i = 0; i < sizeof people / sizeof people[0]; i++) {
        (void)snprintf(fields, sizeof fields,
                       "\"op\":\"add_member\",\"unit\":\"u2\",\"group\":\"\","
                       "\"category\":\"%s\",\"office\":\"%s\",\"name\":\"%s\"",
                       people[i][0], people[i][1], people[i][2]);
        administer(sim, fields, NULL);
    }
}

static void invite(struct simulation *sim, struct sim_client *client)
{
    char fields[300], token[HEX_SIZE(HASH_SIZE)];
    struct hash hash;

    (void)sim->chance.port.fill(sim->chance.port.user, client->token,
                                sizeof client->token);
    hash = digest_sha256(client->token, sizeof client->token);
    hex_encode(hash.bytes, sizeof hash.bytes, token);
    (void)snprintf(fields, sizeof fields,
                   "\"op\":\"invite\",\"holder\":\"%s\",\"token\":\"%s\"",
                   client->holder, token);
    administer(sim, fields, NULL);
}

void sim_fill_register(struct simulation *sim)
{
    char made[48];
    size_t i;

    administer(sim,
               "\"op\":\"add_unit\",\"kind\":\"party_org\",\"parent\":\"\","
               "\"name\":\"Đảng bộ xã Mẫu\"",
               made);
    SIM_MUST(strcmp(made, "u1") == 0);
    administer(sim,
               "\"op\":\"add_unit\",\"kind\":\"cell\",\"parent\":\"u1\","
               "\"name\":\"Chi bộ thôn Đông\"",
               made);
    SIM_MUST(strcmp(made, "u2") == 0);
    add_people(sim);
    administer(sim,
               "\"op\":\"add_site\",\"unit\":\"u2\",\"keeper\":\"m2\","
               "\"name\":\"Nhà văn hoá thôn\"",
               made);
    SIM_MUST(strcmp(made, "s1") == 0);
    administer(sim,
               "\"op\":\"schedule_meeting\",\"unit\":\"u2\",\"kind\":"
               "\"regular\",\"title\":\"Sinh hoạt chi bộ tháng 11\","
               "\"starts_at\":1795000000000,\"zone\":\"Asia/Ho_Chi_Minh\","
               "\"place\":\"Nhà văn hoá thôn Đông\",\"chair\":\"m1\","
               "\"deputy\":\"m2\",\"minute_taker\":\"m3\",\"agenda\":["
               "{\"title\":\"Đánh giá công tác tháng 10\"},"
               "{\"title\":\"Nhiệm vụ tháng 11\"}]",
               made);
    SIM_MUST(identifier_parse(text_view_of(made), &sim->meeting) == RESULT_OK);
    for (i = 0; i < SIM_CLIENTS; i++)
        invite(sim, &sim->clients[i]);
}
