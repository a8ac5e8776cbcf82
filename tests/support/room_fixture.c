#include "tests/support/room_fixture.h"

#include "protocol/meeting/command_statement.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement.h"
#include "server/audio/bundle_window.h"
#include "server/control/register_desk.h"
#include "server/domain/register_rules.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A condition without which a test makes no sense. */
static void must(bool is_so, const char *what)
{
    if (is_so)
        return;
    (void)fprintf(stderr, "room_fixture: %s\n", what);
    abort();
}

struct transport_connection {
    struct fixture_peer peer;
};

/* --- The server's ports -------------------------------------------------- */

static enum result keep_job(void *user, void (*work)(void *data),
                            void (*done)(void *data, enum result result),
                            void *data)
{
    struct room_fixture *fixture = user;

    if (fixture->job_count == FIXTURE_JOBS_MAX)
        return RESULT_BUSY;
    fixture->jobs[fixture->job_count++] =
        (struct fixture_job){ work, done, data };
    return RESULT_OK;
}

static bool run_job(struct room_fixture *fixture)
{
    struct fixture_job job;

    if (fixture->job_count == 0)
        return false;
    job = fixture->jobs[0];
    fixture->job_count--;
    memmove(fixture->jobs, fixture->jobs + 1,
            fixture->job_count * sizeof fixture->jobs[0]);
    job.work(job.data);
    job.done(job.data, RESULT_OK);
    return true;
}

static enum result peer_write(struct transport_connection *connection,
                              struct frame *frame)
{
    struct fixture_peer *peer = &connection->peer;
    json_t *object = NULL;

    if (peer->is_blocked)
        return RESULT_BUSY;
    if (frame->is_binary) {
        peer->binary_count++;
        peer->binary_size = frame->size < sizeof peer->binary
                                ? frame->size
                                : sizeof peer->binary;
        memcpy(peer->binary, frame->data, peer->binary_size);
        peer->texts_before_binary = json_array_size(peer->frames);
        return RESULT_OK;
    }
    object = json_loadb((const char *)frame->data, frame->size, 0, NULL);
    must(object != NULL, "a frame is not JSON");
    must(json_array_append_new(peer->frames, object) == 0, "memory");
    return RESULT_OK;
}

static void peer_want_writable(struct transport_connection *connection)
{
    connection->peer.wants_writable = true;
}

static void peer_close(struct transport_connection *connection, uint16_t code,
                       const char *reason)
{
    (void)reason;
    connection->peer.close_code = code;
}

static void peer_set_bad_line(struct transport_connection *connection,
                              bool is_bad)
{
    connection->peer.has_bad_line = is_bad;
}

static void peer_give_ticket(struct transport_connection *connection)
{
    connection->peer.tickets++;
}

static const struct transport transport = { peer_write, peer_want_writable,
                                            peer_close, peer_set_bad_line,
                                            NULL,       peer_give_ticket };

/* --- Turns of the loop --------------------------------------------------- */

static bool wake_writers(struct room_fixture *fixture)
{
    bool did = false;
    size_t i;

    for (i = 0; i < fixture->peer_count; i++) {
        struct fixture_peer *peer = fixture->peers[i];

        if (!peer->wants_writable || peer->is_blocked || !peer->session)
            continue;
        peer->wants_writable = false;
        session_on_writable(peer->session);
        did = true;
    }
    return did;
}

void fixture_run(struct room_fixture *fixture)
{
    bool did = true;

    while (did) {
        did = run_job(fixture);
        did |= store_fake_run(fixture->store) > 0;
        did |= wake_writers(fixture);
    }
}

void fixture_settle(struct room_fixture *fixture)
{
    do {
        fixture_run(fixture);
        store_fake_commit_all(fixture->store);
        fixture_run(fixture);
    } while (store_fake_waiting(fixture->store) > 0);
}

/* --- Peers --------------------------------------------------------------- */

struct fixture_peer *fixture_connect(struct room_fixture *fixture,
                                     bool is_administrator)
{
    struct transport_connection *connection = calloc(1, sizeof *connection);
    struct session_peer about = { .address = "127.0.0.1" };
    struct fixture_peer *peer;

    must(connection && fixture->peer_count < FIXTURE_PEERS_MAX, "peers");
    peer = &connection->peer;
    peer->fixture = fixture;
    peer->frames = json_array();
    peer->next_id = 1;
    about.is_administrator = is_administrator;
    memset(about.exporter, is_administrator ? 0 : 9, sizeof about.exporter);
    fixture->peers[fixture->peer_count++] = peer;
    peer->session = session_open(fixture->hub, &transport, connection, &about);
    must(peer->session != NULL, "a session is refused");
    return peer;
}

