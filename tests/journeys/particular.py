"""Particular wrong things where a trial comes past them: a taken position, a held unit, the biobank's cells, release unasked."""

import re
from typing import Any

from devices.trial.speaking import Answer
from tests.journeys.wrong import TryingBench

HOLD = {"purposes": ["patient_use"], "reason": "Held back to see that nothing moves"}
LIFT = {"reason": "Seen: nothing moved while it was held"}


class ParticularBench(TryingBench):
    """Tries, on the way of an act, the mix-ups that this act's place in the trial invites."""

    def act(self, who: str, path: str, **body: Any) -> Answer:
        """The act, with its particular wrong things before and after."""
        verb = path.rsplit("/", 1)[-1]
        before = getattr(self, f"_before_{verb.replace('-', '_')}", None)
        if before is not None:
            before(who, path, body)
        answer = super().act(who, path, **body)
        after = getattr(self, f"_after_{verb.replace('-', '_')}", None)
        if after is not None:
            after(path, body, answer)
        return answer

    def _note(self, things: str, code: str) -> None:
        with self._counting:
            self.codes.setdefault(things, []).append(code)

    def _some(self, things: str) -> str | None:
        with self._counting:
            return next(iter(self.codes.get(things, ())), None)

    def _before_read_backs(self, who: str, path: str, body: dict[str, Any]) -> None:
        code = body["labels"][-1]["read"]
        kind = "moved under a label that nobody read back"
        if code.startswith("LX01D"):
            self.expect(kind, who, f"/api/materials/{code}/handovers", "label_not_read_back", to_place="courier")
        elif code.startswith("LX01U"):
            position = self.stock.positions[-1]
            self.expect(kind, "bo", f"/api/units/{code}/placement", "label_not_read_back", position=position)
        elif not code.startswith("LX01B"):
            signature = self.speaker.signature("paul", "Checked and ready for use")
            self.expect(kind, "paul", f"/api/kits/{code}/ready", "label_not_read_back", signature=signature)

    def _before_placement(self, who: str, path: str, body: dict[str, Any]) -> None:
        if taken := self._some("taken positions"):
            self.expect("taken position", who, path, "slot_taken", position=taken)

    def _after_placement(self, path: str, body: dict[str, Any], answer: Answer) -> None:
        self._note("taken positions", body["position"])
        if answer["purpose"] == "biobank":
            self._note("biobank units", answer["code"])
        else:
            self._note("unreleased units", answer["code"])

    def _after_freezing_runs(self, path: str, body: dict[str, Any], answer: Answer) -> None:
        batch = path.split("/")[3]
        kind = answer["units"][0]["purpose"]
        for who, step in (("quinn", "disposition"), ("quentin", "certification"), ("sam", "sponsor-release")):
            signature = self.speaker.signature(who, "I approve")
            told = self.speaker.send(who, "POST", f"/api/batches/{batch}/{step}", {"verdict": "approved", "signature": signature})
            self.judge(told, "release of the biobank's cells" if kind == "biobank" else "release without results", (403, 409))

    def _before_trail_review(self, who: str, path: str, body: dict[str, Any]) -> None:
        signed = {"verdict": "approved", "signature": self.speaker.signature("quinn", "I approve")}
        told = self.speaker.send("quinn", "POST", path.replace("trail-review", "disposition"), signed)
        self.judge(told, "disposition with the trail unread", (409,))
        self.expect("trail read halfway", who, path, "trail_moved", up_to=body["up_to"] - 1)

    def _before_disposition(self, who: str, path: str, body: dict[str, Any]) -> None:
        signed = {"verdict": "approved", "signature": self.speaker.signature("sam", "I release")}
        told = self.speaker.send("sam", "POST", path.replace("disposition", "sponsor-release"), signed)
        self.judge(told, "sponsor's release before QA and QP", (409,))

    def _before_thaw(self, who: str, path: str, body: dict[str, Any]) -> None:
        if body["kit"] is None:
            return
        for kind, things in (("cells of the biobank", "biobank units"), ("another person's cells", "thawed units")):
            if unit := self._some(things):
                told = self.speaker.send(who, "POST", f"/api/units/{unit}/thaw", body)
                self.judge(told, kind, (404, 409))
        code = path.split("/")[3]
        with self._counting:
            held = self.codes.setdefault("held", [])
            first = len(held) < 3
            held.append(code)
        if first:
            number = self.speaker.act("quinn", f"/api/materials/{code}/holds", **HOLD)["number"]
            self.expect("thaw of a held unit", who, path, "on_hold", **body)
            self.speaker.act("quinn", f"/api/materials/{code}/holds/{number}/lifting", **LIFT)

    def _after_thaw(self, path: str, body: dict[str, Any], answer: Answer) -> None:
        self._note("thawed units", answer["code"])

    def _before_fill(self, who: str, path: str, body: dict[str, Any]) -> None:
        told = self.speaker.send("pia", "POST", path, {"lot": self.stock.lots["medium"]})
        self.judge(told, "kit filled from the wrong lot", (404, 409, 422))

    def _after_ready(self, path: str, body: dict[str, Any], answer: Answer) -> None:
        kit = path.split("/")[3]
        self._note("kits", kit)
        scanned = {"participant": answer["participant"], "visit": self.speaker.ask("quinn", f"/api/kits/{kit}")["visit"]}
        site = re.match(r"[A-Z]+-(\d\d)", answer["participant"])
        assert site is not None
        self.expect("kit before its time", f"phil{site[1]}", f"/api/kits/{kit}/retrieval", "kit_not_available", **scanned)

    def _before_retrieval(self, who: str, path: str, body: dict[str, Any]) -> None:
        self.expect("wrong visit", who, path, "wrong_visit", **{**body, "visit": "month-18"})

    def _before_harvest(self, who: str, path: str, body: dict[str, Any]) -> None:
        told = self.speaker.send(who, "POST", path + "/verification", {})
        self.judge(told, "verification before the harvest", (404, 409))

    def _after_harvest(self, path: str, body: dict[str, Any], answer: Answer) -> None:
        self.expect("verified by who counted", "tom", path + "/verification", "same_hands")
