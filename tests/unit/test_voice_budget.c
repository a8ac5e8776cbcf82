#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/audio/voice_budget.h"

#include "protocol/base/limits.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static struct identifier holder_of(unsigned number)
{
    struct identifier id = { "" };

    (void)snprintf(id.text, sizeof id.text, "m%u", number);
    return id;
}

/* Of so many bytes a packet, every so many ms, from so many devices: how many
 * of a minute's bytes go on. */
static uint64_t a_minute(size_t size, int64_t every_ms, size_t devices)
{
    struct voice_budgets budgets = { NULL, 0 };
    const struct identifier holder = holder_of(1);
    size_t at[LIMIT_DEVICES_PER_HOLDER] = { 0 }, i;
    uint64_t passed = 0;
    int64_t now_ms;

    for (now_ms = 0; now_ms < 60000; now_ms += every_ms)
        for (i = 0; i < devices; i++)
            if (voice_budgets_take(&budgets, &holder, &at[i], size, now_ms))
                passed += size;
    voice_budgets_release(&budgets);
    return passed;
}

static void a_voice_passes_whole_and_a_flood_does_not(void **state)
{
    static const uint64_t most =
        (uint64_t)LIMIT_VOICE_BURST + (uint64_t)60 * LIMIT_VOICE_SIZE_PER_S;
    static const struct {
        size_t size;
        int64_t every_ms;
        size_t devices;
        uint64_t sent; /* 0: what may pass, but for one packet */
    } rows[] = {
        { 15, 20, 1, 45000 },   /* 6 kb/s */
        { 60, 20, 1, 180000 },  /* 24 kb/s */
        { 80, 20, 1, 240000 },  /* 32 kb/s, the highest rate */
        { 240, 60, 1, 240000 }, /* the same, three frames at once */
        { 80, 20, 2, 480000 },  /* from two devices of one member at once */
        { 160, 20, 1, 480000 }, /* 64 kb/s */
        { 240, 20, 1, 0 },      /* 96 kb/s */
        { 1275, 8, 1, 0 },      /* as large and as many as can be */
        { 1275, 8, LIMIT_DEVICES_PER_HOLDER, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT_OF(rows); i++) {
        uint64_t passed =
            a_minute(rows[i].size, rows[i].every_ms, rows[i].devices);

        if (rows[i].sent > 0)
            assert_int_equal(passed, rows[i].sent);
        else
            assert_in_range(passed, most - 2 * rows[i].size, most);
    }
}

/* A line that stood still delivers what it had at once. */
static void what_comes_after_a_stall_passes(void **state)
{
    struct voice_budgets budgets = { NULL, 0 };
    const struct identifier holder = holder_of(1);
    size_t at = 0, i;

    (void)state;
    for (i = 0; i < 4 * 50; i++) /* four seconds at the highest rate */
        assert_true(voice_budgets_take(&budgets, &holder, &at, 80, 7000));
    voice_budgets_release(&budgets);
}

static void nobody_pays_for_another(void **state)
{
    struct voice_budgets budgets = { NULL, 0 };
    size_t at[40] = { 0 };
    unsigned i;

    (void)state;
    for (i = 0; i < 40; i++) {
        const struct identifier holder = holder_of(i);

        assert_true(voice_budgets_take(&budgets, &holder, &at[i],
                                       LIMIT_VOICE_BURST, 0));
        assert_false(voice_budgets_take(&budgets, &holder, &at[i], 1, 0));
    }
    assert_int_equal(budgets.count, 40);
    /* One byte takes an eighth of a millisecond. */
    for (i = 0; i < 40; i++) {
        const struct identifier holder = holder_of(i);
        size_t lost = 1000; /* where he was is not known any more */

        assert_true(voice_budgets_take(&budgets, &holder, &at[i], 4, 1));
        assert_true(voice_budgets_take(&budgets, &holder, &lost, 4, 1));
        assert_int_equal(lost, at[i]);
        assert_false(voice_budgets_take(&budgets, &holder, &at[i], 1, 1));
    }
    voice_budgets_release(&budgets);
}

static void whoever_is_silent_leaves_his_row_to_others(void **state)
{
    struct voice_budgets budgets = { NULL, 0 };
    size_t at = 0;
    unsigned i;

    (void)state;
    for (i = 0; i < 1000; i++) {
        const struct identifier holder = holder_of(i);

        assert_true(
            voice_budgets_take(&budgets, &holder, &at, 80, 1000 * (int64_t)i));
    }
    assert_in_range(budgets.count, 1, 2);
    voice_budgets_release(&budgets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_voice_passes_whole_and_a_flood_does_not),
        cmocka_unit_test(what_comes_after_a_stall_passes),
        cmocka_unit_test(nobody_pays_for_another),
        cmocka_unit_test(whoever_is_silent_leaves_his_row_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
