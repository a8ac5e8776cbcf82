"""A secret ballot of a meeting, played by hand: voters and tellers whose
cryptography is that of ballot_reference, over wire_client connections. It shares
no code with the sources in C.

A BallotPlay knows the people and the ballot; its methods are the steps of one,
so that a test can stop the server, or lie, between any two of them.
"""
import hashlib
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wire_client import Refused, WireError, forms, verify, wait_all

from ballot_reference import (archive, ballots, credentials, proofs, questions,
                              records, tally, trustees)
from ballot_reference.group import Chance, Q, generate, power, product
import fast_power

fast_power.use()

QUESTIONS = [
    questions.Question([f"Đảng viên Mẫu {i:02}" for i in range(11, 15)], 0, 2,
                       "Bầu hai đồng chí vào chi uỷ", blank=True),
    questions.Question(["Tán thành", "Không tán thành"], 0, 1,
                       "Đảng viên Mẫu 21"),
]
FORMS = ["choose", "agree"]
# By voter, in turn: marks of each question, blanks first.
MARKS = [[[0, 1, 1, 0, 0], [1, 0]], [[0, 1, 0, 0, 0], [0, 1]],
         [[1, 0, 0, 0, 0], [0, 0]], [[0, 0, 1, 0, 1], [1, 0]]]


def form_text(name="Bầu chi uỷ", asked=None, drawn=None):
    return records.write_text({
        "name": name, "questions": [q.as_json() for q in asked or QUESTIONS],
        "forms": drawn or FORMS})


def sha(value):
    return hashlib.sha256(value if isinstance(value, bytes)
                          else value.encode()).digest()


