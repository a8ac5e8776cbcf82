/* What people in the simulated meeting do. Much of it is refused, as in life.
 */
#include "tests/support/simulation_internal.h"

#include <stdio.h>
#include <string.h>

enum {
    PENDING_MAX = 4,
    SETTLE_STEPS_MAX = 60000,
    QUIET_MS = 70000, /* longer than grace and speaking time */
    GATHER_EVERY_MS = 4000
};

static const char *member_id(struct simulation *sim, char out[8])
{
    (void)snprintf(out, 8, "m%u", 1 + (unsigned)sim_random(sim, 10));
    return out;
}

/* --- By role ------------------------------------------------------------- */

static void act_as_chair(struct sim_client *client)
{
    static const char *const acts[] = {
        "{\"op\":\"admit_all\"}",
        "{\"op\":\"admit_all\"}",
        "{\"op\":\"adjourn_meeting\"}",
        "{\"op\":\"resume_meeting\"}",
        "{\"op\":\"resume_meeting\"}",
        "{\"op\":\"end_floor\"}",
        "{\"op\":\"confirm_roll\"}",
        "{\"op\":\"take_chair\"}",
        "{\"op\":\"set_recording\",\"allowed\":true}",
        "{\"op\":\"start_recording\"}",
        "{\"op\":\"start_recording\"}",
        "{\"op\":\"stop_recording\"}",
        "{\"op\":\"extend_floor\",\"limit_ms\":20000}",
        "{\"op\":\"declare_open_content\"}",
        "{\"op\":\"open_check_in\",\"site\":\"s1\"}",
        "{\"op\":\"close_check_in\",\"site\":\"s1\"}",
        "{\"op\":\"count_heads\",\"site\":\"s1\",\"count\":12}",
    };
    struct simulation *sim = client->sim;
    char json[300], id[8];

    switch (sim_random(sim, 6)) {
    case 0:
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"give_floor\",\"member\":\"%s\","
                       "\"limit_ms\":%u}",
                       member_id(sim, id),
                       10000 * (unsigned)sim_random(sim, 4));
        break;
    case 1:
        (void)snprintf(json, sizeof json, "{\"op\":\"mute\",\"holder\":\"%s\"}",
                       member_id(sim, id));
        break;
    case 2:
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"turn_away\",\"holder\":\"%s\",\"reason\":"
                       "\"Không thuộc thành phần\"}",
                       sim_happens(sim, 100) ? "m10" : "m99");
        break;
    default:
        (void)snprintf(json, sizeof json, "%s",
                       acts[sim_random(sim, sizeof acts / sizeof acts[0])]);
        break;
    }
    sim_command(client, false, json);
}

static void act_on_votes(struct sim_client *client)
{
    static const char *const ops[] = { "close_vote", "cancel_vote",
                                       "close_vote" };
    const struct meeting_state *state = sim_view(client)->state;
    struct simulation *sim = client->sim;
    size_t count = state ? state->vote_count : 0;
    char json[300];

    if (count == 0 || sim_happens(sim, 400))
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"start_vote\",\"item\":\"\","
                       "\"matter\":\"resolution\",\"motion\":"
                       "\"Thông qua nghị quyết số %u\"}",
                       (unsigned)count + 1);
    else
        (void)snprintf(json, sizeof json, "{\"op\":\"%s\",\"vote\":\"%s\"}",
                       ops[sim_random(sim, 3)],
                       state->votes[count - 1].id.text);
    sim_command(client, false, json);
}

static void tick_somebody(struct sim_client *client)
{
    static const char *const modes[] = { "\"mode\":\"site\",\"site\":\"s1\"",
                                         "\"mode\":\"in_person\"",
                                         "\"mode\":\"voice_relay\"" };
    struct simulation *sim = client->sim;
    char json[300], id[8];

    if (sim_happens(sim, 400))
        (void)snprintf(json, sizeof json, "{\"op\":\"%s\",\"member\":\"%s\"}",
                       sim_happens(sim, 500) ? "untick" : "note_left",
                       member_id(sim, id));
    else
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"tick\",\"member\":\"%s\",%s}",
                       member_id(sim, id), modes[sim_random(sim, 3)]);
    sim_command(client, false, json);
}

