#include "client/cli/cli_ballot_matter.h"

#include "client/cli/cli_ballot_form.h"

#include "client/cli/cli_ballot_decided.h"
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "protocol/ballot/ballot_draft.h"
#include "protocol/meeting/ballot_matter.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_SIZE = 1000, ROW_SIZE = 1600 };

/* A paper in the making. Texts of rows are owned. */
struct making {
    const struct meeting_view *view;
    char *problem;
    enum matter matter;
    uint64_t seats;
    struct identifier subject;
    struct identifier election;
    struct identifier again;
    bool has_post, subject_votes;
    struct identifier people[LIMIT_BALLOT_CANDIDATES];
    size_t people_count;
    char title[TITLE_SIZE];
    char *rows[LIMIT_BALLOT_CANDIDATES];
    struct text_view answers[LIMIT_BALLOT_CANDIDATES];
    struct ballot_question questions[LIMIT_BALLOT_CANDIDATES];
    struct ballot_draft draft;
};

__attribute__((format(printf, 2, 3))) static bool
complain(struct making *m, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(m->problem, CLI_MATTER_PROBLEM_SIZE, format, list);
    va_end(list);
    return false;
}

__attribute__((format(printf, 2, 3))) static void
set_title(struct making *m, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(m->title, sizeof m->title, format, list);
    va_end(list);
}

/* --- words ------------------------------------------------------------------
 */

static const char *const election_words[] = { "election", "baucu", "bau",
                                              NULL };
static const char *const again_words[] = { "again", "vonghai", "baulai", NULL };
static const char *const discipline_forms_words[] = { "discipline", "kyluat",
                                                      NULL };
static const char *const rating_words[] = { "rating", "xeploai", NULL };
static const char *const confidence_words[] = { "confidence", "tinnhiem",
                                                NULL };
static const char *const straw_words[] = { "opinions", "straw", "thamdo",
                                           NULL };
static const char *const admission_words[] = { "admission", "ketnap", NULL };
static const char *const recognition_words[] = { "recognition", "congnhan",
                                                 NULL };
static const char *const post_words[] = { "post", "giuchuc", "cochucvu", NULL };
static const char *const votes_words[] = { "votes", "duocbophieu", "bophieu",
                                           NULL };
enum { MATTER_WORDS_MAX = 3 };

static const char *const all_words[] = { "all", "tatca", "tat ca", NULL };

static const struct {
    const char *const *words;
    enum matter matter;
    bool is_again;
} matters[] = {
    { election_words, MATTER_ELECTION, false },
    { again_words, MATTER_ELECTION, true },
    { discipline_forms_words, MATTER_DISCIPLINE, false },
    { rating_words, MATTER_RATING, false },
    { confidence_words, MATTER_CONFIDENCE, false },
    { straw_words, MATTER_STRAW, false },
    { admission_words, MATTER_ADMISSION, false },
    { recognition_words, MATTER_RECOGNITION, false },
};

/* Its place in the table, and where what follows begins; -1 if no matter stands
 * at the front. It may be typed in several words: "kỷ luật TÊN". */
static int find_matter(const char *typed, size_t *behind)
{
    char joined[40];
    size_t used = 0, at = 0, i;
    int words;

    for (words = 0; words < MATTER_WORDS_MAX; words++) {
        const size_t size = strcspn(typed + at, " ;");

        if (size == 0 || used + size >= sizeof joined)
            return -1;
        memcpy(joined + used, typed + at, size);
        used += size;
        joined[used] = '\0';
        at += size;
        at += strspn(typed + at, " ");
        for (i = 0; i < sizeof matters / sizeof matters[0]; i++) {
            if (!cli_is_word(joined, matters[i].words))
                continue;
            *behind = at;
            return (int)i;
        }
    }
    return -1;
}

bool cli_ballot_is_matter(const char *typed)
{
    size_t behind;

    return find_matter(typed, &behind) >= 0;
}

/* Without the spaces between its words. */
static bool is_phrase(const char *typed, const char *const *words)
{
    char joined[60];
    size_t used = 0;

    for (; *typed != '\0' && used + 1 < sizeof joined; typed++)
        if (*typed != ' ')
            joined[used++] = *typed;
    joined[used] = '\0';
    return cli_is_word(joined, words);
}

/* --- people -----------------------------------------------------------------
 */

static bool find_member(struct making *m, const char *name,
                        struct identifier *out)
{
    switch (cli_names_find(m->view, CLI_NAMES_MEMBERS, name, out)) {
    case CLI_MATCH_ONE:
        return true;
    case CLI_MATCH_NONE:
        return complain(
            m,
            _("there is nobody called \"%.100s\" here: type the name, a part "
              "of it, or the code, as /roll shows them (m7)"),
            name);
    case CLI_MATCH_MANY:
        break;
    }
    return complain(m, _("\"%.60s\" fits several names: type more of it"),
                    name);
}

