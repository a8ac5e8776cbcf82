#include "protocol/rules/matter.h"

#include <string.h>

#define WORD(name, word) [name] = word,
#define WORDS(tag, LIST)                                                       \
    static const char *const tag##_list[] = { LIST(WORD) };                    \
    const struct enum_words tag##_words = { tag##_list, tag##_count_ };

WORDS(matter, MATTER_LIST)
WORDS(discipline, DISCIPLINE_LIST)
WORDS(measure, MEASURE_LIST)
WORDS(vote_form, VOTE_FORM_LIST)
WORDS(remote, REMOTE_LIST)

int rule_word_find(const struct enum_words *words, const char *word)
{
    int i;

    for (i = 1; i < words->count; i++)
        if (strcmp(words->words[i], word) == 0)
            return i;
    return 0;
}
