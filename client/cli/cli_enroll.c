/* chibo enroll: makes a device key and has it registered. */
#include "client/cli/cli_devices.h"
#include "client/cli/cli_keeping.h"
#include "client/cli/cli_profile.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/core/anchor_store.h"
#include "client/core/journal.h"
#include "protocol/base/limits.h"
#include "protocol/program/result_words.h"
#include "protocol/record/invitation_link.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage_text[] = N_(
    "usage: chibo enroll LINK [options]\n"
    "\n"
    "Makes a new key on this computer and registers it as a device of the\n"
    "member (or site) that the invitation link is for. The link works once.\n"
    "\n"
    "  --label TEXT            how others see this device, as \"laptop\"\n"
    "  --profile NAME|DIR      where to keep the key (default: default)\n"
    "  --replace               put the profile that is there aside first, as\n"
    "                          after the server's key was lost\n"
    "  --passphrase-file FILE  take the new passphrase from this file\n"
    "  --insecure-empty-passphrase\n"
    "                          keep the key without a passphrase: whoever\n"
    "                          copies the file can act in your name\n"
    "  --language vi|en\n");

enum { TAG_ENROL = 1 };

struct enrolment {
    struct cli_profile place;
    struct invitation_link link;
    struct keystore_profile identity; /* secret */
    struct cli_passphrase passphrase; /* secret */
    struct cli_session session;
    /* Files made by us for a key that the server does not know yet. */
    const char *made[3];
    size_t made_count;
    bool is_known; /* the key, to the server; or it may be */
    bool replaces;
    char kept[CLI_PATH_SIZE]; /* where the old profile is; "": there is none */
};

/* A label of this computer's name, as far as it can be one. */
static void default_label(char *out, size_t size)
{
    char name[256] = "";

    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0' ||
        text_check(text_view_of(name), LIMIT_LABEL_LENGTH, false) !=
            RESULT_OK ||
        text_has_unseen(text_view_of(name)))
        (void)snprintf(name, sizeof name, "chibo");
    (void)snprintf(out, size, "%.*s", (int)(size - 1), name);
}

static bool take_label(const char *label, struct keystore_profile *identity)
{
    char *normal = NULL;
    bool is_good;

    if (!label) {
        default_label(identity->label, sizeof identity->label);
        return true;
    }
    is_good = text_to_nfc(text_view_of(label), &normal) == RESULT_OK &&
              normal[0] != '\0' &&
              text_check(text_view_of(normal), LIMIT_LABEL_LENGTH, false) ==
                  RESULT_OK &&
              !text_has_unseen(text_view_of(normal)) &&
              strlen(normal) < sizeof identity->label;
    if (is_good)
        memcpy(identity->label, normal, strlen(normal) + 1);
    else
        cli_complain(_("this is no label for a device: %s"), label);
    free(normal);
    return is_good;
}

static bool take_link(const char *text, struct enrolment *e)
{
    if (invitation_link_parse(text_view_of(text), &e->link) != RESULT_OK) {
        cli_complain(_("this is not an invitation link: it begins with "
                       "chibo:// and has to be complete"));
        return false;
    }
    e->identity.server = e->link.server;
    memcpy(e->identity.host, e->link.host, sizeof e->identity.host);
    e->identity.port = e->link.port;
    return true;
}

/* Connects and learns whom the link is for. */
static bool ask_server(struct enrolment *e)
{
    const struct client_config config = { .profile = &e->identity,
                                          .token = e->link.token };
    struct client_notice *notice;

    if (!cli_session_start(&e->session, &config))
        return false;
    notice = cli_session_await(&e->session, CLIENT_INVITED, 0);
    if (!notice)
        return false;
    e->identity.organisation = notice->organisation;
    e->identity.holder = notice->holder;
    (void)printf(_("Invitation for: %s (%s)\n"),
                 notice->name ? notice->name : "", notice->holder.text);
    (void)printf(_("Organisation:   %s\n"),
                 notice->organisation_name ? notice->organisation_name : "");
    (void)fflush(stdout);
    (void)client_notice_free(notice);
    return true;
}