static bool add_person(struct making *m, const struct identifier *member)
{
    size_t i;

    for (i = 0; i < m->people_count; i++)
        if (identifier_equal(&m->people[i], member))
            return complain(m, _("%s stands there twice"),
                            cli_who(m->view, member).text);
    if (m->people_count == LIMIT_BALLOT_CANDIDATES)
        return complain(m, _("at most %d names"), LIMIT_BALLOT_CANDIDATES);
    m->people[m->people_count++] = *member;
    return true;
}

static bool take_people(struct making *m, char *names)
{
    struct identifier member;

    while (names) {
        char *comma = strchr(names, ',');
        char *name;

        if (comma)
            *comma = '\0';
        name = cli_trim(names);
        if (name[0] != '\0' &&
            (!find_member(m, name, &member) || !add_person(m, &member)))
            return false;
        names = comma ? comma + 1 : NULL;
    }
    return m->people_count > 0 || complain(m, "%s", _("a name is missing"));
}

static bool take_everybody(struct making *m)
{
    const struct meeting_state *state = m->view->state;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        if (state->people[i].category == CATEGORY_OFFICIAL &&
            !add_person(m, &state->people[i].holder.id))
            return false;
    return true;
}

/* --- papers -----------------------------------------------------------------
 */

static struct text_view name_of(const struct making *m,
                                const struct identifier *member)
{
    const struct text_view name = cli_holder_name(m->view, member);

    return name.data ? name : identifier_view(member);
}

/* Names of which `seats` are taken. */
static void make_choice(struct making *m)
{
    size_t i;

    for (i = 0; i < m->people_count; i++)
        m->answers[i] = name_of(m, &m->people[i]);
    m->questions[0] =
        (struct ballot_question){ .question = text_view_of(m->title),
                                  .answers = m->answers,
                                  .answer_count = m->people_count,
                                  .has_blank = true,
                                  .min = 1,
                                  .max = (uint32_t)m->seats,
                                  .form = BALLOT_FORM_CHOOSE };
    m->draft.question_count = 1;
}

static void put_columns(struct making *m, const char *const *columns,
                        size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        m->answers[i] = text_view_of(gettext(columns[i]));
}

static bool add_row(struct making *m, size_t i, struct text_view name,
                    enum ballot_form form, size_t columns)
{
    m->rows[i] = malloc(ROW_SIZE);
    if (!m->rows[i])
        return false;
    (void)snprintf(m->rows[i], ROW_SIZE, "%s\n%.*s", m->title, (int)name.size,
                   name.data);
    m->questions[i] =
        (struct ballot_question){ .question = text_view_of(m->rows[i]),
                                  .answers = m->answers,
                                  .answer_count = columns,
                                  .min = 0,
                                  .max = 1,
                                  .form = form };
    m->draft.question_count = i + 1;
    return true;
}

/* A row for each person. */
static bool make_table(struct making *m, enum ballot_form form)
{
    static const char *const agree[] = { N_("Agree"), N_("Disagree") };
    const char *const *words = agree;
    size_t columns = 2;
    size_t i;

    if (form != BALLOT_FORM_AGREE)
        words = cli_ballot_levels(form, &columns);
    put_columns(m, words, columns);
    for (i = 0; i < m->people_count; i++)
        if (!add_row(m, i, name_of(m, &m->people[i]), form, columns))
            return false;
    return true;
}

static bool make_names(struct making *m)
{
    if (election_paper(m->people_count, m->seats) != PAPER_LIST_SURPLUS)
        return make_table(m, BALLOT_FORM_AGREE);
    make_choice(m);
    return true;
}

static bool make_motion(struct making *m)
{
    static const char *const columns[] = { N_("In favour"), N_("Against"),
                                           N_("Other opinion") };

    put_columns(m, columns, 3);
    return add_row(m, 0, name_of(m, &m->subject), BALLOT_FORM_AGREE, 3);
}

/* The forms that the ruleset lists for such a member, none at the end. False:
 * it is not here, or lists none. */
