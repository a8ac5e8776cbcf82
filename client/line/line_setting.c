#include "client/line/line_setting.h"

#include <string.h>

static const struct line_setting settings[LINE_STEPS] = {
    [LINE_PLAIN] = { { .bundle = 1 }, 24000, 20, 20, 61000 },
    [LINE_PAIRED] = { { .bundle = 2 }, 24000, 20, 60, 43000 },
    [LINE_SLIM] = { { .bundle = 2, .rate = 12000 }, 12000, 20, 60, 31000 },
    [LINE_ROUGH] = { { .bundle = 2,
                       .copies = { 1 },
                       .copy_count = 1,
                       .rate = 12000,
                       .lanes = 3 },
                     12000,
                     20,
                     120,
                     44000 },
    [LINE_ROUGHER] = { { .bundle = 2,
                         .copies = { 1, 3 },
                         .copy_count = 2,
                         .rate = 10000,
                         .lanes = 5 },
                       10000,
                       20,
                       160,
                       51000 },
    [LINE_THIN] = { { .bundle = 2,
                      .copies = { 1 },
                      .copy_count = 1,
                      .rate = 6000,
                      .one_voice = true,
                      .lanes = 5 },
                    6000,
                    60,
                    250,
                    19000 },
    [LINE_NARROW] = { { .bundle = 2, .rate = 6000, .one_voice = true },
                      6000,
                      60,
                      400,
                      12500 },
};

static const char *const chosen_words[] = { [LINE_BY_ITSELF] = "auto",
                                            [LINE_KEEP_PLAIN] = "plain",
                                            [LINE_KEEP_ROUGH] = "rough",
                                            [LINE_KEEP_NARROW] = "narrow" };

const char *line_choice_word(enum line_choice choice)
{
    return chosen_words[choice];
}

bool line_choice_of(const char *word, enum line_choice *out)
{
    int i;

    for (i = LINE_BY_ITSELF; i <= LINE_KEEP_NARROW; i++)
        if (strcmp(chosen_words[i], word) == 0) {
            *out = (enum line_choice)i;
            return true;
        }
    return false;
}

const struct line_setting *line_setting(enum line_step step)
{
    return &settings[step];
}

/* Below 10 kb/s headers weigh more than sound. */
unsigned line_frame_ms(unsigned rate)
{
    if (rate >= 10000)
        return 20;
    return rate > 8000 ? 40 : 60;
}