void fixture_disconnect(struct fixture_peer *peer)
{
    struct session *session = peer->session;

    peer->session = NULL;
    if (session)
        session_on_closed(session);
}

static void send_text(struct fixture_peer *peer, const char *text)
{
    must(peer->session != NULL, "the peer is gone");
    session_on_text(peer->session, text, strlen(text));
}

uint64_t fixture_ask(struct fixture_peer *peer, const char *op, const char *log,
                     const char *fields)
{
    uint64_t id = peer->next_id++;
    char text[8192];

    (void)snprintf(text, sizeof text,
                   "{\"id\":%llu,\"op\":\"%s\",\"log\":\"%s\"%s%s}",
                   (unsigned long long)id, op, log, *fields ? "," : "", fields);
    send_text(peer, text);
    return id;
}

static const json_t *find(const struct fixture_peer *peer, const char *key,
                          json_int_t value)
{
    size_t i;

    for (i = json_array_size(peer->frames); i > 0; i--) {
        const json_t *frame = json_array_get(peer->frames, i - 1);
        const json_t *found = json_object_get(frame, key);

        if (json_is_integer(found) && json_integer_value(found) == value)
            return frame;
    }
    return NULL;
}

const json_t *fixture_answer(const struct fixture_peer *peer, uint64_t id)
{
    return find(peer, "re", (json_int_t)id);
}

const char *fixture_outcome(const struct fixture_peer *peer, uint64_t id)
{
    const json_t *answer = fixture_answer(peer, id);
    const json_t *error = json_object_get(answer, "error");

    if (!answer)
        return "";
    return error ? json_string_value(json_object_get(error, "code")) : "ok";
}

size_t fixture_count(const struct fixture_peer *peer, const char *key,
                     const char *value)
{
    size_t i, count = 0;

    for (i = 0; i < json_array_size(peer->frames); i++) {
        const json_t *found =
            json_object_get(json_array_get(peer->frames, i), key);

        count +=
            found && (!value || (json_is_string(found) &&
                                 strcmp(json_string_value(found), value) == 0));
    }
    return count;
}

void fixture_administer(struct room_fixture *fixture, const char *op,
                        const char *fields)
{
    uint64_t id = fixture_ask(fixture->admin, op, FIXTURE_ORGANISATION, fields);

    fixture_settle(fixture);
    if (strcmp(fixture_outcome(fixture->admin, id), "ok") != 0)
        (void)fprintf(stderr, "%s %s: %s\n", op, fields,
                      fixture_outcome(fixture->admin, id));
    must(strcmp(fixture_outcome(fixture->admin, id), "ok") == 0, "refused");
}

/* --- Enrolment and login ------------------------------------------------- */

static struct hash nonce_of(const struct fixture_peer *peer)
{
    const json_t *hello =
        json_object_get(json_array_get(peer->frames, 0), "hello");
    const json_t *nonce = json_object_get(hello, "nonce");
    struct hash hash = { { 0 } };

    must(json_is_string(nonce) &&
             hex_decode(text_view_of(json_string_value(nonce)), hash.bytes,
                        sizeof hash.bytes) == RESULT_OK,
         "hello");
    return hash;
}

static void sign(const struct fixture_peer *peer, uint8_t *bytes, size_t size,
                 char sig_hex[HEX_SIZE(SIGNATURE_SIZE)])
{
    struct signature sig;

    must(statement_sign(&peer->key, bytes, size, &sig) == RESULT_OK, "sign");
    hex_encode(sig.bytes, SIGNATURE_SIZE, sig_hex);
    free(bytes);
}

static uint64_t ask_as_device(struct fixture_peer *peer, const char *op,
                              const char *holder, const char *more,
                              const char *sig_hex)
{
    char device[HEX_SIZE(KEY_SIZE)], fields[2048];
    uint64_t id;

    hex_encode(peer->key.public_key.bytes, KEY_SIZE, device);
    (void)snprintf(fields, sizeof fields,
                   "\"member\":\"%s\",\"device\":\"%s\",\"sig\":\"%s\"%s",
                   holder, device, sig_hex, more);
    id = fixture_ask(peer, op, FIXTURE_ORGANISATION, fields);
    fixture_settle(peer->fixture);
    return id;
}

