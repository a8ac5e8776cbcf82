#include "protocol/ballot/ballot_fault_words.h"

#include <string.h>

/* Marks a text for the catalogue. */
#define N_(text) text

/* Some sentences take two lines, and that is meant. */
/* NOLINTBEGIN(bugprone-suspicious-missing-comma) */
static const char *const fault_sentences[BALLOT_FAULT_COUNT] = {
    [BALLOT_FAULT_NONE] = N_("nothing is wrong"),
    [BALLOT_FAULT_NO_MEMORY] = N_("there is not enough memory"),
    [BALLOT_FAULT_LIBRARY] = N_("the cryptographic library failed"),
    [BALLOT_FAULT_HEADER] =
        N_("the file does not begin as the archive of an election"),
    [BALLOT_FAULT_TAR_HEADER] =
        N_("a record of the file does not have the header that it must have"),
    [BALLOT_FAULT_TAR_PADDING] = N_("there is something between two records"),
    [BALLOT_FAULT_TRUNCATED] = N_("the file ends in the middle of a record"),
    [BALLOT_FAULT_END_BLOCKS] = N_("the file was closed as other archives are"),
    [BALLOT_FAULT_TOO_LARGE] = N_("something is larger than allowed"),
    [BALLOT_FAULT_NAME_HASH] = N_("a record is not named by its hash"),
    [BALLOT_FAULT_JSON] = N_("a record is not written in its one spelling"),
    [BALLOT_FAULT_UNKNOWN_FIELD] = N_("a record has a field too many"),
    [BALLOT_FAULT_FIELD] =
        N_("a field of a record is missing, at another place, or no such "
           "value"),
    [BALLOT_FAULT_TEXT] = N_("a text is not fit to be shown"),
    [BALLOT_FAULT_UNSEEN] = N_("a text has letters that nobody sees: type it "
                               "anew instead of copying it"),
    [BALLOT_FAULT_NUMBER] = N_("a number is not written in its one spelling, "
                               "or out of range"),
    [BALLOT_FAULT_EVENT_ORDER] = N_("such an event may not come here"),
    [BALLOT_FAULT_EVENT_PARENT] =
        N_("the event does not hang on the one before it: something was cut "
           "out or put in"),
    [BALLOT_FAULT_EVENT_HEIGHT] = N_("the event has another number"),
    [BALLOT_FAULT_EVENT_PAYLOAD] =
        N_("a record of the event is missing, or is another one"),
    [BALLOT_FAULT_UNREFERENCED] =
        N_("there is a record that no event is about"),
    [BALLOT_FAULT_NOT_HOMOMORPHIC] =
        N_("there are questions whose ballots would be shown one by one: such "
           "elections are not verified here"),
    [BALLOT_FAULT_SETUP_HASH] =
        N_("the setup names other records than those that are there"),
    [BALLOT_FAULT_ELECTION] = N_("the election's version or id is no such"),
    [BALLOT_FAULT_QUESTION] =
        N_("a question cannot be answered so, or has too many answers"),
    [BALLOT_FAULT_GROUP] = N_("the election uses another group of numbers"),
    [BALLOT_FAULT_ELECTION_KEY] =
        N_("the election's key is not the one that the trustees' keys make"),
    [BALLOT_FAULT_NOT_IN_GROUP] =
        N_("a number does not belong to the group in which all is computed"),
    [BALLOT_FAULT_IDENTITY] = N_("a key is one that everybody knows"),
    [BALLOT_FAULT_SAME_KEY] = N_("two trustees have the same key"),
    [BALLOT_FAULT_KEY_PROOF] = N_("a trustee does not prove that the key is "
                                  "its own"),
    [BALLOT_FAULT_CERTIFICATE] = N_("a trustee's certificate has another form"),
    [BALLOT_FAULT_CERTIFICATE_SIGNATURE] =
        N_("a trustee's certificate is not signed by it"),
    [BALLOT_FAULT_CERTIFICATE_CONTEXT] =
        N_("a trustee's certificate is of another committee or place"),
    [BALLOT_FAULT_THRESHOLD] =
        N_("the number of trustees needed is impossible"),
    [BALLOT_FAULT_COEFFICIENTS] =
        N_("a trustee's share in the key has another form"),
    [BALLOT_FAULT_COEFFICIENTS_SIGNATURE] =
        N_("a trustee's share in the key is not signed by it"),
    [BALLOT_FAULT_CERTS_SIGNATURE] =
        N_("a trustee has not signed the committee as it stands here"),
    [BALLOT_FAULT_VERIFICATION_KEY] =
        N_("a trustee's key is not what the committee's shares make"),
    [BALLOT_FAULT_KEY_SIGNATURE] = N_("a trustee's key is not signed by it"),
    [BALLOT_FAULT_CREDENTIAL] =
        N_("the list of voters' credentials is out of order, or has weights"),
    [BALLOT_FAULT_SAME_CREDENTIAL] = N_("a credential is in the list twice"),
    [BALLOT_FAULT_CREDENTIAL_COUNT] =
        N_("the list has more credentials than the roll has voters"),
    [BALLOT_FAULT_MEETING_FIELDS] =
        N_("what the election says of its meeting does not fit"),
    [BALLOT_FAULT_COMMITTEE_SIGNATURE] =
        N_("a member of the committee has not signed its key"),
    [BALLOT_FAULT_OTHER_ELECTION] = N_("the ballot is of another election"),
    [BALLOT_FAULT_NOT_IN_LIST] =
        N_("the ballot's credential is not in the list"),
    [BALLOT_FAULT_REPLAY] = N_("the same ballot is there once before"),
    [BALLOT_FAULT_TOO_OFTEN] =
        N_("there are more ballots with this credential than allowed"),
    [BALLOT_FAULT_CHOICE_COUNT] =
        N_("the ballot has another number of answers, or of proofs"),
    [BALLOT_FAULT_INDIVIDUAL_PROOF] =
        N_("the ballot does not prove that each mark is a mark or none"),
    [BALLOT_FAULT_OVERALL_PROOF] =
        N_("the ballot does not prove that the number of marks is allowed"),
    [BALLOT_FAULT_BLANK_PROOF] =
        N_("the ballot does not prove that it is blank or has marks, not both"),
    [BALLOT_FAULT_BALLOT_HASH] = N_("the ballot was signed with other content"),
    [BALLOT_FAULT_BALLOT_SIGNATURE] =
        N_("the ballot is not signed by its credential"),
    [BALLOT_FAULT_TALLY] = N_("the encrypted total is not that of the ballots"),
    [BALLOT_FAULT_TALLY_NUMBERS] =
        N_("the number of ballots counted is another one"),
    [BALLOT_FAULT_TALLY_REFERENCE] = N_("the total names another record"),
    [BALLOT_FAULT_OWNER] = N_("there is no such trustee"),
    [BALLOT_FAULT_OWNER_TWICE] = N_("this trustee has decrypted already"),
    [BALLOT_FAULT_DECRYPTION_SHAPE] =
        N_("the decryption has another number of values or proofs"),
    [BALLOT_FAULT_DECRYPTION_PROOF] =
        N_("the trustee does not prove that it decrypted rightly"),
    [BALLOT_FAULT_STRONG_PROOF] =
        N_("the trustee's second proof, which covers the values themselves, "
           "is wrong"),
    [BALLOT_FAULT_STRONG_PROOF_MISSING] =
        N_("the trustee's second proof, which covers the values themselves, "
           "is missing"),
    [BALLOT_FAULT_TOO_FEW_DECRYPTIONS] =
        N_("there is a result, but too few trustees have decrypted"),
    [BALLOT_FAULT_RESULT_SHAPE] = N_("the result has another number of counts"),
    [BALLOT_FAULT_RESULT_NUMBERS] = N_("the result is not what was decrypted"),
    [BALLOT_FAULT_PAPER_FIELDS] =
        N_("what the result says of paper ballots does not fit"),
    [BALLOT_FAULT_MORE_AFTER_RESULT] = N_("something follows the result"),
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

const char *ballot_fault_sentence(enum ballot_fault fault)
{
    return fault_sentences[fault] ? fault_sentences[fault]
                                  : ballot_fault_word(fault);
}

enum ballot_fault ballot_fault_of_word(const char *word)
{
    int fault = BALLOT_FAULT_COUNT - 1;

    while (fault > BALLOT_FAULT_NONE &&
           strcmp(ballot_fault_word((enum ballot_fault)fault), word) != 0)
        fault--;
    return (enum ballot_fault)fault;
}