static void note_made(struct enrolment *e, const char *path)
{
    e->made[e->made_count++] = path;
}

/* What an earlier device has seen goes on; true if there is such a thing. */
static bool inherit_anchors(struct enrolment *e, const struct key *device)
{
    struct cli_profile old;
    enum result result = RESULT_NOT_FOUND;

    if (e->kept[0] != '\0' && cli_profile_locate(e->kept, &old))
        result = anchor_store_inherit(e->place.anchors, old.anchors,
                                      &e->identity.organisation, device);
    if (result == RESULT_OK)
        note_made(e, e->place.anchors);
    else if (result != RESULT_NOT_FOUND)
        cli_complain(_("the anchors of the old profile are not taken over: %s"),
                     result_words(result));
    return result == RESULT_OK;
}

/* Anchors of an earlier device in this folder are worth keeping. */
static enum result write_anchors(struct enrolment *e, const struct key *device)
{
    const struct identifier *organisation = &e->identity.organisation;
    enum result result =
        anchor_store_adopt(e->place.anchors, organisation, device);

    if (result != RESULT_NOT_FOUND)
        return result;
    result = anchor_store_create(e->place.anchors, organisation, device);
    if (result == RESULT_OK)
        note_made(e, e->place.anchors);
    return result;
}

static bool make_anchors(struct enrolment *e)
{
    struct signing_key key;
    enum result result = signing_key_init(&key, e->identity.seed);
    const struct key device = key.public_key;

    signing_key_wipe(&key);
    if (!result && !inherit_anchors(e, &device))
        result = write_anchors(e, &device);
    if (result == RESULT_IO)
        cli_complain(_("cannot write %s: %s"), e->place.anchors,
                     result_words(result));
    else if (result != RESULT_OK)
        cli_keeping_complain_of_anchors(&e->place, result);
    return result == RESULT_OK;
}

/* Key, journal and anchors are on disk before the server hears of the key. */
static bool make_files(struct enrolment *e)
{
    const struct text_view passphrase = { e->passphrase.text,
                                          e->passphrase.size };
    enum result result;

    if (RAND_priv_bytes(e->identity.seed, sizeof e->identity.seed) != 1) {
        cli_complain(_("the system gives no random numbers"));
        return false;
    }
    result = keystore_create(e->place.keystore, &e->identity, passphrase);
    if (result != RESULT_OK) {
        cli_complain(_("cannot write %s: %s"), e->place.keystore,
                     result_words(result));
        return false;
    }
    note_made(e, e->place.keystore);
    result = journal_create(e->place.journal);
    if (result != RESULT_OK) {
        cli_complain(_("cannot write %s: %s"), e->place.journal,
                     result_words(result));
        return false;
    }
    note_made(e, e->place.journal);
    return make_anchors(e);
}

static void show_device(const struct keystore_profile *identity)
{
    struct signing_key key;

    if (signing_key_init(&key, identity->seed) != RESULT_OK)
        return;
    (void)printf(_("Device:         %s\n"), identity->label);
    (void)printf(_("Device code:    %s\n"),
                 device_code_of(&key.public_key).text);
    (void)fputs(
        _("\nOthers compare this code before they vouch for the device; "
          "read it out to them:\n"),
        stdout);
    cli_code_write(&key.public_key, CLI_CODE_GROUPS, stdout);
    (void)fputs(
        _("Two members vouch for it (chibo vouch, or /vouch in a meeting).\n"
          "Or you do, from another device of yours (chibo device-add).\n"
          "Until then it takes part in meetings, but may not vote.\n"
          "The code is shown again by: chibo whoami\n\n"),
        stdout);
    signing_key_wipe(&key);
}

/* Ids of sites begin with an s, as the server gives them. */
static bool is_site(const struct identifier *holder)
{
    return holder->text[0] == 's';
}