static void write_minutes(struct sim_client *client)
{
    const struct meeting_state *state = sim_view(client)->state;
    struct simulation *sim = client->sim;
    size_t count = state ? state->entry_count : 0;
    const struct meeting_entry *entry =
        count ? &state->entries[sim_random(sim, count)] : NULL;
    char json[400];

    if (!entry || sim_happens(sim, 400))
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"write_entry\",\"text\":\"Ý kiến thứ %u:\\n"
                       "nhất trí.\"}",
                       (unsigned)count + 1);
    else if (sim_happens(sim, 700))
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"edit_entry\",\"entry\":\"%s\",\"version\":"
                       "%llu,\"text\":\"Sửa lần %llu\"}",
                       entry->id.text, (unsigned long long)entry->version,
                       (unsigned long long)entry->version);
    else
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"remove_entry\",\"entry\":\"%s\","
                       "\"version\":%llu}",
                       entry->id.text, (unsigned long long)entry->version);
    sim_command(client, false, json);
}

static void keep_the_agenda(struct sim_client *client)
{
    const struct meeting_state *state = sim_view(client)->state;
    struct simulation *sim = client->sim;
    char json[300];

    if (!state || sim_happens(sim, 200))
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"add_item\",\"title\":\"Việc khác\"}");
    else
        (void)snprintf(
            json, sizeof json, "{\"op\":\"%s\",\"item\":\"%s\"}",
            sim_happens(sim, 600) ? "start_item" : "end_item",
            state->items[sim_random(sim, state->item_count)].id.text);
    sim_command(client, false, json);
}

static void enter_hall_votes(struct sim_client *client)
{
    const struct meeting_state *state = sim_view(client)->state;
    char json[300];

    if (!state || state->vote_count == 0)
        return;
    (void)snprintf(json, sizeof json,
                   "{\"op\":\"enter_hall_votes\",\"vote\":\"%s\",\"site\":"
                   "\"%s\",\"yes\":%u,\"no\":0,\"other\":0,\"abstain\":0}",
                   state->votes[state->vote_count - 1].id.text,
                   sim_happens(client->sim, 500) ? "s1" : "",
                   (unsigned)sim_random(client->sim, 3));
    sim_command(client, false, json);
}

static void say_something(struct sim_client *client)
{
    char json[300];

    /* The tag that this will get makes the text one of its kind. */
    (void)snprintf(json, sizeof json,
                   "{\"op\":\"chat\",\"text\":\"%s phát biểu: #%llu.\"}",
                   client->holder, (unsigned long long)sim_next_tag(client));
    sim_command(client, true, json);
}

static void cast_vote(struct sim_client *client)
{
    static const char *const choices[] = { "yes", "yes", "no", "other",
                                           "abstain" };
    const struct meeting_state *state = sim_view(client)->state;
    char json[200];

    if (!state || state->vote_count == 0)
        return;
    (void)snprintf(json, sizeof json,
                   "{\"op\":\"vote\",\"vote\":\"%s\",\"choice\":\"%s\"}",
                   state->votes[state->vote_count - 1].id.text,
                   choices[sim_random(client->sim, 5)]);
    sim_command(client, false, json);
}

static void act_as_member(struct sim_client *client)
{
    static const char *const acts[] = {
        "{\"op\":\"raise_hand\"}",       "{\"op\":\"lower_hand\"}",
        "{\"op\":\"confirm_presence\"}", "{\"op\":\"unmute\"}",
        "{\"op\":\"end_floor\"}",        "{\"op\":\"ping\"}",
        "{\"op\":\"meetings\"}",
    };
    struct simulation *sim = client->sim;
    const uint8_t sound[60] = { 1 };

    switch (sim_random(sim, 5)) {
    case 0:
    case 1:
        say_something(client);
        break;
    case 2:
        cast_vote(client);
        break;
    case 3:
        client_engine_send_audio(client->engine, 0, 1, 960, sound,
                                 sizeof sound);
        break;
    default:
        sim_command(client, false,
                    acts[sim_random(sim, sizeof acts / sizeof acts[0])]);
        break;
    }
}

