/*
 * Lists of lists, [[…],…], one for each question of an election and in it one
 * for each position (ballot_question_position_count()): tallies, factors,
 * proofs, counts. Between the lists positions are numbered from 0 through all
 * questions. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_SHAPE_H
#define PROTOCOL_BALLOT_BALLOT_SHAPE_H

#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/base/byte_writer.h"

#include <stddef.h>

/* Reads what stands at a position. */
typedef void ballot_shape_read_fn(struct ballot_json *json, size_t position,
                                  void *user);
/* Notes `misfit` if there are more or fewer lists or positions. */
void ballot_shape_read(struct ballot_json *json,
                       const struct ballot_election *election,
                       enum ballot_fault misfit, ballot_shape_read_fn *read,
                       void *user);

typedef void ballot_shape_write_fn(struct byte_writer *writer, size_t position,
                                   const void *user);
void ballot_shape_write(struct byte_writer *writer,
                        const struct ballot_election *election,
                        ballot_shape_write_fn *write, const void *user);

#endif
