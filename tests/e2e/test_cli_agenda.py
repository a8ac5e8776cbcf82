"""The agenda as people use it: documents before the meeting and in it, tasks,
and what comes over to the next meeting."""
import hashlib
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

DRAFT = "Dự thảo nghị quyết\n".encode() * 700


class Server(play.Server):
    """Under the rules of cells, but for what they ask of remote seats."""

    def ruleset_text(self):
        text = (play.ROOT / "config/rules/party-2026.conf").read_text(
            encoding="utf-8").replace('"party-2026-07"', '"agenda-test"')
        begin = text.index("\ndeclaration = {")
        return text[:begin] + text[text.index("\n};", begin) + 4:]

    def _write_rules(self, numbers):
        own = self.directory / "rules"
        own.mkdir(exist_ok=True)
        (own / "agenda.conf").write_text(self.ruleset_text(), encoding="utf-8")
        return own


@pytest.fixture
def cell(tmp_path):
    """A server and devices of three members."""
    server = Server(tmp_path / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    server.devices = {}
    for holder, link in server.invite("m1", "m3", "m4").items():
        server.devices[holder] = play.Member(tmp_path / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    for device in server.devices.values():
        device.kill()
    server.stop()


def call(cell, *words):
    return cell.control(
        "meeting", "schedule", "--at", "2026-11-25 19:30", "--chair", "m1",
        "--minute-taker", "m3", *words)[0]["made"]


def test_documents_are_read_before_and_tasks_come_over(cell, tmp_path):
    chair, taker, member = (cell.devices[m] for m in ("m1", "m3", "m4"))
    draft = tmp_path / "Du thao.TXT"
    draft.write_bytes(DRAFT)
    first = call(cell, "--template", play.ROOT
                 / "config/templates/agenda/committee.conf", "--kind",
                 "regular", "--item", "Nghị quyết | 30 | m1", "--item",
                 "Việc khác")

    # The minute-taker prepares the meeting, the day before.
    taker.join(first, "--audio", "none")
    taker.do("prepare_meeting")
    taker.caught_up()
    items = taker.state()["items"]
    assert [(i["presenter"], i["planned_min"]) for i in items] == [
        ("m1", 30), ("", 0)]
    taker.send("attach", file=str(draft), item="a1")
    taker.event("document_attached", item="a1", type="txt")

    # A member reads and comments although nobody is let in yet.
    member.join(first, "--audio", "none")
    member.caught_up()
    got = tmp_path / "got.txt"
    member.send("document", document="d1", file=str(got))
    member.event("document_read", member="m4")
    assert got.read_bytes() == DRAFT
    member.do("comment", document="d1", text="Nên nêu rõ thời hạn")
    document = member.state_with(
        lambda state: state["documents"][0]["readers"] == 1,
        "its receipt")["documents"][0]
    assert document["blob"] == hashlib.sha256(DRAFT).hexdigest()
    assert document["readers"] == 1

    # The meeting: the lobby opens, and who read ahead knocks.
    chair.join(first, "--audio", "none")
    chair.caught_up()
    mark = member.mark()
    chair.do("open_lobby")
    chair.event("knocked", holder="m4")
    chair.do("admit", holder="m4")
    member.caught_up(since=mark)
    chair.do("open_meeting")
    chair.do("start_item", item="a1")
    chair.do("show_document", document="d1")
    member.event("document_shown", document="d1", member="m1")
    chair.do("set_task", item="a1", member="m4", text="Soạn báo cáo quý")
    chair.do("set_task", text="Rà soát hồ sơ")
    taker.do("report_task", task="t2", result="done", text="Đã xong")
    chair.do("close_meeting")
    chair.event("closed")
    tasks = chair.state()["tasks"]
    assert [(t["ground"], t["result"]) for t in tasks] == [
        ("assigned", "open"), ("assigned", "done"), ("posting", "open")]
    # The ruleset is larger than a piece of a file: it comes without a word.
    assert not [line for line in taker.output.lines
                if "error" in line and "re" not in line
                and "join_refused" not in line]
    for device in (chair, taker, member):
        device.quit()
    minutes = " ".join(
        taker.chibo("minutes", first, "--language", "vi").split())
    assert "Du thao.TXT (1 người xác nhận đã nhận và đọc)" in minutes
    assert "Nên nêu rõ thời hạn" in minutes
    assert re.search(r"trình chiếu tài liệu lúc \d\d:\d\d: Du thao.TXT",
                     minutes)
    assert "Soạn báo cáo quý" in minutes

    # The next one begins with what was left.
    second = call(cell, "--title", "Sinh hoạt kỳ sau", "--item", "Mới")
    chair.join(second, "--audio", "none")
    chair.do("open_lobby")
    chair.event("carried_over", meeting=first)
    state = chair.state_with(
        lambda state: all("text" in task for task in state["tasks"]) and all(
            "title" in item for item in state["items"]),
        "the words of what came over")
    assert [(i["id"], i["from"]) for i in state["items"]] == [
        ("a1", ""), ("p1", "a2")]
    assert [(t["from"], t["text"]) for t in state["tasks"]
            if t["ground"] == "assigned"] == [("t1", "Soạn báo cáo quý")]
    assert state["items"][1]["title"] == "Việc khác"

    # Its score sheet tells whether the results of the first were posted.
    taker.join_lines(second)
    taker.sees("phòng chờ đã mở")
    chair.do("open_meeting")
    taker.sees("Khai mạc cuộc họp")
    taker.type("/diem")
    taker.sees("Đăng tải:     kết quả kỳ trước, hạn ")
    taker.sees("theo 42-HD/BTCTW (28/10/2025), Mục II (chưa đối chiếu")
    taker.sees("theo nhật ký: chưa báo hoàn thành)")
    posting = next(t for t in state["tasks"] if t["ground"] == "posting")
    chair.do("report_task", task=posting["id"], result="done", text="Đã đăng")
    chair.do("complete_score", time=1, attendance=1, preparation=8, conduct=36,
             principles=5, results=25, closing=5)
    score = chair.state_with(lambda state: state["score"], "the sheet")["score"]
    assert score["posting"] == "in_time"
    assert score["posting_due_ms"] == posting["due_ms"]
    assert 0 < score["posting_done_ms"] <= posting["due_ms"]
    chair.do("close_meeting")
    chair.event("checkpoint", reason="closed")
    chair.quit()
    minutes = " ".join(
        chair.chibo("minutes", second, "--language", "vi").split())
    assert "(đúng hạn). Căn cứ mục “thời hạn đăng tài liệu, biên bản”: " \
        "42-HD/BTCTW" in minutes
    record, register = tmp_path / "record", tmp_path / "register"
    chair.chibo("log", second, "-o", record)
    chair.chibo("log", "register", "-o", register)
    play.run([play.BUILD / "bin/chibo-verify", record, "--register", register,
              "--rules", cell.directory / "rules/agenda.conf"], "chibo-verify",
             env=play.environment())


def test_what_is_left_goes_over_before_the_end_is_confirmed(cell):
    """A device that does not answer any more, and does not confirm the end, is
    waited for: the next meeting begins meanwhile, and has what was left."""
    chair, taker, member = (cell.devices[n] for n in ("m1", "m3", "m4"))
    first = call(cell, "--title", "Sinh hoạt", "--item", "Nghị quyết")
    for device in (chair, taker):
        device.join(first, "--audio", "none")
        device.wait(lambda line: line.get("connection") == "connected",
                    "a line")
    chair.do("open_lobby")
    for device in (chair, taker):
        device.caught_up()
    member.join(first, "--audio", "none")
    chair.event("knocked", holder="m4")
    chair.do("admit", holder="m4")
    member.caught_up()
    chair.do("open_meeting")
    member.event("opened")
    member.process.send_signal(signal.SIGSTOP)
    chair.do("close_meeting")
    for device in (chair, taker):
        device.quit()
    second = call(cell, "--title", "Sinh hoạt chuyên đề", "--item", "Mới")
    chair.join(second, "--audio", "none")
    chair.do("open_lobby")
    chair.event("carried_over", meeting=first)
    assert [i["from"] for i in chair.state()["items"]] == ["", "a1"]


@pytest.mark.parametrize("by", ["chiboctl", "chibo"])
def test_the_next_meeting_takes_over_business_and_no_ceremony(cell, by):
    """A congress at which nothing was dealt with leaves its business, called
    by the administrator or by an officer, and changed since."""
    chair, taker = cell.devices["m1"], cell.devices["m3"]
    template = play.ROOT / "config/templates/agenda/congress.conf"
    if by == "chiboctl":
        congress = call(cell, "--template", template)
    else:
        chair.chibo("schedule", template, "--at", "2026-11-25 19:30",
                    "--minute-taker", "m3")
        congress = cell.control("meeting", "list")[0]["meeting"]
    cell.control("meeting", "change", congress, "--place", "Hội trường")
    taker.join(congress, "--audio", "none")
    taker.do("open_lobby")
    taker.caught_up()
    items = taker.state()["items"]
    assert [i["id"] for i in items if i["kind"] == "routine"] == [
        "a1", "a2", "a3", "a4", "a7", "a11"]
    chair.join(congress, "--audio", "none")
    chair.do("open_meeting")
    chair.do("start_item", item="a5")
    chair.do("end_item", item="a5")
    chair.do("close_meeting")
    chair.event("closed")
    for device in (chair, taker):
        device.quit()

    later = call(cell, "--title", "Sinh hoạt", "--item", "Mới")
    chair.join(later, "--audio", "none")
    chair.do("open_lobby")
    chair.event("carried_over", meeting=congress)
    items = chair.state_with(
        lambda state: all("title" in item for item in state["items"]),
        "the words of what came over")["items"]
    assert [i["title"] for i in items] == [
        "Mới", "Thảo luận", "Bầu chi ủy, bí thư, phó bí thư",
        "Bầu đại biểu dự đại hội cấp trên", "Biểu quyết nghị quyết đại hội"]
    assert [i["from"] for i in items] == ["", "a6", "a8", "a9", "a10"]
    assert {i["kind"] for i in items} == {""}
    chair.quit()


def test_what_is_typed_prepares_a_meeting_and_gives_tasks(cell, tmp_path):
    draft = tmp_path / "Dự thảo.pdf"
    draft.write_bytes(DRAFT)
    meeting = call(cell, "--title", "Sinh hoạt", "--item", "Báo cáo",
                   "--item", "Nghị quyết")
    taker = cell.devices["m3"].join_lines(meeting)
    taker.sees("chờ chủ trì mở phòng chờ")
    taker.type("/chuẩn-bị")
    taker.sees("2. Nghị quyết")
    taker.type(f"/đính-kèm {draft} 2")
    taker.sees("Tài liệu d1: Dự thảo.pdf (pdf, ")
    taker.type(f"/đính-kèm {tmp_path}/Máy.exe")
    taker.sees("tên tệp tài liệu phải có đuôi")
    taker.type("/góp-ý 2 Nên thêm số liệu")
    taker.sees("góp ý về nội dung Nghị quyết: Nên thêm số liệu")
    taker.type("/giao-việc Mẫu 04 31/12/2026 Soạn báo cáo quý")
    taker.sees("Soạn báo cáo quý")
    taker.type("/các-nhiệm-vụ")
    taker.sees("31/12/2026")
    taker.type("/báo-cáo t1 một-phần Còn thiếu số liệu")
    taker.sees("hoàn thành một phần. Còn thiếu số liệu")
    taker.type(f"/xem-tài-liệu d1 {tmp_path}/got.pdf")
    taker.sees("đã đọc tài liệu d1 Dự thảo.pdf")
    assert (tmp_path / "got.pdf").read_bytes() == DRAFT
    taker.type(f"/xem-tài-liệu d1 {tmp_path}/got.pdf")
    taker.sees("không ghi được tệp")
    taker.type("/tài-liệu")
    taker.sees("1 người đã đọc, trong đó có đồng chí")


def test_a_template_that_is_not_there_is_answered_with_those_that_are(
        tmp_path):
    # As it is installed: the templates are beside the program.
    (tmp_path / "bin").mkdir()
    program = shutil.copy2(play.BUILD / "bin/chibo", tmp_path / "bin/chibo")
    shutil.copytree(play.ROOT / "config/templates",
                    tmp_path / "share/chibo/templates")
    told = subprocess.run(
        [program, "schedule", "nonsuch", "--at", "2026-11-25 19:30",
         "--minute-taker", "m3", "--language", "en"], capture_output=True,
        text=True, timeout=play.PATIENCE_S, env=play.environment())
    assert told.returncode != 0
    assert ("no template is called nonsuch; there are: committee, congress, "
            "extraordinary, party_group, regular, thematic") in told.stderr


def test_an_officer_calls_a_meeting_from_a_template_by_its_name(cell):
    # As it is built: the templates are beside the program there, too.
    said = cell.devices["m1"].chibo(
        "schedule", "regular", "--at", "2026-11-25 19:30", "--minute-taker",
        "m3", "--place", "Nhà văn hoá", "--language", "en")
    assert "is called: Sinh hoạt chi bộ thường kỳ." in said
    listed = cell.control("meeting", "list")[0]
    assert (listed["kind"], listed["chair"], listed["minute_taker"]) == (
        "regular", "m1", "m3")
    assert listed["starts_at"] == 1795609800000
    assert listed["agenda"][0] == "Tuyên bố lý do, giới thiệu đại biểu"


def test_an_officer_is_told_whether_the_meeting_may_be_online(cell):
    def called(template, minute_taker="m3"):
        return cell.devices["m1"].chibo(
            "schedule", template, "--at", "2026-11-25 19:30", "--minute-taker",
            minute_taker, "--language", "vi").splitlines()

    members = cell.control("member", "list")
    counted = [m["member"] for m in members
               if m["category"] in ("official", "probationary")]
    need = len(counted) // 2 + 1
    of = (f"/{len(counted)} đảng viên không thể dự họp trực tiếp tại một nơi; "
          f"cần {need} để được họp trực tuyến: ")
    first, condition = called("regular")
    assert first.startswith("Đã triệu tập cuộc họp ")
    assert condition == f"0{of}KHÔNG đạt điều kiện: phải có văn bản cho phép"

    for member in counted[:need]:
        cell.control("member", "change", member, "--ground", "at_sea")
    assert called("regular")[1] == f"{need}{of}đạt điều kiện"
    # A committee is asked about its own members.
    committee = [m for m in members if m["office"] in (
        "cell_leader", "deputy_leader", "committee_member")]
    assert f"/{len(committee)} đảng viên" in called("committee", "m2")[1]


def test_rules_that_ask_for_no_condition_have_none(tmp_path):
    server = play.Server(tmp_path / "server", ruleset="association").start()
    server.control("unit", "add", "cell", "Chi hội Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    leader = play.Member(tmp_path / "m1", "m1", "m1")
    leader.enroll(server.invite("m1")["m1"])
    said = leader.chibo("schedule", "regular", "--at", "2026-11-25 19:30",
                        "--minute-taker", "m3")
    assert len(said.splitlines()) == 1
    listed = json.loads(leader.chibo("meetings", "--json"))
    assert [row for row in listed if "online" in row] == []
    server.stop()


def test_a_vote_carries_out_what_it_names(cell, tmp_path):
    chair, taker, member = (cell.devices[m] for m in ("m1", "m3", "m4"))
    for away in ("m6", "m7"):  # three of four that count are a majority
        cell.control("member", "remove", away)
    meeting = call(cell, "--title", "Sinh hoạt", "--item", "Báo cáo",
                   "--item", "Nghị quyết", "--item", "Việc khác")
    chair.join(meeting, "--audio", "none")
    chair.wait(lambda line: line.get("connection") == "connected",
               "a connection")
    chair.do("open_lobby")
    taker.join_lines(meeting)
    member.join(meeting, "--audio", "none")
    chair.event("knocked", holder="m4")
    chair.do("admit", holder="m4")
    for holder in ("m3", "m4"):
        chair.event("connected", holder=holder)
    chair.do("open_meeting")
    chair.do("start_item", item="a1")

    def pass_on(item):
        vote = chair.do("start_vote", item=item, motion="Chương trình",
                        matter="agenda", subject="")["made"]
        taker.sees(f"Biểu quyết giơ tay {vote}")
        taker.type("/bieu-quyet tan-thanh")
        chair.event("vote_cast", member="m3", vote=vote)
        for device in (chair, member):
            device.do("vote", vote=vote, choice="yes")
        for holder in ("m1", "m4"):
            chair.event("vote_cast", member=holder, vote=vote)
        chair.do("close_vote", vote=vote)
        return vote

    # The item that is dealt with is where the vote is held, not what it is for.
    new = pass_on("a1")
    assert chair.refusal("drop_item", item="a3",
                         vote=new) == "vote_names_nothing"
    chair.do("add_item", title="Khen thưởng", vote=new)
    other = pass_on("a2")
    taker.sees(", chỉ để chuyển hoặc đưa khỏi chương trình nội dung: Nghị quyết")
    assert chair.refusal("drop_item", item="a3",
                         vote=other) == "vote_for_other"
    assert chair.refusal("add_item", title="Khác",
                         vote=other) == "vote_for_other"
    chair.do("drop_item", item="a2", vote=other)
    assert [vote["terms"]["target"] for vote in chair.state()["votes"]] == [
        "", "a2"]
    chair.do("close_meeting")
    chair.event("checkpoint", reason="closed")
    for device in (chair, taker, member):
        device.quit()
    minutes = " ".join(
        chair.chibo("minutes", meeting, "--language", "vi").split())
    assert ("Chỉ để chuyển hoặc đưa khỏi chương trình nội dung: Nghị quyết."
            in minutes)
    record, register = tmp_path / "record", tmp_path / "register"
    chair.chibo("log", meeting, "-o", record)
    chair.chibo("log", "register", "-o", register)
    play.run([play.BUILD / "bin/chibo-verify", record, "--register", register,
              "--rules", cell.directory / "rules/agenda.conf"], "chibo-verify",
             env=play.environment())


def test_a_document_is_shown_by_who_presides_and_who_presents(cell, tmp_path):
    """Typed, and read off the screens of all three."""
    chair, taker, member = (cell.devices[m] for m in ("m1", "m3", "m4"))
    draft = tmp_path / "Dự thảo.txt"
    draft.write_bytes(DRAFT)
    meeting = call(cell, "--title", "Sinh hoạt thường kỳ",
                   "--item", "Việc khác", "--item", "Nghị quyết | 30 | m4")
    chair.join_lines(meeting)
    chair.type("/lobby")
    chair.sees("Gõ chữ để gửi cho mọi người")
    for device in (taker, member):
        device.join_lines(meeting)
        device.sees("Gõ chữ để gửi cho mọi người"
                    if device is taker else "phòng chờ")
    chair.sees("đang chờ")
    chair.type("/admit all")
    member.sees("Gõ chữ để gửi cho mọi người")
    chair.type("/open")
    taker.sees("Khai mạc cuộc họp")
    taker.type(f"/attach {draft} 2")
    chair.sees("Dự thảo.txt")

    # Nobody presents the first item but the chair.
    chair.type("/item 1")
    member.sees("Nội dung: Việc khác")
    member.type("/show-document d1")
    member.sees("chỉ chủ trì hoặc người trình bày nội dung")
    chair.type("/show-document")
    chair.sees("tài liệu nào? Xem /tai-lieu")
    chair.type("/show-document d7")
    chair.sees('không có tài liệu "d7"')
    assert not any("trình chiếu" in line for line in taker.output.lines)
    chair.type("/show-document d1")
    for device in (chair, taker, member):
        device.sees("đang trình chiếu tài liệu d1 Dự thảo.txt")

    # She presents the second.
    mark = member.mark()
    chair.type("/item 2")
    member.sees("Nội dung: Nghị quyết", since=mark)
    member.type("/trinh-chieu d1")
    for device in (chair, taker):
        device.sees("Đảng viên Mẫu 04 đang trình chiếu tài liệu d1 Dự thảo.txt")
    taker.type("/rut-tai-lieu d1")
    member.sees("Rút tài liệu: d1 Dự thảo.txt")
    member.type("/trinh-chieu d1")
    member.sees('không có tài liệu "d1"')