class Teller:
    """One of a committee: its keys, step by step."""

    def __init__(self, play, client, index):
        self.play = play
        self.client = client
        self.index = index
        self.member = self.x = self.single = None

    # -- three or more: a group --

    def begin(self, attempt, size, threshold):
        """Sends the certificate."""
        chance = self.play.chance
        self.attempt, self.size, self.threshold = attempt, size, threshold
        if size <= 2:
            self.x = chance.scalar()
            self.single = trustees.single_key(self.x, chance)
            certificate = records.write_text(self.single)
            message = sha(self.single["public_key"])
        else:
            self.member = trustees.Member(self.index, size, threshold, chance)
            certificate = records.write_text(
                self.member.signed(self.member.message, chance))
            message = sha(self.member.message)
        return self.do("certify", certificate=certificate,
                       message=message.hex())

    def do(self, op, **fields):
        return self.client.do(op, self.play.meeting, ballot=self.play.ballot,
                              attempt=self.attempt, index=self.index, **fields)

    def certificates(self):
        return [json.loads(t) for t in self.play.texts(
            "teller_certified", "certificate", self.attempt)]

    def box(self, recipient, certs, share):
        chance = self.play.chance
        encryption = int(json.loads(certs[recipient - 1]["message"])
                         ["encryption"])
        r = chance.scalar()
        head = records.write_text({
            "attempt": self.attempt,
            "certs": records.hex_hash(records.write(certs)),
            "sender": self.index, "recipient": recipient,
            "alpha": str(generate(r))})[:-1]
        key = forms.sha256(forms.domain("ballot-share") + forms.prefixed(
            head.encode(), str(power(encryption, r)).encode()))
        data = AESGCM(key).encrypt(bytes(12), share.to_bytes(32, "big"), None)
        signed = f'{head},"data":"{data.hex()}"'
        proof = proofs.sign(self.member.signing, f"share|{signed}}}", chance)
        return json.loads(signed + "}") | {"signature": proofs.as_json(proof)}

    def deal_text(self, spoil=None):
        """`spoil`: the member whose share is false."""
        chance, member = self.play.chance, self.member
        certs = self.certificates()
        dealing = {
            "coefexps": member.signed(member.coefexps(), chance),
            "signature": proofs.as_json(proofs.sign(
                member.signing, trustees.certs_message(certs, member.row()),
                chance))}
        boxes = ["" if i == self.index else self.box(
            i, certs, (member.share_for(i) + (i == spoil)) % Q)
            for i in range(1, self.size + 1)]
        return records.write_text({"dealing": dealing, "boxes": boxes})

    def deal(self, spoil=None):
        return self.do("deal", deal=self.deal_text(spoil))

    def open_box(self, sender, deal):
        box = json.loads(deal)["boxes"][self.index - 1]
        head = records.write_text({
            n: box[n] for n in ("attempt", "certs", "sender", "recipient",
                                "alpha")})[:-1]
        common = power(int(box["alpha"]), self.member.decryption)
        key = forms.sha256(forms.domain("ballot-share") + forms.prefixed(
            head.encode(), str(common).encode()))
        return int.from_bytes(
            AESGCM(key).decrypt(bytes(12), bytes.fromhex(box["data"]), None),
            "big")

    def rows(self):
        return [[int(a) for a in json.loads(json.loads(d)["dealing"]
                                            ["coefexps"]["message"])
                 ["coefexps"]]
                for d in self.play.texts("shares_dealt", "deal", self.attempt)]

    def shares(self):
        """[(sender, share, is right)]"""
        found = []
        rows = self.rows()
        for sender, deal in enumerate(self.play.texts(
                "shares_dealt", "deal", self.attempt), 1):
            share = self.member.share_for(self.index) \
                if sender == self.index else self.open_box(sender, deal)
            wanted = product(power(a, self.index**k)
                             for k, a in enumerate(rows[sender - 1]))
            found.append((sender, share, generate(share) == wanted))
        return found

    def confirm(self):
        chance = self.play.chance
        shares = self.shares()
        assert all(right for *_, right in shares)
        self.member.take([share for _, share, _ in shares])
        self.x = self.member.x
        key = trustees.single_key(self.x, chance)
        key["signature"] = proofs.as_json(proofs.sign(
            self.member.signing, key["public_key"], chance))
        return self.do("confirm_share", key=records.write_text(key))

    def complaint(self, sender):
        body = records.write_text({
            "attempt": self.attempt,
            "certs": records.hex_hash(records.write(self.certificates())),
            "sender": sender, "complainer": self.index,
            "decryption": str(self.member.decryption)})[:-1]
        proof = proofs.sign(self.member.signing, f"complaint|{body}}}",
                            self.play.chance)
        return f'{body},"signature":{records.write_text(proofs.as_json(proof))}}}'

    def dispute(self, against, evidence=None):
        return self.do("dispute_keys", against=against,
                       evidence=self.complaint(against)
                       if evidence is None else evidence)

    # -- all --

    def sign_trustees(self, record=None):
        record = record or self.play.trustees_record(self.attempt)
        owner = self.index + 1
        return self.client.do(
            "sign_trustees", self.play.meeting, ballot=self.play.ballot,
            attempt=self.attempt, owner=owner,
            key=sha(str(generate(self.x))).hex(),
            trustees=records.hex_hash(record))

    def decryption(self):
        play = self.play
        election, _, total = play.counted()
        payload = tally.decrypt(election, self.index + 1, self.x, total,
                                play.chance)
        play.breathe()
        return payload

    def decrypt(self, payload=None):
        play = self.play
        payload = payload or self.decryption()
        name = self.client.put_blob(payload)
        ended = play.event("ballots_ended")
        tallied = play.event("ballot_tallied")
        return self.client.do(
            "decrypt", play.meeting, ballot=play.ballot, owner=self.index + 1,
            end=ended["end"], tally=tallied["tally"], payload=name,
            size=len(payload))


