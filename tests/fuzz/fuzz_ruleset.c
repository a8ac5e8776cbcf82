/*
 * Target: a ruleset file, as an administrator brings it.
 * Input: the file.
 * Holds: read again it is the same; one that is refused tells a fault and
 *   leaves the ruleset as it was; of one that is taken, each rule tells its
 *   source, and each test can be met and failed.
 * Planted fault: where a number is out of its range.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/rules/ruleset.h"

#include <stdlib.h>
#include <string.h>

/* Where a file breaks off, libconfig's scanner loses what it was reading. To
 * look for leaks after each such input costs nearly all of the time; the unit
 * tests look for ours. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_test(const struct vote_test *test)
{
    struct outcome outcome;
    uint64_t d;

    if (test->rule == rule_id_none_)
        return;
    for (d = 1; d < 40; d++) {
        require(outcome_of(test, 0, d, &outcome) == RESULT_OK);
        require(!outcome.is_met && outcome.need >= 1 && outcome.need <= d);
        require(outcome_of(test, d, d, &outcome) == RESULT_OK);
        require(outcome.is_met);
    }
}

static void check_taken(const struct ruleset *rules,
                        const struct ruleset_notes *notes)
{
    int i;

    for (i = 1; i < rule_id_count_; i++)
        require(ruleset_has_rule(rules, (enum rule_id)i) ==
                (notes->of[i].source && notes->of[i].source[0] != '\0'));
    for (i = 1; i < matter_count_; i++)
        check_test(&rules->thresholds[i]);
    for (i = 1; i < discipline_count_; i++)
        check_test(&rules->discipline.tests[i]);
}

static void check_refused(const struct ruleset_faults *faults)
{
    size_t i;

    require(faults->count > 0 && faults->count <= RULESET_FAULTS_MAX);
    for (i = 0; i < faults->count; i++) {
        const struct ruleset_fault *fault = &faults->faults[i];

        require(fault->kind != RULESET_FAULT_NONE && fault->line >= 0);
        require(memchr(fault->place, '\0', sizeof fault->place) != NULL);
        require(memchr(fault->detail, '\0', sizeof fault->detail) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ruleset rules, again;
    static struct ruleset_faults faults;
    struct ruleset_notes notes;
    int line = -1;
    enum result result;

    memset(&rules, 0, sizeof rules);
    result = ruleset_read((const char *)data, size, &rules, &notes, &faults);
    require(ruleset_parse((const char *)data, size, &again, &line) == result);
    if (result == RESULT_OK) {
        require(line == 0 && hash_equal(&rules.hash, &again.hash));
        require(rules.groups == again.groups);
        check_taken(&rules, &notes);
        ruleset_notes_release(&notes);
    } else {
        require(rules.name[0] == '\0');
        check_refused(&faults);
        require(line == faults.faults[0].line);
        planted_fault(data, size, faults.faults[0].kind == RULESET_FAULT_RANGE);
    }
    return 0;
}
