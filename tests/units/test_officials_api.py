"""Officials and their postings as their keepers see them."""

from tests.builders.organisation import make_official, make_posting, make_unit, the_commune
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