class Voter:
    """A member who votes by the own device."""

    def __init__(self, play, client):
        self.play = play
        self.client = client
        self.secret = play.chance.scalar()
        self.issued = None
        self.ballots = []
        self.receipts = []

    @property
    def credential(self):
        return str(generate(self.secret))

    def take_fields(self, credential=None):
        play, client = self.play, self.client
        log = client.log(play.meeting)
        seen = len(log.events) - 1
        credential = credential or self.credential
        sig = client.device.sign(
            "issue", play.meeting, client.device.holder.encode(),
            play.uuid.encode(), play.election_hash, sha(credential),
            forms.number(seen), log.head)
        return {"log": play.meeting, "ballot": play.ballot,
                "credential": credential, "seen": seen,
                "head": log.head.hex(), "sig": sig.hex()}

    def take(self):
        play = self.play
        answer = wait_all([*play.clients, *play.others], self.ask_to_take,
                          "the server's share")
        verify(self.play.server_key, "issued", self.play.meeting,
               [self.client.device.holder.encode(), self.play.uuid.encode(),
                self.play.election_hash, sha(self.credential)],
               bytes.fromhex(answer["issued"]))
        self.issued = answer["issued"]

    def ask_to_take(self):
        """None: right after a start the server looks for its share yet."""
        try:
            return self.client.ask("take_ballot", **self.take_fields())
        except Refused as refused:
            if refused.code != "busy":
                raise
            return None

    def attest(self):
        play = self.play
        listed = play.event("ballot_listed")
        if self.credential.encode() not in play.blob(listed["credentials"]):
            raise WireError("the list is without this credential")
        return self.client.do("attest_ballot", play.meeting,
                              ballot=play.ballot, setup=listed["setup"],
                              length=listed["length"])

    def make(self, marks):
        data = ballots.make(self.play.election, self.secret, marks,
                            self.play.chance)
        self.play.breathe()
        self.ballots.append(data)
        return data

    def cast(self, data, part_size=None):
        """Sends a ballot and holds the receipt against it."""
        play, client = self.play, self.client
        text, answer = data.decode(), None
        if part_size is None:
            answer = client.ask("cast", log=play.meeting, ballot=play.ballot,
                                text=text)
        for at in range(0, len(text), part_size or len(text)):
            if part_size is None:
                break
            answer = client.ask("cast", log=play.meeting, ballot=play.ballot,
                                part={"offset": at, "size": len(text),
                                      "text": text[at:at + part_size]})
        self.check_receipt(data, answer)
        self.receipts.append((data, answer))
        return answer

    def check_receipt(self, data, answer):
        play = self.play
        self.client.wait(lambda: len(play.recorded(self.client))
                         >= answer["height"], "the ballot in the log")
        event = play.recorded(self.client)[answer["height"] - 1]
        if event["tracker"] != sha(data).hex():
            raise WireError("another ballot stands at this height")
        verify(play.server_key, "receipt", play.meeting,
               [play.uuid.encode(), bytes.fromhex(play.setup_hash), sha(data),
                forms.number(answer["height"]),
                play.archive_heads(self.client)[answer["height"]],
                forms.number(answer["ms"])], bytes.fromhex(answer["sig"]))

    def include(self):
        play = self.play
        ended = play.event("ballots_ended")
        return self.client.do(
            "include_ballot", play.meeting, ballot=play.ballot,
            setup=play.setup_hash, end=ended["end"], count=ended["count"],
            what="cast" if self.receipts else "none")


class Hall:
    """A site's device: members vote there, each with a credential of its
    pool."""

    def __init__(self, play, client, members):
        self.play = play
        self.client = client
        self.members = sorted(members)
        self.secrets = [play.chance.scalar() for _ in members]
        self.cast_count = 0

    @property
    def credentials(self):
        return [str(generate(s)) for s in self.secrets]

    def take(self):
        play, client = self.play, self.client
        log = client.log(play.meeting)
        seen = len(log.events) - 1
        site = client.device.holder.encode()
        sigs = [client.device.sign(
            "issue", play.meeting, site, play.uuid.encode(),
            play.election_hash, sha(c), forms.number(seen), log.head).hex()
            for c in self.credentials]
        answer = client.ask("take_pool", log=play.meeting, ballot=play.ballot,
                            credentials=self.credentials, seen=seen,
                            head=log.head.hex(), sigs=sigs)
        for credential, issued in zip(self.credentials, answer["issued"],
                                      strict=True):
            verify(play.server_key, "issued", play.meeting,
                   [site, play.uuid.encode(), play.election_hash,
                    sha(credential)], bytes.fromhex(issued))

    def fields(self):
        play = self.play
        pool = "".join(c + "\n" for c in sorted(self.credentials))
        return {"ballot": play.ballot, "setup": play.setup_hash,
                "k": len(self.secrets), "pool": sha(pool).hex(),
                "members": [{"member": m} for m in self.members]}

    def attest(self, teller):
        """The device itself, then a teller's."""
        play = self.play
        self.client.do("attest_hall", play.meeting, **self.fields())
        play.settle()
        teller.client.do("confirm_hall", play.meeting,
                         site=self.client.device.holder, **self.fields())

    def unlock(self, member, pin):
        self.play.breathe()
        return self.client.ask("unlock_hall", log=self.play.meeting,
                               ballot=self.play.ballot, member=member, pin=pin)

    def cast(self, marks):
        play = self.play
        data = ballots.make(play.election, self.secrets[self.cast_count],
                            marks, play.chance)
        play.breathe()
        answer = self.client.ask("cast", log=play.meeting, ballot=play.ballot,
                                 text=data.decode())
        Voter.check_receipt(self, data, answer)
        self.cast_count += 1
        return answer

    def include(self):
        ended = self.play.event("ballots_ended")
        return self.client.do(
            "include_hall", self.play.meeting, ballot=self.play.ballot,
            setup=self.play.setup_hash, end=ended["end"],
            count=ended["count"], own=self.cast_count)


