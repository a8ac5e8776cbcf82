/*
 * A secret ballot in which the device under test, m4's, is a voter and the one
 * teller; m1 (the chair) and m2 are the other voters, and the test is the
 * server. One question of two answers and a blank; votes may be changed.
 *
 * Each step says what an honest server would say next, with real keys and
 * proofs, and takes what the device has sent by then; between them a test
 * changes what it likes. For tests whose `*state` is a struct ballot_world.
 */
#ifndef TESTS_SUPPORT_BALLOT_WORLD_H
#define TESTS_SUPPORT_BALLOT_WORLD_H

#include "client/core/ballot_teller.h"
#include "client/core/ballot_vault.h"
#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/meeting/command.h"
#include "tests/support/ballot_dice.h"
#include "tests/support/client_world.h"

#define WORLD_UUID "8Zq3fGm1xPw7Kd5tRv2NbY"
#define WORLD_OTHER_UUID "2Xq3fGm1xPw7Kd5tRv2NbZ"
/* Orders to the device. */
#define WORLD_TAKE "{\"op\":\"ballot_take\",\"ballot\":\"b1\"}"
#define WORLD_DECRYPT "{\"op\":\"ballot_decrypt\",\"ballot\":\"b1\"}"
#define WORLD_CAST(marks)                                                      \
    "{\"op\":\"ballot_cast\",\"ballot\":\"b1\",\"marks\":[" marks "]}"

enum { WORLD_RECORDS_MAX = 64, WORLD_BALLOTS_MAX = 16, WORLD_POSITIONS = 3 };

struct world_record {
    struct hash hash;
    char *bytes; /* owned */
    size_t size;
};

struct ballot_world {
    struct client_world *base;
    struct ballot_group *group;
    struct ballot_dice dice;
    struct ballot_random random;
    char uuid[24];
    struct ballot_scalar server_secret;
    char *server_key;  /* owned */
    char *certificate; /* owned; of the teller, once it was sent */
    struct world_record records[WORLD_RECORDS_MAX];
    size_t record_count;
    const char *form;  /* of the election; the draft's, unless a test says so */
    uint64_t round;    /* of the election, likewise */
    struct hash rules; /* likewise */
    struct ballot_election election;
    struct ballot_booth *booth;
    struct hash election_hash, trustees_hash, credentials_hash, setup_hash;
    struct ballot_scalar secrets[2];      /* of m1 and m2 */
    struct ballot_element credentials[3]; /* theirs, and the device's */
    struct ballot_archive_end end;
    int64_t opened_at_ms;
    bool is_dropped[3]; /* likewise: not in the next list */
    struct hash trackers[WORLD_BALLOTS_MAX];
    size_t owners[WORLD_BALLOTS_MAX]; /* place in credentials */
    size_t ballot_count;
    size_t skipped; /* ballots that the tally leaves out */
    /* The committee is m1, m2 and the device, of whom two are needed. */
    bool is_group;
    struct ballot_teller_given certified[2], dealt[2];
    char *deals[3]; /* owned; as they were said */
    struct hash end_hash, tally_hash, sized_hash;
    uint64_t included;
    uint8_t *uploaded; /* owned; the newest file that was given */
    size_t uploaded_size;
    size_t sent_from; /* frames before were looked at */
    bool is_silent;   /* events are added, and not said before a crash */
};

int ballot_world_set_up(void **state);
int ballot_world_tear_down(void **state);

/* Says events that were added, serves records, and lets the worker work, until
 * nothing moves any more. */
void world_settle(struct ballot_world *world);
/* The newest event was added: it is said. */
void world_say(struct ballot_world *world);
/* The device runs anew, from its files, and is in step again. */
void world_crash(struct ballot_world *world);

/* The newest command of this kind that the device sent; false: none. The caller
 * ends `memory` with message_memory_release() and `object` with json_decref().
 */
struct world_command {
    struct command command;
    struct message_memory memory;
    json_t *object;
};
bool world_command(struct ballot_world *world, const char *op,
                   struct world_command *out);
void world_command_end(struct world_command *command);

/* --- Steps, in their order ------------------------------------------------ */
void world_draft(struct ballot_world *world); /* and adopt */
void world_begin_keys(struct ballot_world *world, uint64_t attempt,
                      const char *uuid);
void world_take_certificate(struct ballot_world *world);
/* Of a group: the others' certificates, deals, keys; `twice` of m1 or m2 (from
 * 1; 0: nobody) sends the device a box of another dealing than the others see.
 */
void world_certify_others(struct ballot_world *world);
void world_deal_others(struct ballot_world *world, size_t twice);
void world_take_deal(struct ballot_world *world);
void world_take_dispute(struct ballot_world *world);
/* The server says that the attempt came to nothing; or the chair does (reason
 * restarted). */
void world_fail_keys(struct ballot_world *world, uint64_t attempt,
                     enum keys_fault reason, uint64_t guilty);
void world_ready(struct ballot_world *world); /* with what the teller signed */
void world_issue(struct ballot_world *world); /* the device takes its own */
void world_list(struct ballot_world *world);  /* of who was not dropped */
/* For want of an attestation: m1 (0), m2 (1) or the device (2). */
void world_drop(struct ballot_world *world, size_t who);
void world_attest(struct ballot_world *world, const char *member);
void world_take_attestation(struct ballot_world *world);
void world_open(struct ballot_world *world);
/* m1 (0) or m2 (1) votes. */
void world_vote(struct ballot_world *world, size_t who, const char *marks);
/* The device's ballot is recorded, and a receipt given. */
void world_take_vote(struct ballot_world *world);
void world_record_ballot(struct ballot_world *world, const char *text,
                         size_t size, size_t owner);
void world_end(struct ballot_world *world);
void world_include(struct ballot_world *world, const char *member);
void world_take_inclusion(struct ballot_world *world);
void world_count(struct ballot_world *world); /* tally, and the server's part */
void world_take_decryption(struct ballot_world *world);
void world_result(struct ballot_world *world, const uint64_t *numbers);
void world_void(struct ballot_world *world);
/* In the meeting; then everything up to the named step, as it should go. */
void world_enter(struct ballot_world *world);
void world_up_to_ready(struct ballot_world *world);
void world_up_to_open(struct ballot_world *world);

/* --- What the device says ------------------------------------------------- */
const struct client_ballot_view *world_view(struct ballot_world *world);
/* Was this stage told since notices were looked at last? They are dropped. */
bool world_was_told(struct ballot_world *world, enum client_ballot_stage stage);
/* What was told of it, likewise, the first time; NULL: nothing was. The caller
 * ends it with json_decref(). */
json_t *world_told(struct ballot_world *world, enum client_ballot_stage stage);
/* How many commands of this kind it has sent. */
size_t world_sent_count(struct ballot_world *world, const char *op);
/* A field of the newest of them; ended with free(). */
char *world_sent_text(struct ballot_world *world, const char *op,
                      const char *field);
/* What the device keeps of a ballot, from its files. */
struct ballot_vault *world_open_vault(struct ballot_world *world,
                                      const char *uuid);
/* Gives a command, and lets all that follows happen; the refusal's code. */
enum refusal_code world_order(struct ballot_world *world, const char *json);

#endif
