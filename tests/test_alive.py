from tests.contract_client import ContractClient, problem


def test_the_process_tells_that_it_lives(api: ContractClient) -> None:
    answer = api.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_an_address_that_nobody_has_is_a_problem(api: ContractClient) -> None:
    answer = api.get("/nothing-here")

    assert problem(answer) == (404, "not-found")
