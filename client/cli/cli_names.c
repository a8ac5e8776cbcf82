#include "client/cli/cli_names.h"

#include "client/cli/cli_text.h"

#include <utf8proc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- plain forms --------------------------------------------------------- */

/* Decomposed, without marks, folded; Vietnamese đ has no decomposition. */
static char *strip_marks(const char *text)
{
    utf8proc_uint8_t *stripped = NULL;
    utf8proc_ssize_t size = utf8proc_map(
        (const utf8proc_uint8_t *)text, 0, &stripped,
        (utf8proc_option_t)(UTF8PROC_NULLTERM | UTF8PROC_DECOMPOSE |
                            UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD));
    char *from;
    char *to;

    if (size < 0)
        return NULL;
    from = to = (char *)stripped;
    while (*from != '\0') {
        if (strncmp(from, "đ", sizeof "đ" - 1) == 0) {
            *to++ = 'd';
            from += sizeof "đ" - 1;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return (char *)stripped;
}

void cli_plain_word(const char *word, char *out, size_t size)
{
    char *plain = strip_marks(word);
    size_t used = 0;
    size_t i;

    for (i = 0; plain && plain[i] != '\0' && used + 1 < size; i++) {
        if (plain[i] != '-' && plain[i] != '_')
            out[used++] = plain[i];
    }
    out[used] = '\0';
    free(plain);
}

/* --- matching ------------------------------------------------------------ */

struct text_view cli_holder_name(const struct meeting_view *view,
                                 const struct identifier *id)
{
    struct text_view name = meeting_view_name(view, id);

    return name.data ? name : meeting_view_register_name(view, id);
}

enum reading { READ_WHOLE, READ_BEGINNING, READ_WORDS, READING_COUNT };

static bool fits(const char *name, const char *typed, enum reading reading)
{
    size_t size = strlen(typed);
    const char *at = name;

    switch (reading) {
    case READ_WHOLE:
        return strcmp(name, typed) == 0;
    case READ_BEGINNING:
        return strncmp(name, typed, size) == 0;
    case READ_WORDS:
        while ((at = strstr(at, typed)) != NULL) {
            if ((at == name || at[-1] == ' ') &&
                (at[size] == '\0' || at[size] == ' '))
                return true;
            at++;
        }
        return false;
    case READING_COUNT:
        break;
    }
    return false;
}

struct search {
    const struct meeting_view *view;
    char *folded; /* what was typed */
    char *plain;  /* the same without marks */
    bool is_plain;
    enum reading reading;
    size_t count;
    struct identifier found;
    char *names; /* of all that fit; NULL: not asked for */
    size_t names_size;
};

enum { MORE_SIZE = sizeof ", …" };

static void add_name(struct search *search, struct text_view name)
{
    size_t used = strlen(search->names);

    if (used + 2 + name.size + MORE_SIZE <= search->names_size)
        (void)snprintf(search->names + used, search->names_size - used,
                       "%s%.*s", used > 0 ? ", " : "", (int)name.size,
                       name.data);
    else if (used > 0 && used + MORE_SIZE <= search->names_size &&
             strstr(search->names, "…") == NULL)
        (void)snprintf(search->names + used, search->names_size - used, ", …");
}

static void try_one(struct search *search, const struct identifier *id)
{
    struct text_view name = cli_holder_name(search->view, id);
    char *folded = NULL;
    char *plain;
    bool is_match;

    if (!name.data || text_fold(name, &folded) != RESULT_OK)
        return;
    plain = search->is_plain ? strip_marks(folded) : NULL;
    is_match = search->is_plain
                   ? plain && fits(plain, search->plain, search->reading)
                   : fits(folded, search->folded, search->reading);
    if (is_match) {
        search->found = *id;
        search->count++;
        if (search->names)
            add_name(search, name);
    }
    free(plain);
    free(folded);
}

static void try_register(struct search *search)
{
    const struct register_state *org = search->view->org;
    size_t i;

    for (i = 0; i < org->member_count; i++) {
        if (!org->members[i].is_removed)
            try_one(search, &org->members[i].id);
    }
    for (i = 0; i < org->site_count; i++)
        try_one(search, &org->sites[i].id);
}

static void try_all(struct search *search, enum cli_names_of whose)
{
    const struct meeting_state *state = search->view->state;
    size_t i;

    search->count = 0;
    if (whose == CLI_NAMES_HOLDERS && search->view->org) {
        try_register(search);
        return;
    }
    for (i = 0; whose != CLI_NAMES_SITES && i < state->person_count; i++)
        try_one(search, &state->people[i].holder.id);
    for (i = 0; whose != CLI_NAMES_MEMBERS && i < state->site_count; i++)
        try_one(search, &state->sites[i].holder.id);
}

/* Is there anything to look for names in? */
static bool has_people(const struct meeting_view *view, enum cli_names_of whose)
{
    return view->state || (whose == CLI_NAMES_HOLDERS && view->org);
}

static bool is_in_register(const struct register_state *org,
                           const struct identifier *id)
{
    const struct register_member *member = register_state_member(org, id);

    return member ? !member->is_removed : register_state_site(org, id) != NULL;
}

static bool is_known(const struct meeting_view *view, enum cli_names_of whose,
                     const struct identifier *id)
{
    if (whose == CLI_NAMES_HOLDERS && view->org)
        return is_in_register(view->org, id);
    return (whose != CLI_NAMES_SITES &&
            meeting_state_person(view->state, id)) ||
           (whose != CLI_NAMES_MEMBERS && meeting_state_site(view->state, id));
}

static bool find_by_id(const struct meeting_view *view, enum cli_names_of whose,
                       const char *typed, struct identifier *out)
{
    struct identifier id;

    if (identifier_parse(text_view_of(typed), &id) != RESULT_OK ||
        !is_known(view, whose, &id))
        return false;
    *out = id;
    return true;
}

/* The strictest reading by which anybody fits. */
static void look_for(struct search *search, enum cli_names_of whose,
                     const char *typed)
{
    int step;

    if (text_fold(text_view_of(typed), &search->folded) != RESULT_OK)
        return;
    search->plain = strip_marks(search->folded);
    for (step = 0;
         search->plain && search->count == 0 && step < 2 * READING_COUNT;
         step++) {
        search->is_plain = step >= READING_COUNT;
        search->reading = (enum reading)(step % READING_COUNT);
        try_all(search, whose);
    }
    free(search->folded);
    free(search->plain);
}

void cli_names_fitting(const struct meeting_view *view, enum cli_names_of whose,
                       const char *typed, char *out, size_t size)
{
    struct search search = { .view = view, .names = out, .names_size = size };

    out[0] = '\0';
    if (has_people(view, whose) && typed[0] != '\0')
        look_for(&search, whose, typed);
}

enum cli_match cli_names_find(const struct meeting_view *view,
                              enum cli_names_of whose, const char *typed,
                              struct identifier *out)
{
    struct search search = { .view = view };

    if (!has_people(view, whose) || typed[0] == '\0')
        return CLI_MATCH_NONE;
    if (find_by_id(view, whose, typed, out))
        return CLI_MATCH_ONE;
    look_for(&search, whose, typed);
    if (search.count == 1)
        *out = search.found;
    return search.count == 0   ? CLI_MATCH_NONE
           : search.count == 1 ? CLI_MATCH_ONE
                               : CLI_MATCH_MANY;
}

/* Does the name say by itself that it is a site's, in either language? */
static bool is_called_site(struct text_view name)
{
    static const char *const words[] = { "diem cau ", "site " };
    char *folded = NULL;
    char *plain = NULL;
    bool is_called = false;
    size_t i;

    if (text_fold(name, &folded) == RESULT_OK)
        plain = strip_marks(folded);
    for (i = 0; plain && i < sizeof words / sizeof words[0]; i++)
        is_called =
            is_called || strncmp(plain, words[i], strlen(words[i])) == 0;
    free(plain);
    free(folded);
    return is_called;
}

static bool is_site(const struct meeting_view *view,
                    const struct identifier *id)
{
    return (view->state && meeting_state_site(view->state, id)) ||
           (view->org && register_state_site(view->org, id));
}

/* Is it somebody who is no member: called by the name alone? */
static bool is_outsider(const struct meeting_view *view,
                        const struct identifier *id)
{
    const struct meeting_person *person =
        view->state ? meeting_state_person(view->state, id) : NULL;
    const struct register_member *member =
        !person && view->org ? register_state_member(view->org, id) : NULL;
    const enum category category = person   ? person->category
                                   : member ? member->category
                                            : category_none_;

    return category == CATEGORY_GUEST || category == CATEGORY_TECHNICIAN;
}

struct cli_who cli_who(const struct meeting_view *view,
                       const struct identifier *id)
{
    struct text_view name = cli_holder_name(view, id);
    struct cli_who who;

    if (!name.data || name.size == 0)
        name = identifier_view(id);
    if ((is_site(view, id) && is_called_site(name)) || is_outsider(view, id))
        (void)snprintf(who.text, sizeof who.text, "%.*s", (int)name.size,
                       name.data);
    else if (is_site(view, id))
        (void)snprintf(who.text, sizeof who.text, _("site %.*s"),
                       (int)name.size, name.data);
    else
        (void)snprintf(who.text, sizeof who.text, _("comrade %.*s"),
                       (int)name.size, name.data);
    return who;
}
