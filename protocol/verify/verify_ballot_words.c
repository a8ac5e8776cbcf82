#include "protocol/verify/verify_ballot_words.h"

#include "protocol/ballot/ballot_fault_words.h"
#include "protocol/verify/verify_text.h"

const char *verify_ballot_fault_words(enum ballot_fault fault)
{
    return _(ballot_fault_sentence(fault));
}

const char *verify_ballot_kind_words(enum ballot_event_kind kind)
{
    static const char *const words[BALLOT_EVENT_KIND_COUNT] = {
        [BALLOT_EVENT_NONE] = N_("of unknown kind"),
        [BALLOT_EVENT_SETUP] = N_("the setup"),
        [BALLOT_EVENT_BALLOT] = N_("a ballot"),
        [BALLOT_EVENT_END_BALLOTS] = N_("the end of voting"),
        [BALLOT_EVENT_ENCRYPTED_TALLY] = N_("the encrypted total"),
        [BALLOT_EVENT_PARTIAL_DECRYPTION] = N_("a trustee's decryption"),
        [BALLOT_EVENT_RESULT] = N_("the result"),
    };

    return _(words[kind]);
}
