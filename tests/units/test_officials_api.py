"""Officials and their postings as their keepers see them."""

import datetime as dt

from django.utils.timezone import localdate

from tests.builders.organisation import make_official, make_posting, make_unit, the_commune, the_province
from tests.contract_client import ContractClient, faults, problem

A_POSTING = {"home_unit": "gso2025:23425", "post": "Công chức một cửa", "valid_from": "2025-09-01"}


def test_an_official_is_recorded_renamed_and_posted(api: ContractClient) -> None:
    keeper = api.signed_in("units:read", "units:write")

    made = keeper.put("/officials/CB-001", {"name": "Nguyễn Văn Mẫu"})
    unread = keeper.put("/officials/CB-001", {"name": "Y Tiếp Nhận Mẫu"})
    renamed = keeper.put("/officials/CB-001", {"name": "Y Tiếp Nhận Mẫu"}, headers={"If-Match": made["ETag"]})
    posted = keeper.once("/officials/CB-001/postings", A_POSTING)

    told = keeper.get("/officials/CB-001").json()
    assert (made.status_code, renamed.status_code, posted.status_code) == (201, 200, 201)
    assert problem(unread) == (428, "precondition-required")
    assert told["name"] == "Y Tiếp Nhận Mẫu"
    assert told["postings"] == [posted.json()]
    assert told["postings"][0]["serving_unit"] == {"code": "gso2025:23425", "name": "Xã Tu Mơ Rông"}


def test_a_posting_sent_twice_is_one_posting(api: ContractClient) -> None:
    keeper = api.signed_in("units:read", "units:write")
    make_official()

    first = keeper.once("/officials/CB-001/postings", A_POSTING, key="0123456789abcdef")
    again = keeper.once("/officials/CB-001/postings", A_POSTING, key="0123456789abcdef")
    twice = keeper.once("/officials/CB-001/postings", A_POSTING)

    assert first.content == again.content
    assert problem(twice) == (409, "periods-overlap")
    assert len(keeper.get("/officials/CB-001").json()["postings"]) == 1


def test_officials_are_listed_by_given_name_and_by_unit(api: ContractClient) -> None:
    reader = api.signed_in("units:read")
    people = [make_official("1", name="Y Tiếp Nhận Mẫu"), make_official("2", name="Nguyễn Văn Mẫu")]
    make_posting(people[0], the_commune())

    everybody = reader.get("/officials").json()["results"]
    here = reader.get("/officials", {"unit": "gso2025:23425", "as_of": "2025-08-01"}).json()["results"]
    earlier = reader.get("/officials", {"unit": "gso2025:51", "as_of": "2025-07-01", "q": "tiep nhan"}).json()[
        "results"
    ]

    assert [person["name"] for person in everybody] == ["Nguyễn Văn Mẫu", "Y Tiếp Nhận Mẫu"]
    assert here == earlier == [{"code": "1", "name": "Y Tiếp Nhận Mẫu"}]


def test_an_official_posted_in_two_units_of_a_subtree_is_listed_once(api: ContractClient) -> None:
    official = make_official()
    make_posting(official, the_commune(), serving=make_unit("mau:doi"))

    answer = api.signed_in("units:read").get("/officials", {"unit": "gso2025:51", "count": "exact"})

    assert answer.json()["count"] == len(answer.json()["results"]) == 1


def test_a_posting_must_name_units_that_exist(api: ContractClient) -> None:
    make_official()

    answer = api.signed_in("units:write").once("/officials/CB-001/postings", {**A_POSTING, "home_unit": "nowhere"})

    assert faults(answer) == {("/home_unit", "unknown_unit")}


def test_a_keeper_with_a_boundary_cannot_touch_the_officials_of_others(api: ContractClient) -> None:
    team = make_unit("mau:doi")
    make_posting(make_official("ngoai"), team)
    make_posting(make_official("trong"), the_commune())
    keeper = api.signed_in("units:write", boundary=the_commune())

    renamed = keeper.put("/officials/ngoai", {"name": "Nguyễn Văn Mẫu"}, headers={"If-Match": "*"})
    taken = keeper.once("/officials/ngoai/postings", A_POSTING)
    sent = keeper.once("/officials/trong/postings", {**A_POSTING, "home_unit": team.code})
    own = keeper.once("/officials/trong/postings", A_POSTING)

    assert problem(renamed) == problem(taken) == (404, "official-unknown")
    assert problem(sent) == (404, "unit-unknown")
    assert own.status_code == 201


def test_nobody_is_told_of_an_official_who_does_not_exist(api: ContractClient) -> None:
    assert problem(api.signed_in("units:read").get("/officials/nobody")) == (404, "official-unknown")


class TestWhoGains:
    """A name, or a posting of days past, decides to whom past steps are charged: who may gain by it does not say it."""

    def test_an_official_neither_renames_himself_nor_who_serves_beside_him(self, api: ContractClient) -> None:
        head, clerk = make_official("CB-01", name="Phạm Lãnh Đạo Mẫu"), make_official("CB-02")
        for one in (head, clerk):
            make_posting(one, the_commune())
        own = api.signed_in("units:read", "units:write", as_official=head)

        answers = [
            own.put(f"/officials/{code}", {"name": name}, headers={"If-Match": '"1"'})
            for code, name in (("CB-01", "Phạm Văn Mẫu"), ("CB-02", "Phạm Lãnh Đạo Mẫu"))
        ]
        same = own.put("/officials/CB-02", {"name": clerk.name}, headers={"If-Match": '"1"'})

        assert [problem(answer) for answer in answers] == [(403, "official-not-yours")] * 2
        assert same.status_code == 200
        assert [api.signed_in("units:read").get(f"/officials/{one.code}").json()["name"] for one in (head, clerk)] == [
            head.name, clerk.name,
        ]  # fmt: skip

    def test_nor_posts_them_for_days_that_are_past(self, api: ContractClient) -> None:
        head, clerk, other = make_official("CB-01"), make_official("CB-02"), make_official("CB-03")
        for one in (head, clerk):
            make_posting(one, the_commune())
        own = api.signed_in("units:read", "units:write", as_official=head)
        tomorrow = {**A_POSTING, "valid_from": (localdate() + dt.timedelta(days=1)).isoformat()}

        assert problem(own.once("/officials/CB-02/postings", A_POSTING)) == (403, "official-not-yours")
        assert problem(own.once("/officials/CB-01/postings", A_POSTING)) == (403, "official-not-yours")
        assert own.once("/officials/CB-02/postings", tomorrow).status_code == 201
        assert own.once(f"/officials/{other.code}/postings", A_POSTING).status_code == 201

    def test_somebody_of_another_unit_may(self, api: ContractClient) -> None:
        """The control."""
        head, clerk = make_official("CB-01"), make_official("CB-02")
        make_posting(clerk, the_commune())
        make_posting(head, the_province())
        other = api.signed_in("units:read", "units:write", as_official=head)

        renamed = other.put("/officials/CB-02", {"name": "Y Tiếp Nhận Mẫu"}, headers={"If-Match": '"1"'})

        assert renamed.status_code == 200
