#include "tests/support/lying/forged.h"

#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/meeting/ballot_paper.h"
#include "protocol/meeting/keys_judge.h"
#include "server/room/blob_set.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/must.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The loop sets it, workers look at it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *forged; /* owned */

void forged_set(json_t *terms)
{
    must(pthread_mutex_lock(&lock) == 0);
    json_decref(forged);
    forged = json_incref(terms);
    must(pthread_mutex_unlock(&lock) == 0);
}

/* What was written is put in other words. Takes the value. */
static void rewrite(struct byte_writer *out, json_t *record)
{
    size_t size;
    char *text = json_compact(record, &size);

    byte_writer_reset(out);
    byte_writer_bytes(out, text, size);
    free(text);
    json_decref(record);
}

static json_t *read_back(const struct byte_writer *out)
{
    json_t *record = json_loadb((const char *)out->data, out->size, 0, NULL);

    must(record);
    return record;
}

/* --- election.json ------------------------------------------------------- */

enum result __real_ballot_election_write(const struct ballot_group *group,
                                         const struct ballot_election *election,
                                         struct byte_writer *out);
enum result __wrap_ballot_election_write(const struct ballot_group *group,
                                         const struct ballot_election *election,
                                         struct byte_writer *out);
enum result __wrap_ballot_election_write(const struct ballot_group *group,
                                         const struct ballot_election *election,
                                         struct byte_writer *out)
{
    const enum result result =
        __real_ballot_election_write(group, election, out);
    json_t *values;

    must(pthread_mutex_lock(&lock) == 0);
    values = json_object_get(forged, "election");
    if (result == RESULT_OK && values) {
        json_t *record = read_back(out);

        must(json_put_all(record, values));
        rewrite(out, record);
    }
    must(pthread_mutex_unlock(&lock) == 0);
    return result;
}

/* --- the list ------------------------------------------------------------ */

static bool is_among(const json_t *list, const json_t *text)
{
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        if (json_equal(entry, text))
            return true;
    }
    return false;
}

/* As numbers: the longer is the greater. */
static int compare(const void *a, const void *b)
{
    const char *one = json_string_value(*(json_t *const *)a);
    const char *other = json_string_value(*(json_t *const *)b);
    const size_t size = strlen(one), other_size = strlen(other);

    if (size != other_size)
        return size < other_size ? -1 : 1;
    return strcmp(one, other);
}

static json_t *sorted(const json_t *texts)
{
    const size_t count = json_array_size(texts);
    json_t **rows = calloc(count + 1, sizeof(json_t *));
    json_t *list = json_array();
    size_t i;

    must(rows && list);
    for (i = 0; i < count; i++)
        rows[i] = json_array_get(texts, i);
    qsort(rows, count, sizeof(json_t *), compare);
    for (i = 0; i < count; i++)
        must(json_array_append(list, rows[i]) == 0);
    free(rows);
    return list;
}

static json_t *forge_list(const json_t *texts, const json_t *terms)
{
    const json_t *keep = json_object_get(terms, "keep");
    const json_t *without = json_object_get(terms, "without");
    json_t *chosen = json_array();
    json_t *entry, *list;
    size_t i;

    must(chosen);
    json_array_foreach(texts, i, entry)
    {
        if ((!keep || is_among(keep, entry)) && !is_among(without, entry))
            must(json_array_append(chosen, entry) == 0);
    }
    json_array_foreach(json_object_get(terms, "add"), i, entry)
    {
        must(json_array_append(chosen, entry) == 0);
    }
    list = sorted(chosen);
    json_decref(chosen);
    return list;
}

enum result __real_ballot_list_write(const struct ballot_element *keys,
                                     size_t count, struct byte_writer *out);
enum result __wrap_ballot_list_write(const struct ballot_element *keys,
                                     size_t count, struct byte_writer *out);
enum result __wrap_ballot_list_write(const struct ballot_element *keys,
                                     size_t count, struct byte_writer *out)
{
    const enum result result = __real_ballot_list_write(keys, count, out);
    json_t *terms;

    must(pthread_mutex_lock(&lock) == 0);
    terms = json_object_get(forged, "list");
    if (result == RESULT_OK && terms) {
        json_t *texts = read_back(out);

        rewrite(out, forge_list(texts, terms));
        json_decref(texts);
    }
    must(pthread_mutex_unlock(&lock) == 0);
    return result;
}

