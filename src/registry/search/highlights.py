"""Where in the original text of a document stands what was looked for."""

from collections.abc import Collection, Mapping, Sequence

from registry.search.documents import SearchDocument
from registry.search.meaning.text import best_passage, marked, squeezed
from registry.search.plan import Plan

PASSAGE_CHARACTERS = 120
Segments = Sequence[tuple[str, bool]]


def highlights(document: SearchDocument, plan: Plan) -> Mapping[str, Sequence[Segments]]:
    """Field → passages in which something matches, of the fields people read.

    Only what may stand scattered is marked in pieces, and not when it stands literally in another field; where a
    longer needle stands, the shorter ones in it are not marked elsewhere.
    """
    texts = _texts(document)
    forms = {field: squeezed(text) for field, text in texts.items()}
    standing = [needle for needle in plan.needles if any(needle in form for form in forms.values())]
    scattered = plan.scattered.difference(standing)
    wanted = [one for one in (*standing, *scattered) if not any(one != longer and one in longer for longer in standing)]
    found: dict[str, Sequence[Segments]] = {}
    for field, text in texts.items():
        own = [one for one in wanted if one in scattered or one in forms[field]]
        passage = _passage(text, own, scattered, whole=field == "title") if own else ()
        if any(is_match for _, is_match in passage):
            found[field] = [passage]
    return found


def _texts(document: SearchDocument) -> Mapping[str, str]:
    return {
        "title": document.title,
        "path": document.path,
        "doc_no": document.doc_no,
        "content": "\n".join(filter(None, document.content)),
        "basis": document.basis,
        "body": document.body,
        "notes": document.notes,
    }


def _passage(text: str, wanted: Sequence[str], scattered: Collection[str], *, whole: bool) -> Segments:
    length = len(text) if whole else PASSAGE_CHARACTERS
    return marked(best_passage(text, wanted, length, scattered=scattered), wanted, scattered=scattered)
