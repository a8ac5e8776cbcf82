/*
 * chibo with one check left out: the one that the variable CHIBO_UNCHECKED
 * names. The linker puts these in the place of the functions of their names
 * (--wrap); the tests under a lying server have to find out.
 */
#include "protocol/ballot/ballot_draft.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/meeting/act_check.h"
#include "protocol/meeting/ballot_objection.h"
#include "protocol/meeting/ballot_paper.h"
#include "protocol/meeting/keys_judge.h"
#include "protocol/meeting/meeting_state.h"

#include <stdlib.h>
#include <string.h>

static bool is_left_out(const char *name)
{
    const char *wanted = getenv("CHIBO_UNCHECKED");

    return wanted && strcmp(wanted, name) == 0;
}

#define CHECK(type, name, content, parameters, arguments)                      \
    type __real_##name parameters;                                             \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        return is_left_out(#name) ? (content) : __real_##name arguments;       \
    }

CHECK(bool, ballot_draft_is_of, true,
      (const struct ballot_draft *draft,
       const struct ballot_election *election),
      (draft, election))
CHECK(enum ballot_fault, ballot_vote_check, BALLOT_FAULT_NONE,
      (const struct ballot_booth *booth, const struct ballot_vote *vote,
       struct ballot_finding *finding),
      (booth, vote, finding))
CHECK(bool, ballot_list_has, true,
      (struct text_view list, const struct hash *credential),
      (list, credential))
CHECK(enum result, ballot_paper_compare, RESULT_OK,
      (const struct meeting_ballot_paper *paper, bool is_said,
       const struct hash *said),
      (paper, is_said, said))
CHECK(enum result, act_check, RESULT_OK,
      (const struct meeting_event *event, const struct identifier *scope,
       const struct meeting_state *before, struct statement_cache *cache),
      (event, scope, before, cache))

/* What the server says of keys is true. */
enum result __real_keys_check_verdict(const struct ballot_group *group,
                                      const struct keys_case *shown,
                                      const struct keys_verdict *told,
                                      bool *is_true, struct keys_verdict *own);
enum result __wrap_keys_check_verdict(const struct ballot_group *group,
                                      const struct keys_case *shown,
                                      const struct keys_verdict *told,
                                      bool *is_true, struct keys_verdict *own);
enum result __wrap_keys_check_verdict(const struct ballot_group *group,
                                      const struct keys_case *shown,
                                      const struct keys_verdict *told,
                                      bool *is_true, struct keys_verdict *own)
{
    if (!is_left_out("keys_check_verdict"))
        return __real_keys_check_verdict(group, shown, told, is_true, own);
    *is_true = true;
    return RESULT_OK;
}

/* What contradicts the state is passed over. */
enum result __real_meeting_state_apply(struct meeting_state *state,
                                       const struct meeting_event *event);
enum result __wrap_meeting_state_apply(struct meeting_state *state,
                                       const struct meeting_event *event);
enum result __wrap_meeting_state_apply(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const enum result result = __real_meeting_state_apply(state, event);

    return result == RESULT_CORRUPT && is_left_out("meeting_state_apply")
               ? RESULT_OK
               : result;
}