static bool make_discipline(struct making *m)
{
    const struct ruleset *rules = m->view->rules;
    const struct meeting_person *person =
        meeting_state_person(m->view->state, &m->subject);
    unsigned forms;
    size_t count = 0;
    int form;

    if (!rules)
        return complain(m, "%s",
                        _("the ruleset of this meeting is not here yet: try "
                          "again in a moment"));
    forms = person && ruleset_has(rules, RULESET_DISCIPLINE)
                ? ballot_discipline_forms(rules, person->category, m->has_post)
                : 0;
    if (forms == 0)
        return complain(m, "%s",
                        _("the ruleset of this meeting has no form of "
                          "discipline for this member"));
    for (form = 1; form < discipline_count_; form++)
        if (rule_set_has(forms, form))
            m->answers[count++] =
                text_view_of(cli_discipline_text((enum discipline)form));
    m->answers[count++] = text_view_of(_("no discipline"));
    m->questions[0] =
        (struct ballot_question){ .question = text_view_of(m->title),
                                  .answers = m->answers,
                                  .answer_count = count,
                                  .has_blank = true,
                                  .min = 1,
                                  .max = 1,
                                  .form = BALLOT_FORM_CHOOSE };
    m->draft.question_count = 1;
    return true;
}

/* --- one matter each ---------------------------------------------------------
 */

/* The list that is named, else the newest that is closed. */
static const struct meeting_election *closed_list(const struct making *m,
                                                  const char *typed)
{
    const struct meeting_state *state = m->view->state;
    struct identifier id;
    size_t i;

    if (typed[0] != '\0')
        return identifier_parse(text_view_of(typed), &id) == RESULT_OK
                   ? meeting_state_election(state, &id)
                   : NULL;
    for (i = state->election_count; i > 0; i--)
        if (state->elections[i - 1].is_closed)
            return &state->elections[i - 1];
    return NULL;
}

static bool read_election(struct making *m, char *typed)
{
    const struct meeting_election *election = closed_list(m, typed);
    struct text_view title;
    size_t i;

    if (!election || !election->is_closed)
        return complain(m, "%s",
                        _("there is no closed list of names; see /elections"));
    for (i = 0; i < election->nominee_count; i++)
        if (!election->nominees[i].is_withdrawn &&
            !add_person(m, &election->nominees[i].member))
            return false;
    m->election = election->id;
    m->seats = election->seats;
    title = meeting_view_text(m->view, election->called_seq, "title");
    set_title(m, _("%.*s, %" PRIu64 " to be elected"), (int)title.size,
              title.data ? title.data : "", m->seats);
    return make_names(m);
}

/* The ballot that is named, else the newest that ended level. */
static const struct meeting_ballot *tied_ballot(const struct making *m,
                                                const char *typed)
{
    const struct meeting_state *state = m->view->state;
    struct identifier id;
    size_t i;

    if (typed[0] != '\0')
        return identifier_parse(text_view_of(typed), &id) == RESULT_OK
                   ? meeting_state_ballot(state, &id)
                   : NULL;
    for (i = state->ballot_count; i > 0; i--)
        if (state->ballots[i - 1].is_decided &&
            state->ballots[i - 1].decided.end == BALLOT_END_TIE)
            return &state->ballots[i - 1];
    return NULL;
}

static bool read_again(struct making *m, char *typed)
{
    const struct meeting_ballot *before = tied_ballot(m, typed);
    size_t i;

    if (!before || !before->is_decided || before->decided.end != BALLOT_END_TIE)
        return complain(m, "%s",
                        _("no ballot ended with names that are level"));
    /* As they stood on the ballot before. */
    for (i = 0; i < before->candidate_count; i++)
        if (meeting_ballot_is_tied(before, &before->candidates[i]) &&
            !add_person(m, &before->candidates[i]))
            return false;
    m->again = before->id;
    m->election = before->matter.election;
    m->seats = before->decided.open;
    set_title(m, _("Second round, %" PRIu64 " to be elected"), m->seats);
    return make_names(m);
}

static bool read_discipline(struct making *m, char *typed)
{
    char *more = strchr(typed, ',');

    if (more)
        *more++ = '\0';
    if (!find_member(m, cli_trim(typed), &m->subject))
        return false;
    while (more) {
        char *part = more;

        more = strchr(part, ',');
        if (more)
            *more++ = '\0';
        part = cli_trim(part);
        if (is_phrase(part, post_words))
            m->has_post = true;
        else if (is_phrase(part, votes_words))
            m->subject_votes = true;
        else
            return complain(m,
                            _("behind the name only: post, votes (not "
                              "\"%.60s\")"),
                            part);
    }
    set_title(m, _("Discipline of %s"), cli_who(m->view, &m->subject).text);
    return make_discipline(m);
}

static bool read_straw(struct making *m, char *typed)
{
    char *colon = strchr(typed, ':');

    if (!colon)
        return complain(m, "%s",
                        _("how many, and of whom? opinions 2: NAME, NAME"));
    *colon = '\0';
    if (!cli_number(cli_trim(typed), LIMIT_BALLOT_CANDIDATES, &m->seats) ||
        m->seats == 0)
        return complain(m, "%s",
                        _("how many, and of whom? opinions 2: NAME, NAME"));
    set_title(m, _("Opinions on persons, up to %" PRIu64), m->seats);
    return take_people(m, colon + 1) && make_names(m);
}

