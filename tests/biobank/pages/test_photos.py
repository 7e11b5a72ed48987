"""A form that takes a photo, and the photo on the page of its unit."""

import re

from tests.browsing import FROM_HERE, Browser, BrowserLab, alert
from tests.photos import taken
from tests.serving import badge


def test_a_unit_is_identified_in_a_browser_and_its_photo_is_shown(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("B")
    batch = lab.isolated(lab.enrolled())
    unit = lab.stored(batch, None, 1, 1_000_000)[0]
    position = lab.told("quinn", f"/units/{unit}")["position"]
    shown = badge(lab.client, "tina", lab.as_("tina"))
    tom = Browser(lab, "tom")
    tom.scan(unit)
    form = tom.acts()[f"/units/{unit}/identification"]
    assert 'type="file" accept="image/jpeg,image/png"' in tom.page
    told = {"unit": unit, "position": position, "second.badge": shown["badge"], "second.pin": shown["pin"]}
    asks = FROM_HERE | {"Accept": "text/html"}
    filled = form.filled | {f"f.{name}": [value] for name, value in told.items()}

    def send(name: str, content: bytes, kind: str) -> str:
        form.filled = filled
        tom.answer = tom.client.post("/acts", data=filled, files={"f.photo": (name, content, kind)}, headers=asks)
        return alert(tom.page)

    photo = taken() + bytes(8_000_000)  # as large as those of a telephone
    assert "The photo was not taken" in send("vial.png", b"only words", "image/png")
    assert "Please correct" in send("vial.txt", b"only words", "text/plain")
    assert 'value="' + unit in tom.page
    assert "too large" in send("vial.jpg", photo + bytes(4_000_000), "image/jpeg")
    assert send("vial.jpg", photo, "image/jpeg") == ""
    (address,) = re.findall(r'<img class="preview" src="(/api/units/[^"]+/photo)"', tom.page)
    assert tom.client.get(address).content == photo
