#include "tests/support/lying/gathered.h"

#include "protocol/base/limits.h"
#include "server/domain/meeting_rules.h"

#include <string.h>

static json_t *told;

void gathered_set(json_t *numbers)
{
    json_decref(told);
    told = json_incref(numbers);
}

static void set_number(const char *name, uint64_t *number)
{
    const json_t *value = json_object_get(told, name);

    if (value)
        *number = (uint64_t)json_integer_value(value);
}

void __real_meeting_rules_gather(const struct meeting_state *state,
                                 const struct ruleset *rules,
                                 const struct actor *actor,
                                 const struct command *command,
                                 const struct gathered_record *record,
                                 int64_t now_ms, struct meeting_decision *out);
void __wrap_meeting_rules_gather(const struct meeting_state *state,
                                 const struct ruleset *rules,
                                 const struct actor *actor,
                                 const struct command *command,
                                 const struct gathered_record *record,
                                 int64_t now_ms, struct meeting_decision *out);
void __wrap_meeting_rules_gather(const struct meeting_state *state,
                                 const struct ruleset *rules,
                                 const struct actor *actor,
                                 const struct command *command,
                                 const struct gathered_record *record,
                                 int64_t now_ms, struct meeting_decision *out)
{
    static struct group_vote votes[LIMIT_VOTES];
    struct gathered_record other = *record;

    set_number("official_came", &other.attendance.official_came);
    if (other.vote_count > 0 && other.vote_count <= LIMIT_VOTES) {
        memcpy(votes, record->votes, record->vote_count * sizeof *votes);
        set_number("yes", &votes[0].yes);
        other.votes = votes;
    }
    __real_meeting_rules_gather(state, rules, actor, command, &other, now_ms,
                                out);
}