class BallotPlay:
    """`clients` are joined to the meeting; the first is its chair."""

    def __init__(self, server, meeting, clients, tellers=3, threshold=2,
                 chance=None):
        self.server = server
        self.meeting = meeting
        self.clients = clients
        self.chair = clients[0]
        self.chance = chance or Chance()
        self.teller_count = tellers
        self.threshold = threshold
        self.tellers = []
        self.voters = []
        self.ballot = None
        self.records = {}
        self.is_revote = True
        self.has_halls = False
        self.others = []  # connected, and no voters
        self.hands = []  # (site, number) of those who vote there by hand

    # -- looking at the log --

    @property
    def log(self):
        return self.chair.log(self.meeting)

    @property
    def server_key(self):
        return bytes.fromhex(self.log.parsed(0)["server"])

    def events(self, name, client=None):
        return [e for e in (client or self.chair).log(self.meeting).all(name)
                if e["ballot"] == self.ballot]

    def event(self, name):
        """The newest, waited for."""
        return self.wait_count(name, 1)[-1]

    def wait_count(self, name, count, client=None):
        client = client or self.chair
        wait_all([*self.clients, *self.others],
                 lambda: len(self.events(name, client)) >= count,
                 f"{count} events {name}")
        return self.events(name, client)

    def texts(self, name, field, attempt):
        rows = sorted((e for e in self.events(name)
                       if e["attempt"] == attempt), key=lambda e: e["index"])
        return [e[field] for e in rows]

    def blob(self, name):
        if name not in self.records:
            self.records[name] = self.chair.get_blob(name)
        return self.records[name]

    def recorded(self, client=None):
        return self.events("ballot_recorded", client)

    @property
    def uuid(self):
        return self.event("keys_begun")["uuid"]

    @property
    def election_hash(self):
        return bytes.fromhex(self.event("ballot_ready")["election"])

    @property
    def setup_hash(self):
        return self.event("ballot_listed")["setup"]

    @property
    def election(self):
        data = self.blob(self.election_hash.hex())
        if getattr(self, "_election", None) is None \
                or self._election.data != data:
            self._election = questions.Election(data)
        return self._election

    def steps(self, client=None):
        """The archive's events that the log tells of, with their records."""
        ready, listed = self.event("ballot_ready"), self.event("ballot_listed")
        found = [archive.Step(archive.SETUP, *[self.blob(h) for h in (
            ready["election"], ready["trustees"], listed["credentials"],
            listed["setup"])])]
        found += [archive.Step(archive.BALLOT, self.blob(e["tracker"]))
                  for e in self.recorded(client)]
        if self.events("ballots_ended", client):
            found.append(archive.Step(archive.END))
        for e in self.events("ballot_tallied", client):
            found.append(archive.Step(archive.TALLY, self.blob(e["tally"]),
                                      self.blob(e["sized"])))
        for e in self.events("ballot_decrypted", client):
            found.append(archive.Step(archive.DECRYPTION,
                                      self.blob(e["payload"]),
                                      self.blob(e["sized"])))
        for e in self.events("ballot_result", client):
            found.append(archive.Step(archive.RESULT, self.blob(e["result"])))
        return found

    def archive(self):
        opened = self.event("ballot_opened")
        return archive.write(self.steps(), opened["at"] // 1000)

    def archive_heads(self, client=None):
        """SHA-256 of the archive's events by height, from hashes alone."""
        listed = self.event("ballot_listed")
        payloads = [(archive.SETUP, listed["setup"])]
        payloads += [(archive.BALLOT, e["tracker"])
                     for e in self.recorded(client)]
        heads, parent = [], None
        for height, (kind, payload) in enumerate(payloads):
            event = ({} if parent is None else {"parent": parent}) | {
                "height": height, "type": kind, "payload": payload}
            data = records.write(event)
            parent = records.hex_hash(data)
            heads.append(sha(data))
        return heads

    def trustees_record(self, attempt):
        begun = self.event("keys_begun")
        server = ["Single", json.loads(begun["server_key"])]
        certs = [json.loads(t) for t in self.texts(
            "teller_certified", "certificate", attempt)]
        if self.teller_count <= 2:
            return records.write([server] + [["Single", c] for c in certs])
        deals = [json.loads(t)["dealing"]
                 for t in self.texts("shares_dealt", "deal", attempt)]
        keys = [json.loads(t)
                for t in self.texts("share_confirmed", "key", attempt)]
        return records.write([server, ["Pedersen", {
            "threshold": self.threshold, "certs": certs,
            "coefexps": [d["coefexps"] for d in deals],
            "signatures": [d["signature"] for d in deals],
            "verification_keys": keys}]])

    def counted(self):
        """(election, ballots, total) from the records."""
        election = self.election
        listed = self.event("ballot_listed")
        weights = credentials.read(self.blob(listed["credentials"]))
        read = []
        for event in self.recorded():
            read.append(ballots.check(self.blob(event["tracker"]), election,
                                      weights))
            self.breathe()
        return election, read, tally.total(election, read, weights)[0]

    # -- steps --

    def act(self, op, **fields):
        return self.chair.do(op, self.meeting, ballot=self.ballot, **fields)

    def breathe(self):
        """Cryptography in Python takes a while, in which the server asks who is
        still there."""
        for client in [*self.clients, *self.others]:
            client.pump()

    def settle(self):
        """Everybody has what the chair has."""
        self.chair.settle()
        end = len(self.log.events)
        wait_all(self.clients, lambda: all(
            len(c.log(self.meeting).events) >= end for c in self.clients),
            "the log at all devices")

    def draft(self, form=None, candidates=()):
        counters = self.clients[1:1 + self.teller_count]
        self.ballot = self.chair.do(
            "draft_ballot", self.meeting, item="", form=form or form_text(),
            candidates=[{"member": m} for m in candidates],
            tellers=[{"member": c.device.holder} for c in counters],
            threshold=self.threshold, revote=self.is_revote,
            halls=self.has_halls)["made"]
        self.tellers = [Teller(self, c, i)
                        for i, c in enumerate(counters, 1)]
        return self.ballot

    def adopt(self):
        vote = self.chair.do("start_vote", self.meeting, item="",
                             motion="Thông qua phiếu bầu và ban kiểm phiếu"
                             )["made"]
        self.settle()
        for client in self.clients:
            try:
                client.do("vote", self.meeting, vote=vote, choice="yes")
            except Refused as refused:  # who is not there by the own device
                if refused.error["code"] != "other_channel":
                    raise
        for site, count in self.hands:
            self.clients[1].settle()  # the minute-taker
            self.clients[1].do("enter_hall_votes", self.meeting, vote=vote,
                          site=site, yes=count, no=0, other=0, abstain=0)
        self.chair.settle()
        self.chair.do("close_vote", self.meeting, vote=vote)
        self.act("adopt_ballot", vote=vote)
        return self.event("keys_begun")

    def certify(self):
        attempt = self.event("keys_begun")["attempt"]
        self.settle()
        for teller in self.tellers:
            teller.begin(attempt, self.teller_count, self.threshold)
            self.breathe()
        self.settle()

    def deal(self):
        for teller in self.tellers:
            teller.deal()
            self.breathe()
        self.settle()

    def confirm(self):
        for teller in self.tellers:
            teller.confirm()
            self.breathe()
        self.settle()

    def sign(self):
        for teller in self.tellers:
            teller.sign_trustees()
            self.breathe()
        return self.event("ballot_ready")

    def make_keys(self):
        self.certify()
        if self.teller_count > 2:
            self.deal()
            self.confirm()
        return self.sign()

    def take(self):
        self.settle()
        if not self.voters:
            self.voters = [Voter(self, c) for c in self.clients]
        for voter in self.voters:
            voter.take()
            self.breathe()
        self.settle()

    def close_issue(self):
        before = len(self.events("ballot_listed"))
        self.act("close_issue")
        self.wait_count("ballot_listed", before + 1)
        self.settle()
        return self.event("ballot_listed")

    def attest(self):
        for voter in self.voters:
            voter.attest()
            self.breathe()
        self.settle()

    def open(self, knowingly=False):
        """Waits until the list is confirmed by chair, minute-taker and most
        devices, which is asked for until they are."""
        while True:
            seen = len(self.log.all("checkpoint"))
            if self.try_open(knowingly):
                break
            wait_all(self.clients, lambda: len(self.log.all("checkpoint"))
                     > seen, "signatures of the list")
        self.settle()
        return self.event("ballot_opened")

    def try_open(self, knowingly):
        try:
            self.act("open_ballot", knowingly=knowingly)
        except Refused as refused:
            if refused.error["code"] != "not_confirmed":
                raise
            return False
        return True

    def vote(self):
        for voter, marks in zip(self.voters, MARKS * 2):
            voter.cast(voter.make(marks))
            self.breathe()
        self.settle()

    def end(self):
        self.act("end_ballot")
        self.event("ballots_ended")
        tallied = self.event("ballot_tallied")
        self.settle()
        return tallied

    def include(self):
        for voter in self.voters:
            voter.include()
            self.breathe()
        self.settle()

    def paper(self, numbers, counts):
        """Entered by the first teller, confirmed by the second."""
        record = self.enter_paper(numbers, counts)
        self.tellers[1].client.do(
            "confirm_paper", self.meeting, ballot=self.ballot,
            end=self.event("ballots_ended")["end"], record=record)
        self.settle()

    def enter_paper(self, numbers, counts):
        """By the first teller. `numbers`: issued, returned, valid, invalid."""
        value = dict(zip(("issued", "returned", "valid", "invalid"), numbers))
        record = records.hex_hash(records.write({**value, "counts": counts}))
        self.tellers[0].client.do(
            "enter_paper", self.meeting, ballot=self.ballot,
            end=self.event("ballots_ended")["end"],
            counts=[{"count": c} for c in counts], record=record, **value)
        self.settle()
        return record

    def count(self, knowingly=False):
        self.act("count_ballot", knowingly=knowingly)
        first = self.event("ballot_decrypted")
        self.settle()
        return first

    def decrypt(self, tellers=None):
        for teller in tellers or self.tellers[:self.threshold]:
            teller.decrypt()
            self.breathe()
        result = self.event("ballot_result")
        self.settle()
        return result

    STEPS = ["draft", "adopt", "make_keys", "take", "close_issue", "attest",
             "open", "vote", "end", "include", "count", "decrypt"]

    def run(self, upto="decrypt", since="draft"):
        """The steps from `since` to `upto`, both included."""
        first, last = self.STEPS.index(since), self.STEPS.index(upto)
        found = None
        for name in self.STEPS[first:last + 1]:
            found = getattr(self, name)()
        return found

    # -- after the server was away --

    def come_back(self):
        """Everybody connects anew, with logs and keys as they were."""
        for i, old in enumerate(self.clients):
            logs = old.logs
            old.drop()
            client = self.server.login(old.device, logs=logs)
            client.join(self.meeting)
            self.clients[i] = client
        self.chair = self.clients[0]
        for person in [*self.tellers, *self.voters]:
            person.client = next(c for c in self.clients if c.device
                                 is person.client.device)
        self.settle()


def changed(data, what):
    """A ballot with one thing changed, its bytes still well-formed."""
    value = json.loads(data)
    if what == "proof":
        proof = value["answers"][0]["individual_proofs"][0][0]
        proof["response"] = str((int(proof["response"]) + 1) % Q)
        body = {k: v for k, v in value.items() if k != "signature"}
        value["signature"]["hash"] = records.base64_hash(records.write(body))
    elif what == "signature":
        proof = value["signature"]["proof"]
        proof["response"] = str((int(proof["response"]) + 1) % Q)
    return records.write(value)


def signed_again(play, data, secret):
    """The answers of somebody's ballot, under another credential."""
    return ballots.make(play.election, secret, None, play.chance,
                        answers=json.loads(data)["answers"])


def refusal_of(call, *args, **fields):
    """The code with which it is refused."""
    try:
        call(*args, **fields)
    except Refused as refused:
        return refused.error["code"]
    raise WireError("it was not refused")
