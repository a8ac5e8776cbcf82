"""What is read in a PDF, by Poppler, against the text that it carries."""
import pathlib
import subprocess
import tempfile


def said_by(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          timeout=120).stdout.decode()


def words(text):
    return text.replace("\u00a0", " ").split()


def carried_text(path):
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "text"
        said_by("pdfdetach", "-save", "1", "-o", text, path)
        return text.read_text("utf-8")


def without_foot(text, footer):
    """The words of a text without its last line, the footer."""
    assert not footer or text.endswith(footer + "\n")
    return words(text[:len(text) - len(footer)] if not footer
                 else text[:-len(footer) - 1])


def words_of_pdf(path, footer):
    """In the order in which it was drawn, without what each page repeats."""
    said, heading = [], None
    pages = said_by("pdftotext", "-raw", path, "-").split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        lines = page.splitlines()
        if footer:
            assert lines.pop() == footer
        if number > 1:
            assert lines.pop() == str(number)
            if heading and lines[0] == heading:
                lines.pop(0)
        heading = next((line for line in lines if line.startswith("TT ")),
                       heading)
        said += words("\n".join(lines))
    return said


def joined(shown, carried):
    """Words too long for a line, such as a hash with its full stop, stand on
    two; so do those with a stroke, as a document's number, behind it."""
    long = [word for word in carried if len(word) > 60]
    with_stroke = [word for word in carried if "/" in word]
    words, left = [], list(shown)
    while left:
        word = left.pop(0)
        may_be = with_stroke if word.endswith("/") else long
        whole = next((one for one in may_be if left and
                      one.startswith(word + left[0])), "")
        while left and word != whole and whole.startswith(word + left[0]):
            word += left.pop(0)
        words.append(word)
    return words


def difference(path, papers=1):
    """Where a PDF shows another word than the text that it carries, as
    (shown, carried); None if it shows that text, ballot papers `papers` times.
    Its footer is the last line of the text, if it has one."""
    text = carried_text(path)
    last = text.splitlines()[-1] if text else ""
    footer = last if last.startswith(("Mã kiểm tra: ", "Biên bản chưa ký")
                                     ) else ""
    carried = without_foot(text, footer) * papers
    shown = joined(words_of_pdf(path, footer), carried)
    for one, other in zip(shown + [""], carried + [""]):
        if one != other:
            return one, other
    return None if len(shown) == len(carried) else (len(shown), len(carried))