static void enrol(struct fixture_peer *peer, const char *holder,
                  const uint8_t token[16])
{
    struct room_fixture *fixture = peer->fixture;
    struct statement_enrol fields = {
        .server = fixture->identity.public_key,
        .token = digest_sha256(token, 16),
        .member = text_view_of(holder),
        .label = TEXT_LITERAL("Máy thử"),
    };
    char sig[HEX_SIZE(SIGNATURE_SIZE)], token_hex[HEX_SIZE(16)], more[200];
    uint8_t *bytes = NULL;
    size_t size = 0;

    memset(fields.exporter.bytes, 9, sizeof fields.exporter.bytes);
    must(statement_enrol(&peer->key.public_key,
                         text_view_of(FIXTURE_ORGANISATION), &fields, &bytes,
                         &size) == RESULT_OK,
         "enrol");
    sign(peer, bytes, size, sig);
    hex_encode(token, 16, token_hex);
    (void)snprintf(more, sizeof more, ",\"token\":\"%s\",\"label\":\"Máy thử\"",
                   token_hex);
    must(strcmp(fixture_outcome(
                    peer, ask_as_device(peer, "enrol", holder, more, sig)),
                "ok") == 0,
         "enrol");
}

static uint64_t log_in(struct fixture_peer *peer, const char *holder)
{
    struct statement_login fields = {
        .server = peer->fixture->identity.public_key,
        .nonce = nonce_of(peer),
        .member = text_view_of(holder),
    };
    char sig[HEX_SIZE(SIGNATURE_SIZE)];
    uint8_t *bytes = NULL;
    size_t size = 0;

    memset(fields.exporter.bytes, 9, sizeof fields.exporter.bytes);
    must(statement_login(&peer->key.public_key,
                         text_view_of(FIXTURE_ORGANISATION), &fields, &bytes,
                         &size) == RESULT_OK,
         "login");
    sign(peer, bytes, size, sig);
    return ask_as_device(peer, "login", holder, "", sig);
}

struct fixture_peer *fixture_back(const struct fixture_peer *before,
                                  const char *holder, uint64_t *login)
{
    struct fixture_peer *peer = fixture_connect(before->fixture, false);

    fixture_settle(peer->fixture);
    peer->key = before->key;
    *login = log_in(peer, holder);
    return peer;
}

struct fixture_peer *fixture_member(struct room_fixture *fixture,
                                    const char *holder)
{
    struct fixture_peer *peer = fixture_connect(fixture, false);
    uint8_t seed[SIGNING_KEY_SEED_SIZE], token[16];
    char fields[300], token_hash[HEX_SIZE(HASH_SIZE)];
    struct hash hash;

    memset(seed, (int)(0x20 + fixture->peer_count), sizeof seed);
    memset(token, (int)(0x60 + fixture->peer_count), sizeof token);
    must(signing_key_init(&peer->key, seed) == RESULT_OK, "key");
    hash = digest_sha256(token, sizeof token);
    hex_encode(hash.bytes, HASH_SIZE, token_hash);
    (void)snprintf(fields, sizeof fields, "\"holder\":\"%s\",\"token\":\"%s\"",
                   holder, token_hash);
    fixture_administer(fixture, "invite", fields);
    enrol(peer, holder, token);
    must(strcmp(fixture_outcome(peer, log_in(peer, holder)), "ok") == 0,
         "login");
    return peer;
}

/* --- Acts ------------------------------------------------------------------
 */

/* What the device signs for the command as it will be sent. */
static uint8_t *act_bytes(const struct fixture_peer *peer, const char *text,
                          const char *holder, const struct statement_seen *seen,
                          size_t *size)
{
    struct message_memory memory = { 0 };
    struct field_error error;
    struct command command;
    struct identifier id;
    json_t *object = json_loads(text, 0, NULL);
    uint8_t *bytes = NULL;

    must(object &&
             command_decode(object, &command, &memory, &error) == RESULT_OK &&
             identifier_parse(text_view_of(holder), &id) == RESULT_OK,
         "act");
    command.act.seen = seen->seq;
    command.act.head = seen->head;
    must(command_statement(&command, &id, &peer->key.public_key, NULL, &bytes,
                           size) == RESULT_OK,
         "act");
    message_memory_release(&memory);
    json_decref(object);
    return bytes;
}

