#include "client/cli/cli_keeping.h"

#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

static void complain_of_journal(const struct cli_profile *profile,
                                enum result result)
{
    if (result == RESULT_BUSY)
        cli_complain(_("this profile is used by another chibo at the moment"));
    else
        cli_profile_complain_of(profile, profile->journal, result);
}

void cli_keeping_complain_of_anchors(const struct cli_profile *profile,
                                     enum result result)
{
    const char *path = profile->anchors;

    if (result == RESULT_NOT_FOUND)
        cli_complain(_("there are no anchors in %s"), path);
    else if (result == RESULT_CORRUPT)
        cli_complain(_("neither %s can be read nor the version before it "
                       "(%s.old): move both to another folder, then bring an "
                       "export back with \"chibo anchors import FILE\", or go "
                       "on and begin new anchors"),
                     path, path);
    else if (result == RESULT_REFUSED)
        cli_complain(_("%s is of another organisation"), path);
    else
        cli_profile_complain_of(profile, path, result);
}

static void tell_of_older(const char *path, enum result damage)
{
    if (damage == RESULT_NOT_FOUND)
        cli_complain(_("%s is missing: the version before it is used"), path);
    else if (damage == RESULT_TRUNCATED)
        cli_complain(_("%s was cut short: the version before it is used, and "
                       "this one kept as %s.damaged"),
                     path, path);
    else
        cli_complain(_("%s is damaged: the version before it is used, and this "
                       "one kept as %s.damaged"),
                     path, path);
}

static void tell(const char *path, const struct anchor_store_report *report,
                 size_t log_count)
{
    if (report->origin == ANCHOR_STORE_OLDER)
        tell_of_older(path, report->damage);
    if (report->origin == ANCHOR_STORE_REMOVED)
        cli_complain(_("%s is missing although this device has followed %zu "
                       "records: it was removed, or the profile is of an older "
                       "chibo. New anchors begin with the newest heads; bring "
                       "an export back with \"chibo anchors import FILE\""),
                     path, log_count);
    if (report->contradicting_count)
        cli_complain(_("the anchors CONTRADICT this device's journal in %zu "
                       "records: one of the two files was changed, or put "
                       "back"),
                     report->contradicting_count);
}

bool cli_keeping_open(struct cli_keeping *keeping,
                      const struct cli_profile *profile,
                      const struct identifier *organisation)
{
    struct anchor_store_report report;
    enum result result = RESULT_OK;

    *keeping = (struct cli_keeping){ .journal = NULL };
    result = journal_open(&keeping->journal, profile->journal);
    if (result) {
        complain_of_journal(profile, result);
        return false;
    }
    result = anchor_store_open(&keeping->anchors, profile->anchors,
                               keeping->journal, organisation, &report);
    if (result) {
        cli_keeping_complain_of_anchors(profile, result);
        return false;
    }
    tell(profile->anchors, &report, journal_log_count(keeping->journal));
    return true;
}

bool cli_keeping_save(struct cli_keeping *keeping,
                      const struct cli_profile *profile)
{
    const enum result result = anchor_store_save(keeping->anchors);

    if (result)
        cli_complain(_("cannot write %s: %s"), profile->anchors,
                     result_words(result));
    return result == RESULT_OK;
}

void cli_keeping_close(struct cli_keeping *keeping)
{
    keeping->anchors = anchor_store_free(keeping->anchors);
    keeping->journal = journal_free(keeping->journal);
}

bool cli_keeping_read(const struct cli_profile *profile, struct anchors *out)
{
    bool is_older = false;
    const enum result result =
        anchor_store_read(profile->anchors, out, &is_older);

    if (result) {
        cli_keeping_complain_of_anchors(profile, result);
        return false;
    }
    if (is_older)
        cli_complain(_("%s cannot be read: the version before it is used"),
                     profile->anchors);
    return true;
}
