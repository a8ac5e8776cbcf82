/*
 * The cells, members and meetings of a load, through the administrator's
 * socket. On a server that stays they bear BENCH_CELL_NAME, and keep no member
 * and no device that could log in. A cell is not used twice: once it has ended
 * a meeting, nobody in it can vouch for the first two.
 */
#ifndef CLIENT_BENCH_BENCH_CELLS_H
#define CLIENT_BENCH_BENCH_CELLS_H

#include "client/bench/bench_load.h"

/* A cell for each room, members, invitations and the call of a meeting. What an
 * earlier run left of its members is removed. */
MUST_USE enum result bench_cells_make(struct bench_load *load);

/* The load's members are removed, and with them their devices. */
MUST_USE enum result bench_cells_clear(struct bench_load *load);

#endif