static struct statement_seen newest(const struct room_fixture *fixture,
                                    const char *log_id)
{
    struct statement_seen seen = { .seq = 0 };
    struct identifier id;
    const struct store_log *log;

    must(identifier_parse(text_view_of(log_id), &id) == RESULT_OK, "log");
    log = store_fake_log(fixture->store, &id);
    if (log && log->event_count > 0) {
        seen.seq = log->event_count - 1;
        seen.head = log->events[log->event_count - 1].head;
    }
    return seen;
}

static const char *holder_of(const struct fixture_peer *peer)
{
    size_t i;

    for (i = 0; i < json_array_size(peer->frames); i++) {
        const json_t *member =
            json_object_get(json_array_get(peer->frames, i), "member");

        if (json_is_string(member))
            return json_string_value(member);
    }
    must(false, "not logged in");
    return NULL;
}

uint64_t fixture_act(struct fixture_peer *peer, const char *op, const char *log,
                     const char *fields)
{
    struct statement_seen seen = newest(peer->fixture, log);
    char text[4096], more[4096], head[HEX_SIZE(HASH_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];
    uint8_t *bytes;
    size_t size = 0;

    (void)snprintf(
        text, sizeof text, "{\"id\":%llu,\"op\":\"%s\",\"log\":\"%s\"%s%s}",
        (unsigned long long)peer->next_id, op, log, *fields ? "," : "", fields);
    bytes = act_bytes(peer, text, holder_of(peer), &seen, &size);
    sign(peer, bytes, size, sig);
    hex_encode(seen.head.bytes, HASH_SIZE, head);
    (void)snprintf(more, sizeof more,
                   "%s%s\"act\":{\"seen\":%llu,\"head\":\"%s\",\"sig\":\"%s\"}",
                   fields, *fields ? "," : "", (unsigned long long)seen.seq,
                   head, sig);
    return fixture_ask(peer, op, log, more);
}

/* --- The organisation ------------------------------------------------------
 */

static void ignore_commit(void *user, const struct identifier *log,
                          uint64_t ticket, enum result result)
{
    (void)user;
    (void)log;
    (void)ticket;
    must(result == RESULT_OK, "founding");
}

static void found(struct room_fixture *fixture)
{
    const struct store_listener nobody = { .on_committed = ignore_commit };
    const struct identifier organisation = { FIXTURE_ORGANISATION };
    struct register_decision decision = { .count = 0 };
    struct register_state *state = NULL;
    struct event_encoding encoding;
    struct store_batch *batch = NULL;
    struct room_key key;
    struct hash head;
    struct store *store;

    memset(key.bytes, 7, sizeof key.bytes);
    fixture->store = store_fake_new(&nobody);
    store = store_fake_store(fixture->store);
    must(register_state_new(&state) == RESULT_OK, "memory");
    register_rules_found(state, &organisation, &fixture->identity.public_key,
                         TEXT_LITERAL("Đảng bộ xã Mẫu"), &decision);
    must(decision.count == 1, "founding");
    decision.events[0].at_ms = fixture->clock.utc_ms;
    must(register_event_encode(&decision.events[0],
                               identifier_view(&organisation), &key,
                               &encoding) == RESULT_OK,
         "founding");
    must(store_batch_new(&batch, &organisation, 1) == RESULT_OK &&
             store_batch_begin_log(batch, key.bytes) == RESULT_OK,
         "founding");
    must(register_batch_add(batch, &decision.events[0], &encoding, NULL,
                            &head) == RESULT_OK &&
             store->ops->append(store, batch) == RESULT_OK,
         "founding");
    store_fake_commit_all(fixture->store);
    (void)store_fake_run(fixture->store);
    event_encoding_release(&encoding);
    register_decision_release(&decision);
    register_state_free(state);
}

static void fill(struct room_fixture *fixture)
{
    static const char *const offices[] = { "cell_leader", "deputy_leader",
                                           "none", "none" };
    char fields[300];
    size_t i;

    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"party_org\",\"parent\":\"\","
                       "\"name\":\"Đảng bộ xã Mẫu\"");
    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"cell\",\"parent\":\"u1\","
                       "\"name\":\"Chi bộ thôn Đông\"");
    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"cell\",\"parent\":\"u1\","
                       "\"name\":\"Chi bộ thôn Đoài\"");
    for (i = 0; i < sizeof offices / sizeof offices[0]; i++) {
        (void)snprintf(fields, sizeof fields,
                       "\"unit\":\"u2\",\"group\":\"\",\"category\":"
                       "\"official\",\"office\":\"%s\","
                       "\"name\":\"Đảng viên Mẫu %02zu\"",
                       offices[i], i + 1);
        fixture_administer(fixture, "add_member", fields);
    }
    fixture_administer(
        fixture, "schedule_meeting",
        "\"unit\":\"u2\",\"kind\":\"regular\",\"title\":\"Sinh hoạt tháng 11\","
        "\"starts_at\":1795000000000,\"zone\":\"Asia/Ho_Chi_Minh\","
        "\"place\":\"Nhà văn hoá\",\"chair\":\"m1\",\"deputy\":\"m2\","
        "\"minute_taker\":\"m3\",\"agenda\":[{\"title\":\"Nhiệm vụ\"}]");
}