static bool read_levels(struct making *m, char *typed)
{
    const bool is_rating = m->matter == MATTER_RATING;

    if (is_rating)
        set_title(m, "%s", _("Rating"));
    else
        set_title(m, "%s", _("Vote of confidence"));
    if (!(is_phrase(typed, all_words) ? take_everybody(m)
                                      : take_people(m, typed)))
        return false;
    return make_table(m, is_rating ? BALLOT_FORM_LEVEL4 : BALLOT_FORM_LEVEL3);
}

static bool read_motion(struct making *m, char *typed)
{
    if (!find_member(m, typed, &m->subject))
        return false;
    if (m->matter == MATTER_ADMISSION)
        set_title(m, "%s", _("Admission"));
    else
        set_title(m, "%s", _("Recognition as a full member"));
    return make_motion(m);
}

static bool read_matter(struct making *m, bool is_again, char *typed)
{
    switch (m->matter) {
    case MATTER_ELECTION:
        return is_again ? read_again(m, typed) : read_election(m, typed);
    case MATTER_DISCIPLINE:
        return read_discipline(m, typed);
    case MATTER_STRAW:
        return read_straw(m, typed);
    case MATTER_RATING:
    case MATTER_CONFIDENCE:
        return read_levels(m, typed);
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
        return read_motion(m, typed);
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case matter_none_:
    case matter_count_:
        break;
    }
    return false;
}

/* --- the whole ---------------------------------------------------------------
 */

static json_t *fields_of(const struct making *m)
{
    json_t *candidates = json_array();
    size_t i;

    for (i = 0; i < m->people_count; i++)
        (void)json_array_append_new(
            candidates, json_pack("{s:s}", "member", m->people[i].text));
    return json_pack("{s:s, s:I, s:s, s:b, s:b, s:s, s:s, s:o}", "matter",
                     enum_word(&matter_words, (int)m->matter), "seats",
                     (json_int_t)m->seats, "subject", m->subject.text, "post",
                     (int)m->has_post, "subject_votes", (int)m->subject_votes,
                     "election", m->election.text, "again", m->again.text,
                     "candidates", candidates);
}

/* The draft as text, NUL-terminated. Names and titles of before may have
 * letters that nobody sees, with which no draft is taken: it goes without. */
static enum result write_form(const struct making *m, char **out)
{
    struct byte_writer writer;
    enum result result;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    result = ballot_draft_write(&m->draft, &writer);
    if (result == RESULT_OK)
        result = text_to_seen(
            (struct text_view){ (const char *)writer.data, writer.size }, out);
    byte_writer_release(&writer);
    return result;
}

static enum result finish(struct making *m, struct cli_ballot_matter *out)
{
    char *form = NULL;
    enum result result;

    m->draft.name = text_view_of(m->title);
    m->draft.questions = m->questions;
    result = write_form(m, &form);
    if (result == RESULT_NO_MEMORY)
        return result;
    if (result != RESULT_OK) {
        (void)complain(m, "%s",
                       _("the ballot is too long here: make two of it"));
        return RESULT_INVALID;
    }
    *out =
        (struct cli_ballot_matter){ .form = form,
                                    .fields = fields_of(m),
                                    .is_rating = m->matter == MATTER_RATING };
    return out->fields ? RESULT_OK : RESULT_NO_MEMORY;
}

void cli_ballot_matter_release(struct cli_ballot_matter *matter)
{
    free(matter->form);
    json_decref(matter->fields);
    *matter = (struct cli_ballot_matter){ .form = NULL };
}

enum result cli_ballot_matter_read(const struct meeting_view *view, char *typed,
                                   char problem[CLI_MATTER_PROBLEM_SIZE],
                                   struct cli_ballot_matter *out)
{
    struct making *m = calloc(1, sizeof *m);
    size_t behind = 0;
    const int place = find_matter(typed, &behind);
    enum result result = RESULT_INVALID;
    size_t i;

    *out = (struct cli_ballot_matter){ .form = NULL };
    if (!m)
        return RESULT_NO_MEMORY;
    m->view = view;
    m->problem = problem;
    problem[0] = '\0';
    m->matter = matters[place].matter;
    if (read_matter(m, matters[place].is_again, cli_trim(typed + behind)))
        result = finish(m, out);
    else if (problem[0] == '\0')
        result = RESULT_NO_MEMORY;
    if (result != RESULT_OK)
        cli_ballot_matter_release(out);
    for (i = 0; i < LIMIT_BALLOT_CANDIDATES; i++)
        free(m->rows[i]);
    free(m);
    return result;
}
