/* What the files of the server as a whole share: chibod*.c, and nobody else. */
#ifndef SERVER_CHIBOD_INTERNAL_H
#define SERVER_CHIBOD_INTERNAL_H

#include "server/chibod.h"
#include "server/control/control_server.h"
#include "server/net/websocket_server.h"
#include "server/platform/config_file.h"
#include "server/platform/sealed_file.h"
#include "server/platform/secret_folder.h"
#include "server/platform/worker_pool.h"
#include "server/room/hub.h"
#include "server/store/store_sqlite.h"

#include <uv.h>

enum { CHIBOD_SIGNALS = 3 };

/* What must be in no swap and in no core file. */
struct chibod_secrets {
    struct sealed_file_key ballot_key, hall_pepper;
};

struct chibod {
    struct config config;
    struct chibod_secrets secrets;
    struct secret_folder share_folder;
    struct secret_store shares;
    struct recording_store recordings;
    struct signing_key identity;
    struct ruleset_shelf rulesets;
    const struct ruleset *rules; /* for new meetings */
    uv_loop_t loop;
    uv_timer_t tick;
    uv_timer_t sound;          /* the next time some of it is due */
    uv_prepare_t turn;         /* between two turns of the loop */
    uint64_t turn_ns, idle_ns; /* when the last one began, and idle by then */
    uint64_t stall_ns;         /* the longest turn since it was last asked */
    uint64_t turn_cpu_ns, stall_cpu_ns;  /* the same of the thread's own time */
    uv_signal_t signals[CHIBOD_SIGNALS]; /* TERM, INT, HUP */
    struct worker_pool *workers;
    struct store *store;
    struct hub *hub;
    struct websocket_server *net;
    struct control_server *control;
    struct store_log_summary *logs; /* as they stood before the start; owned */
    size_t log_count;
    bool is_stopping;
    int exit_code;
};

/* --- chibod_parts.c --------------------------------------------------------
 */

/* Rulesets, key, certificate, database, secrets, recordings; which organisation
 * it is. False after a line in the log. */
bool chibod_load_parts(struct chibod *server, struct identifier *organisation);
bool chibod_open_hub(struct chibod *server,
                     const struct identifier *organisation,
                     const struct chibod_faults *faults);
/* The hub starts with it. */
bool chibod_open_store(struct chibod *server,
                       const struct chibod_faults *faults);

#endif