static struct room_fixture *begin(size_t log_events_max, bool is_vouching)
{
    struct room_fixture *fixture = calloc(1, sizeof *fixture);
    struct hub_config config = { .public_host = "localhost",
                                 .public_port = 7460,
                                 .session_max = 12,
                                 .bundle_window_max_ms = BUNDLE_WINDOW_MAX_MS,
                                 .organisation = { FIXTURE_ORGANISATION } };
    static const uint8_t pepper[32] = "tiêu của máy chủ thử";
    struct store_listener listener;
    uint8_t seed[SIGNING_KEY_SEED_SIZE];

    must(fixture != NULL, "memory");
    fake_clock_init(&fixture->clock, INT64_C(1795000000000));
    fake_entropy_init(&fixture->entropy, 1);
    memset(seed, 0x5a, sizeof seed);
    must(signing_key_init(&fixture->identity, seed) == RESULT_OK, "key");
    fixture->rules = (struct ruleset){ .name = "thu-nghiem",
                                       .grace_ms = 30000,
                                       .floor_limit_ms = 60000,
                                       .majority_numerator = 1,
                                       .majority_denominator = 2,
                                       .is_majority_strict = true };
    ruleset_complete(&fixture->rules);
    found(fixture);
    fake_secrets_init(&fixture->secrets);
    config.shares = &fixture->secrets.port;
    config.hall_pepper = pepper;
    config.clock = &fixture->clock.port;
    config.entropy = &fixture->entropy.port;
    config.work = (struct work_port){ keep_job, fixture };
    config.rules = &fixture->rules;
    config.identity = &fixture->identity;
    config.log_events_max = log_events_max;
    config.is_vouching_required = is_vouching;
    must(hub_new(&fixture->hub, &config) == RESULT_OK, "memory");
    listener = hub_store_listener(fixture->hub);
    store_fake_set_listener(fixture->store, &listener);
    must(hub_start(fixture->hub, store_fake_store(fixture->store)) == RESULT_OK,
         "memory");
    fixture_settle(fixture);
    must(hub_is_ready(fixture->hub), "the register");
    fixture->admin = fixture_connect(fixture, true);
    fill(fixture);
    return fixture;
}

struct room_fixture *room_fixture_new(size_t log_events_max)
{
    return begin(log_events_max, false);
}

struct room_fixture *room_fixture_vouching(void) { return begin(0, true); }

struct room_fixture *room_fixture_free(struct room_fixture *fixture)
{
    size_t i;

    hub_say_goodbye(fixture->hub);
    for (i = 0; i < fixture->peer_count; i++)
        fixture_disconnect(fixture->peers[i]);
    while (run_job(fixture))
        ;
    store_fake_crash(fixture->store);
    fixture->hub = hub_free(fixture->hub);
    store_fake_free(fixture->store);
    for (i = 0; i < fixture->peer_count; i++) {
        json_decref(fixture->peers[i]->frames);
        signing_key_wipe(&fixture->peers[i]->key);
        free(fixture->peers[i]); /* first member of its connection */
    }
    free(fixture);
    return NULL;
}
