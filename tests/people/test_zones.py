"""A writer's zone is one of the IANA database."""

import pytest

from server.core.sprint import RuleError
from server.people.zones import zone


@pytest.mark.parametrize("name", ["Europe/London", "Asia/Kolkata", "Asia/Calcutta", "UTC", "Pacific/Chatham"])
def test_a_zone_of_the_database_is_taken_as_given(name: str) -> None:
    assert zone(name) == name


@pytest.mark.parametrize(
    "name", ["", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "europe/london", "GMT+25"]
)
def test_what_is_no_zone_is_refused_by_its_rule(name: str) -> None:
    with pytest.raises(RuleError, match="IANA") as refused:
        zone(name)
    assert refused.value.field == "zone"