static void come_or_go(struct sim_client *client)
{
    struct simulation *sim = client->sim;
    char json[100];

    (void)snprintf(json, sizeof json, "{\"op\":\"%s\",\"log\":\"%s\"}",
                   sim_happens(sim, 400) ? "leave" : "join", sim->meeting.text);
    sim_command(client, false, json);
}

void sim_act(struct simulation *sim)
{
    struct sim_client *client = &sim->clients[sim_random(sim, SIM_CLIENTS)];
    bool is_presiding = client < &sim->clients[3];
    uint64_t choice = sim_random(sim, 100);

    if (client->pending >= PENDING_MAX || sim_happens(sim, 300))
        return;
    if (choice < 3)
        come_or_go(client);
    else if (!is_presiding || choice < 30)
        act_as_member(client);
    else if (choice < 50)
        act_as_chair(client);
    else if (choice < 65)
        act_on_votes(client);
    else if (choice < 75)
        tick_somebody(client);
    else if (choice < 88)
        write_minutes(client);
    else if (choice < 95)
        keep_the_agenda(client);
    else
        enter_hall_votes(client);
}

/* --- Bringing everyone in ------------------------------------------------ */

/* Whoever is in the chair now, as far as the named chair's device knows. */
static struct sim_client *who_presides(struct simulation *sim)
{
    const struct meeting_state *state = sim_view(&sim->clients[0])->state;
    size_t i;

    for (i = 0; state && i < SIM_CLIENTS; i++) {
        if (identifier_is(&state->presiding, sim->clients[i].holder))
            return &sim->clients[i];
    }
    return &sim->clients[0];
}

static void admit_who_waits(struct simulation *sim)
{
    struct sim_client *chair = who_presides(sim);
    const struct meeting_state *state = sim_view(chair)->state;
    char json[100];
    size_t i;

    if (!state || chair->pending > 0)
        return;
    sim_command(chair, false, "{\"op\":\"admit_all\"}");
    for (i = 0; i < state->person_count; i++) {
        if (state->people[i].holder.admission != ADMISSION_REFUSED)
            continue;
        (void)snprintf(json, sizeof json,
                       "{\"op\":\"admit\",\"holder\":\"%s\"}",
                       state->people[i].holder.id.text);
        sim_command(chair, false, json);
    }
}

void sim_gather(struct simulation *sim)
{
    char json[100];
    size_t i;

    (void)snprintf(json, sizeof json,
                   "{\"op\":\"join\",\"log\":\"%s\",\"recorded\":true}",
                   sim->meeting.text);
    for (i = 0; i < SIM_CLIENTS; i++) {
        struct sim_client *client = &sim->clients[i];
        enum client_place place = sim_view(client)->place;

        if (client->is_alarmed || client->pending > 0)
            continue;
        if (client->is_down_for_good) {
            client->is_down_for_good = false;
            client_engine_reconnect(client->engine);
        }
        if (place == PLACE_NONE || place == PLACE_REFUSED)
            sim_command(client, false, json);
    }
    admit_who_waits(sim);
}

static bool is_settled(const struct simulation *sim)
{
    size_t i;

    if (sim->jobs || store_fake_waiting(sim->store) > 0 ||
        !sim_lines_are_empty(sim))
        return false;
    for (i = 0; i < SIM_CLIENTS; i++) {
        const struct sim_client *client = &sim->clients[i];

        if (!client->is_alarmed &&
            (sim_view(client)->place != PLACE_IN || client->pending > 0))
            return false;
    }
    return true;
}

bool simulation_settle(struct simulation *sim)
{
    int64_t quiet_ms = sim->clock.monotonic_ms + QUIET_MS, gather_ms = 0;
    size_t steps;

    for (steps = 0; steps < SETTLE_STEPS_MAX; steps++) {
        if (sim->clock.monotonic_ms >= gather_ms &&
            sim->clock.monotonic_ms < quiet_ms) {
            gather_ms = sim->clock.monotonic_ms + GATHER_EVERY_MS;
            sim_gather(sim);
        }
        sim_step(sim);
        if (sim->clock.monotonic_ms > quiet_ms && is_settled(sim))
            return true;
    }
    return false;
}