/* --- verdicts ------------------------------------------------------------ */

/* The forged one under this name; false: there is none. */
static bool take_verdict(const char *name, bool once,
                         struct keys_verdict *verdict)
{
    const json_t *terms;

    must(pthread_mutex_lock(&lock) == 0);
    terms = json_object_get(forged, name);
    if (terms) {
        verdict->fault = (enum keys_fault)enum_value(
            &keys_fault_words, text_view_of(json_text(terms, "reason")));
        verdict->guilty =
            (uint32_t)json_integer_value(json_object_get(terms, "guilty"));
        if (once)
            must(json_object_del(forged, name) == 0);
    }
    must(pthread_mutex_unlock(&lock) == 0);
    return terms != NULL;
}

enum result __real_keys_judge(const struct ballot_group *group,
                              const struct keys_texts *texts,
                              const struct keys_complaint *complaint,
                              struct keys_verdict *verdict);
enum result __wrap_keys_judge(const struct ballot_group *group,
                              const struct keys_texts *texts,
                              const struct keys_complaint *complaint,
                              struct keys_verdict *verdict);
enum result __wrap_keys_judge(const struct ballot_group *group,
                              const struct keys_texts *texts,
                              const struct keys_complaint *complaint,
                              struct keys_verdict *verdict)
{
    return take_verdict("verdict", false, verdict)
               ? RESULT_OK
               : __real_keys_judge(group, texts, complaint, verdict);
}

enum result __real_keys_examine(const struct ballot_group *group,
                                const struct keys_texts *texts,
                                struct keys_verdict *verdict);
enum result __wrap_keys_examine(const struct ballot_group *group,
                                const struct keys_texts *texts,
                                struct keys_verdict *verdict);
enum result __wrap_keys_examine(const struct ballot_group *group,
                                const struct keys_texts *texts,
                                struct keys_verdict *verdict)
{
    return take_verdict("finding", true, verdict)
               ? RESULT_OK
               : __real_keys_examine(group, texts, verdict);
}

enum result __real_keys_make_record(const struct ballot_group *group,
                                    const struct keys_texts *texts,
                                    struct byte_writer *text,
                                    struct keys_record *out,
                                    struct keys_verdict *verdict);
enum result __wrap_keys_make_record(const struct ballot_group *group,
                                    const struct keys_texts *texts,
                                    struct byte_writer *text,
                                    struct keys_record *out,
                                    struct keys_verdict *verdict);
enum result __wrap_keys_make_record(const struct ballot_group *group,
                                    const struct keys_texts *texts,
                                    struct byte_writer *text,
                                    struct keys_record *out,
                                    struct keys_verdict *verdict)
{
    return take_verdict("finding", true, verdict)
               ? RESULT_OK
               : __real_keys_make_record(group, texts, text, out, verdict);
}

/* --- the result ---------------------------------------------------------- */

enum result __real_ballot_paper_write(struct byte_writer *writer,
                                      const struct meeting_ballot_paper *paper);
enum result __wrap_ballot_paper_write(struct byte_writer *writer,
                                      const struct meeting_ballot_paper *paper);
enum result __wrap_ballot_paper_write(struct byte_writer *writer,
                                      const struct meeting_ballot_paper *paper)
{
    enum result result = __real_ballot_paper_write(writer, paper);
    json_t *value;

    must(pthread_mutex_lock(&lock) == 0);
    value = json_object_get(forged, "paper");
    if (result == RESULT_OK && value) {
        rewrite(writer, json_incref(value));
        result = writer->result;
    }
    must(pthread_mutex_unlock(&lock) == 0);
    return result;
}

/* --- Files ---------------------------------------------------------------- */

/* A server that names false records in its log gives them out, too. */
bool __wrap_blob_set_has(const struct blob_set *set, const struct hash *blob);
bool __wrap_blob_set_has(const struct blob_set *set, const struct hash *blob)
{
    (void)set;
    (void)blob;
    return true;
}