/* Only now that the server and the link are known to be good. */
static bool put_aside(struct enrolment *e)
{
    if (access(e->place.keystore, F_OK) != 0 &&
        access(e->place.journal, F_OK) != 0)
        return true;
    return cli_profile_put_aside(&e->place, e->kept) &&
           cli_profile_make_folder(&e->place);
}

/*
 * A refused key is worth nothing. One whose answer got lost may be registered,
 * so its files stay.
 */
static bool enrol(struct enrolment *e)
{
    struct client_notice *notice;
    enum result result;

    if (!ask_server(e))
        return false;
    if (e->passphrase.size == 0 && is_site(&e->identity.holder))
        cli_complain(_("WARNING: a device of a site without a passphrase, as "
                       "for tests only: whoever copies its key can act for all "
                       "who sit there"));
    if ((e->replaces && !put_aside(e)) || !make_files(e))
        return false;
    result = client_enrol(e->session.client, TAG_ENROL, &e->identity,
                          e->place.journal);
    if (result != RESULT_OK) {
        cli_complain(_("cannot enrol: %s"), result_words(result));
        return false;
    }
    notice = cli_session_await(&e->session, CLIENT_ANSWER, TAG_ENROL);
    if (!notice && e->session.was_refused)
        return false;
    e->made_count = 0;
    e->is_known = true;
    if (!notice) {
        cli_complain(_("the key stays in %s: if \"chibo meetings\" does not "
                       "work, remove this folder and ask for a new link"),
                     e->place.folder);
        return false;
    }
    (void)client_notice_free(notice);
    show_device(&e->identity);
    if (e->kept[0] != '\0')
        (void)printf(_("The old profile is kept in %s.\n"), e->kept);
    (void)printf(_("This computer is enrolled. Next: chibo join\n"));
    return true;
}

static enum cli_exit enrol_and_clean_up(struct enrolment *e)
{
    bool is_done = enrol(e);

    cli_session_close(&e->session);
    while (e->made_count > 0)
        (void)unlink(e->made[--e->made_count]);
    if (!e->is_known && e->kept[0] != '\0')
        (void)cli_profile_put_back(&e->place, e->kept);
    return is_done ? CLI_DONE : CLI_FAILED;
}

/* Anchors may be there: what an earlier device has seen goes on. */
static bool is_free(const struct enrolment *e)
{
    const struct cli_profile *place = &e->place;

    if (e->replaces)
        return true;
    if (access(place->keystore, F_OK) == 0)
        cli_complain(_("there is a device key in %s already: choose another "
                       "--profile, or --replace"),
                     place->folder);
    else if (access(place->journal, F_OK) == 0)
        cli_complain(_("there is the journal of an earlier device in %s: "
                       "choose another --profile, or --replace"),
                     place->folder);
    else
        return true;
    return false;
}

enum cli_exit cli_enroll(int argc, char **argv)
{
    const char *label = NULL;
    const char *link = NULL;
    bool may_be_empty = false;
    struct enrolment e = { .made_count = 0 };
    const struct cli_option options[] = {
        { "--label", &label, NULL },
        { "--insecure-empty-passphrase", NULL, &may_be_empty },
        { "--replace", NULL, &e.replaces },
    };
    const struct cli_usage usage = { usage_text, options, 3, 1, 1 };
    struct cli_common common = { NULL, NULL };
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, &link, &end))
        return end;
    end = CLI_FAILED;
    if (take_link(link, &e) && take_label(label, &e.identity) &&
        cli_profile_locate(common.profile, &e.place) && is_free(&e) &&
        cli_profile_make_folder(&e.place) &&
        cli_passphrase_choose(common.passphrase_file, may_be_empty,
                              &e.passphrase))
        end = enrol_and_clean_up(&e);
    cli_passphrase_wipe(&e.passphrase);
    keystore_profile_wipe(&e.identity);
    OPENSSL_cleanse(&e.link, sizeof e.link);
    return end;
}
